import { priority } from '../../src/index.ts';
import type { ManualClock } from './clock.ts';
import type { Answer } from './service.ts';
import { CHAT, chat, type Given, outcomeOf, setup } from './setup.ts';

/** What a scripted stream does next: sends a chunk, or takes its time, breaks or stalls. */
export type Step = string | Uint8Array<ArrayBuffer> | ((clock: ManualClock, signal: AbortSignal) => Promise<void>);

/** Lets time pass between two chunks. */
export const wait =
  (ms: number): Step =>
  (clock, signal) =>
    clock.sleep(ms, signal);
/** Sends nothing any more, until it is let go. */
export const stalls: Step = () => new Promise(() => {});
export const breaksWith =
  (error: unknown): Step =>
  () =>
    Promise.reject(error);
/** The connection is lost in the middle: Node's words. */
export const breaks: Step = breaksWith(
  new TypeError('terminated', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) }),
);

/** Streams of server-sent events by script, each string or buffer a chunk of its own; it ends after the last step. */
export const events = (...steps: readonly Step[]): Answer => eventsWith({}, ...steps);

export const eventsWith =
  (headers: Readonly<Record<string, string>>, ...steps: readonly Step[]): Answer =>
  ({ signal }, clock) =>
    new Response(scripted(steps, clock, signal), { headers: { 'content-type': 'text/event-stream', ...headers } });

/** The body of such a stream. `onPull` hears each time a chunk is asked for. */
export function scripted(
  steps: readonly Step[],
  clock: ManualClock,
  signal?: AbortSignal,
  onPull: () => void = () => {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...steps];
  const cancelled = new AbortController();
  const gone = signal ? AbortSignal.any([signal, cancelled.signal]) : cancelled.signal;
  return new ReadableStream(
    {
      async pull(controller) {
        onPull();
        for (let step = left.shift(); step !== undefined; step = left.shift()) {
          if (typeof step === 'function') await step(clock, gone);
          else return controller.enqueue(typeof step === 'string' ? bytesOf(step) : step);
        }
        controller.close();
      },
      cancel: (reason) => cancelled.abort(reason),
    },
    { highWaterMark: 0 },
  );
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const data = (value: unknown): string =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
/** A typed event. */
export const event = (type: string, more: object = {}): string => `event: ${type}\n${data({ type, ...more })}`;

const choice = (fields: object): string => data({ id: 'chatcmpl-1', choices: [{ index: 0, ...fields }] });
export const delta = (fields: object, finish: string | null = null): string =>
  choice({ delta: fields, finish_reason: finish });
/** What a chat begins with on Azure: what its filters found in the prompt, and whose turn it is. */
export const FILTERS = data({ choices: [], id: '', prompt_filter_results: [{ prompt_index: 0 }] });
export const ROLE = delta({ role: 'assistant', content: '', refusal: null });
export const word = (content: string): string => delta({ content });
export const FINISH = delta({}, 'stop');
export const DONE = data('[DONE]');
/** A chat's stream that is whole. */
export const CHATTING = [FILTERS, ROLE, word('Hel'), word('lo'), FINISH, DONE] as const;
/** What it says went wrong, in a chat. */
export const failing = (error: object = { message: 'The server had an error.', type: 'server_error' }): string =>
  data({ error });

export const CREATED = event('response.created', { response: { id: 'resp_1', status: 'in_progress', error: null } });
export const IN_PROGRESS = event('response.in_progress', { response: { id: 'resp_1', error: null } });
export const text = (what: string): string => event('response.output_text.delta', { delta: what });
export const COMPLETED = event('response.completed', { response: { id: 'resp_1', status: 'completed', error: null } });
/** A response's stream that is whole. */
export const RESPONDING = [CREATED, IN_PROGRESS, text('Hel'), text('lo'), COMPLETED] as const;
/** What Foundry says of a rate limit: first that it failed, then why. */
export const FAILED = event('response.failed', {
  response: { id: 'resp_1', status: 'failed', error: null, output: [] },
});
export const LIMITED = event('error', {
  error: { type: 'too_many_requests', code: 'rate_limit_exceeded', message: 'Your requests have exceeded rate limit.' },
});

export const RESPONSES = 'https://contoso-sweden.openai.azure.com/openai/v1/responses';

/** What a reader gets: all that is delivered, and what the body rejects with in the end. */
export interface Got {
  readonly chunks: readonly Uint8Array[];
  readonly text: string;
  readonly ended: boolean;
  readonly error?: unknown;
}

export async function readAll(response: Response): Promise<Got> {
  const chunks: Uint8Array[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const got = (): Omit<Got, 'ended'> => ({
    chunks,
    text: chunks.map((one) => decoder.decode(one, { stream: true })).join(''),
  });
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const step = await reader?.read();
      if (!step || step.done) return { ...got(), ended: true };
      chunks.push(step.value);
    }
  } catch (error) {
    return { ...got(), ended: false, error };
  }
}

/** A world as from `setup`, whose calls are streamed. */
export function streaming(given: Given = {}) {
  const inFlight = new Map<string, number>();
  const order = priority();
  const world = setup({
    strategy(candidates, call, random) {
      for (const one of candidates) inFlight.set(one.options.name, one.inFlight);
      return order(candidates, call, random);
    },
    ...given,
  });
  const { fetch, clock } = world;
  const ask = (init: RequestInit = {}, url: string = CHAT): Promise<Response> => clock.run(fetch(url, streamed(init)));
  return {
    ...world,
    /** Sends a chat that is to be streamed, and lets time pass until its response is handed over. */
    ask,
    respond: (init?: RequestInit) => ask(init, RESPONSES),
    /** Reads a body to its end, and lets time pass meanwhile. */
    read: (response: Response) => clock.run(readAll(response)),
    /** All of a chat: how it was handed over, and what came. */
    async whole(url?: string): Promise<Got & { readonly response?: Response }> {
      const outcome = await outcomeOf(ask({}, url));
      if ('error' in outcome) return { chunks: [], text: '', ended: false, error: outcome.error };
      return { response: outcome.response, ...(await clock.run(readAll(outcome.response))) };
    },
    /** Attempts under way in a region. */
    inFlight(name: string): number | undefined {
      inFlight.clear();
      const all = fetch.regions();
      // Those that are out of favour are not shown to a strategy, unless they are insisted on.
      if (!inFlight.has(name)) {
        for (const { region } of all) fetch.force(region, 'in');
        fetch.regions();
        for (const { region } of all) fetch.force(region, 'auto');
      }
      return inFlight.get(name);
    },
  };
}

export const streamed = (init: RequestInit = {}): RequestInit => chat(init, { stream: true });
