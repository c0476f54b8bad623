import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Control, type ControlOptions, type Simulator, startControl } from '../../src/simulator/node/index.ts';
import { started } from './node/support.ts';

export interface Controlled {
  readonly simulator: Simulator;
  readonly control: Control;
  /** Asks with the token, unless its headers say otherwise; a body is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Told>;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** Two regions and their control API; closed when the test is over, which fails if something is left. */
export async function controlled(options: ControlOptions = {}): Promise<Controlled> {
  const simulator = await started(options.clock ? { clock: options.clock } : {});
  const control = await startControl(simulator, options);
  onTestFinished(() => control.close());
  const ask: Controlled['ask'] = async (method, path, body, headers) => {
    const response = await fetch(`${control.url}${path}`, {
      method,
      headers: headers ?? {
        authorization: `Bearer ${control.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return told(response.status, response.headers, await response.text());
  };
  return { simulator, control, ask };
}

/** Asks with headers that `fetch` would not let through. */
export async function askRaw(
  control: Control,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<Told> {
  const sent = request(`${control.url}${path}`, { method, headers, agent: false });
  sent.end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error('no response');
  const answered = new Headers();
  for (const [name, value] of Object.entries(response.headers)) answered.set(name, String(value));
  return told(response.statusCode ?? 0, answered, (await response.toArray()).join(''));
}

function told(status: number, headers: Headers, text: string): Told {
  const json: unknown = headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status, headers, text, json };
}
