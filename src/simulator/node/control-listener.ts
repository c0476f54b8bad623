import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readJson } from './control-body.ts';
import { checkHost, checkOrigin, checkToken, preflightHeaders } from './control-gate.ts';
import { Problem } from './control-problem.ts';
import { type Answer, findRoute, type Route } from './control-route.ts';

/** What a listener admits by. */
export interface ListenerOptions {
  readonly token: string;
  /** Pages that may ask, beside its own. */
  readonly origins: readonly string[];
  /** Where it listens by now. */
  port(): number;
  /** Something may have been changed. */
  changed(): void;
}

/** Who answers, and what is still on its way. */
export interface ControlListener {
  readonly answer: RequestListener;
  /** Resolves when no change is being made. */
  settled(): Promise<unknown>;
}

export function controlListener(routes: readonly Route[], options: ListenerOptions): ControlListener {
  let turn: Promise<unknown> = Promise.resolve();
  /** Changes go one after the other, so that what one was decided on still holds when it is made. */
  const inTurn = (change: () => Promise<Answer> | Answer): Promise<Answer> => {
    const answer = turn.then(change);
    turn = answer.catch(() => {});
    return answer.finally(options.changed);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const port = options.port();
      checkHost(request.headers, port);
      const readable = checkOrigin(request.headers, [`http://127.0.0.1:${port}`, ...options.origins]);
      const headers = { ...readable, vary: 'origin', 'x-content-type-options': 'nosniff' };
      response.setHeaders(new Map(Object.entries(headers)));
      if (request.method === 'OPTIONS') return send(response, { status: 204, headers: preflightHeaders });
      const { route, params, query } = findRoute(routes, request);
      if (route.guarded) checkToken(request.headers, options.token);
      const json = route.reads ? await readJson(request) : undefined;
      const asked = { request, response, params, query, json };
      send(response, await (route.guarded ? inTurn(() => route.answer(asked)) : route.answer(asked)));
    } catch (error) {
      refuse(response, error);
    }
  };
  return { answer: (request, response) => void answer(request, response), settled: () => turn };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'sent') return;
  const { status = 200, headers = {}, json, text = json === undefined ? undefined : JSON.stringify(json) } = answer;
  const type = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, { ...(text !== undefined && type), ...headers });
  response.end(text);
}

function refuse(response: ServerResponse, error: unknown): void {
  // The client is gone, or the server closes: there is nobody to tell.
  if (response.destroyed) return;
  const problem =
    error instanceof Problem ? error : new Problem(500, error instanceof Error ? error.message : String(error));
  send(response, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
    json: problem.details,
  });
}
