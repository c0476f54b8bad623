import type { ManualClock } from './clock.ts';

/** A request as it left the library. */
export interface Sent {
  readonly at: number;
  readonly host: string;
  /** Its name; of a foreign URL the host. */
  readonly region: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null | undefined;
  readonly init: RequestInit;
  readonly signal: AbortSignal;
}

/** What a region says to a request. */
export type Answer = (sent: Sent, clock: ManualClock) => Response | Promise<Response>;

/** Per region, its answers in order, of which the last repeats. */
export type Script = Readonly<Record<string, Answer | readonly Answer[]>>;

/** A body that was begun, and what became of it. */
export interface SentBody {
  state: 'open' | 'read' | 'cancelled' | 'broken';
  reason?: unknown;
}

const never = new Promise<never>(() => {});

/** A `fetch` that answers by script. Whoever aborts gets the signal's reason, also in the middle of a body, as from `fetch`. */
export function scriptedFetch(
  script: Script,
  doors: Script,
  regionOf: (url: string) => string | undefined,
  clock: ManualClock,
) {
  const requests: Sent[] = [];
  const questions: Sent[] = [];
  const bodies: SentBody[] = [];
  const asked = { calls: new Map<string, number>(), doors: new Map<string, number>() };

  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    // What fetch does with its arguments, and throws at them.
    const request = new Request(input, init);
    const { host } = new URL(request.url);
    const region = regionOf(request.url) ?? host;
    const signal = init.signal ?? request.signal;
    const { method } = request;
    const headers = new Headers(init.headers ?? request.headers);
    const sent: Sent = {
      at: clock.now(),
      host,
      url: String(input),
      region,
      method,
      headers,
      body: init.body,
      init,
      signal,
    };
    const asks = isQuestion(sent);
    (asks ? questions : requests).push(sent);
    signal.throwIfAborted();
    const turns = asks ? asked.doors : asked.calls;
    const turn = turns.get(region) ?? 0;
    turns.set(region, turn + 1);
    const given = asks ? (doors[region] ?? status(401)) : (script[region] ?? ok);
    const answers = typeof given === 'function' ? [given] : given;
    const answer = answers[Math.min(turn, answers.length - 1)];
    if (!answer) throw new Error(`The script has no answer for ${region}`);
    const response = await Promise.race([answer(sent, clock), abortOf(signal)]);
    return watched(response, signal, bodies);
  };
  return { fetch: fetch as typeof globalThis.fetch, requests, questions, bodies };
}

/** Whether a region is alive is asked past every cache, for whatever it answers. */
const isQuestion = ({ method, url, init }: Sent): boolean =>
  method === 'GET' && init.cache === 'no-store' && new URL(url).pathname.endsWith('/openai/v1/models');

function abortOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  return aborted;
}

/** The same response around a body that says what became of it. */
function watched(response: Response, signal: AbortSignal, bodies: SentBody[]): Response {
  // A body that the status does not allow is not one.
  if (!response.body || [204, 205, 304].includes(response.status)) return response;
  const body: SentBody = { state: 'open' };
  bodies.push(body);
  const reader = response.body.getReader();
  const aborted = abortOf(signal);
  const end = (state: SentBody['state'], reason?: unknown): void => {
    if (body.state === 'open') Object.assign(body, { state, reason });
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        aborted.catch((reason: unknown) => {
          end('broken', reason);
          controller.error(reason);
        });
      },
      async pull(controller) {
        try {
          const step = await Promise.race([reader.read(), aborted]);
          if (!step.done) return controller.enqueue(step.value);
          end('read');
          controller.close();
        } catch (error) {
          end('broken', error);
          controller.error(error);
        }
      },
      cancel(reason) {
        end('cancelled', reason);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers, url } = response;
  const made = new Response(stream, { status: status < 200 || status > 599 ? 200 : status, statusText, headers });
  if (made.status !== status) Object.defineProperty(made, 'status', { value: status });
  Object.defineProperty(made, 'url', { value: url });
  return made;
}

/** Never answers. */
export const silence: Answer = () => never;

/** Answers later. */
export const after =
  (ms: number, answer: Answer): Answer =>
  async (sent, clock) => {
    await clock.sleep(ms, sent.signal);
    return answer(sent, clock);
  };

type HeadersOf = Readonly<Record<string, string>>;

/** A good answer that says who gave it. */
export const ok: Answer = ({ host }) => Response.json({ answered: host.split('.')[0] });

/** An answer with that status and, if it is a failure, an error of Azure's shape. */
export const status =
  (code: number, headers: HeadersOf = {}, message = 'It failed.', error = String(code)): Answer =>
  () =>
    new Response(code === 204 ? null : JSON.stringify({ error: { code: error, message } }), {
      status: code,
      headers: { 'content-type': 'application/json', ...headers },
    });

export const throttled = (seconds: number): Answer => status(429, { 'retry-after': String(seconds) }, 'Slow down.');

/** A body that begins and never ends, until it is let go or aborted. */
export const endless =
  (code = 200, first = 'data: {}\n\n', type = 'text/event-stream'): Answer =>
  () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
      }),
      { status: code, headers: { 'content-type': type } },
    );

const rejects =
  (make: () => unknown): Answer =>
  () => {
    throw make();
  };
const undici = (code: string, message: string) =>
  rejects(() => new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) }));

/** Nothing was sent: Node's words. */
export const refused = undici('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443');
/** The connection broke after the request was sent: Node's words. */
export const reset = undici('ECONNRESET', 'read ECONNRESET');
/** Chromium's one word for everything that goes wrong on a network. */
export const failedToFetch = rejects(() => new TypeError('Failed to fetch'));
/** A transport may throw anything. */
export const throws = (value: unknown): Answer => rejects(() => value);
