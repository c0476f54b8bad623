import { expect, vi } from 'vitest';
import {
  type Call,
  createFailoverFetch,
  type FailoverEvent,
  type FailoverOptions,
  type Middleware,
  memoryStore,
  type RegionOptions,
} from '../../src/index.ts';
import { ManualClock } from './clock.ts';
import { type Script, scriptedFetch } from './service.ts';

export type Given = Omit<Partial<FailoverOptions>, 'regions' | 'fetch' | 'clock'> & {
  /** What each region answers; a region without a script answers well. */
  readonly script?: Script;
  /** What each region's front door says to the question whether it is alive: 401 at once, unless said otherwise. */
  readonly doors?: Script;
  /** Names of regions, in order, or whole regions. */
  readonly regions?: readonly (string | RegionOptions)[];
  /** Calls that the client has made in each of the last 240 s, of which nothing but their number is known. @default none */
  readonly callsPerSecond?: number;
};

/** So many calls a second, and more, need the most evidence, and give traffic back little by little. */
export const BUSY = 4;
const WARM_UP_MS = 240_000;
const WARM_UP = 'x-warm-up';

/** Where the caller's SDK sends its calls. */
export const CHAT = 'https://contoso-sweden.openai.azure.com/openai/v1/chat/completions';
export const keyOf = (region: string): string => `key-of-${region}-0123456789abcdef`;
export const endpointOf = (region: string): string => `https://contoso-${region}.openai.azure.com`;

/** A failover fetch in a world where time, chance and every region do as they are told. */
export function setup({
  script = {},
  doors = {},
  regions = ['sweden', 'eastus'],
  callsPerSecond = 0,
  onEvent,
  use,
  ...options
}: Given = {}) {
  const clock = new ManualClock();
  const whole = regions.map((region) =>
    typeof region === 'string'
      ? { name: region, endpoint: endpointOf(region), credential: { apiKey: keyOf(region) } }
      : region,
  );
  const bases = whole.map(
    ({ name, endpoint }) => [name, `${String(endpoint).replace(/(\/openai\/v1)?\/?$/, '')}/`] as const,
  );
  const regionOf = (url: string) => bases.find(([, base]) => url.startsWith(base))?.[0];
  const service = scriptedFetch(script, doors, regionOf, clock);
  const events: FailoverEvent[] = [];
  const warmUps = Math.round((callsPerSecond * WARM_UP_MS) / 1_000);
  // Answers in place of a region, so that nothing is learned of any.
  const warmUp: Middleware = async (call, next) => (call.headers.has(WARM_UP) ? new Response() : next(call));
  const fetch = createFailoverFetch({
    random: () => 0.5,
    store: memoryStore(),
    ...options,
    regions: whole,
    ...(use && { use }),
    ...(warmUps > 0 && { use: { ...use, perAttempt: [warmUp, ...(use?.perAttempt ?? [])] } }),
    fetch: service.fetch,
    clock,
    onEvent(event) {
      if ('callId' in event && Number(event.callId.split('-')[1]) <= warmUps) return;
      // True of every test that runs in a page, and wanted in none.
      if (!(event.type === 'warning' && event.code === 'key-in-page')) events.push(event);
      onEvent?.(event);
    },
  });
  for (let i = 0; i < warmUps; i++) {
    fetch(CHAT, chat({ headers: { [WARM_UP]: '1' } }));
    clock.jump(WARM_UP_MS / warmUps);
  }
  const { requests, questions, bodies } = service;
  const statusOf = (name: string) => fetch.regions().find(({ region }) => region === name);
  return {
    fetch,
    clock,
    events,
    requests,
    /** Requests that only asked whether a region is alive. */
    questions,
    bodies,
    /** The regions that were asked, in order. */
    asked: () => requests.map(({ region }) => region),
    /** Sends a chat completion and lets time pass until it settles. */
    chat: (init: RequestInit = {}, url: string = CHAT) => clock.run(fetch(url, chat(init))),
    /** Events of one type, in order. */
    heard: <T extends FailoverEvent['type']>(type: T) =>
      events.filter((event): event is Extract<FailoverEvent, { type: T }> => event.type === type),
    /** What is believed about a region. */
    statusOf,
    stateOf: (name: string) => statusOf(name)?.state,
    /** How long an open region is still left alone, ms. */
    openMs(name: string) {
      const status = statusOf(name);
      if (status?.state !== 'open') throw new Error(`${name} is ${status?.state}`);
      return status.until - clock.now();
    },
    /** What nobody ended: timers, and bodies of responses. */
    left: () => [
      ...Array.from({ length: clock.open }, () => 'timer'),
      ...bodies.filter(({ state }) => state === 'open').map(() => 'body'),
    ],
  };
}

/** The `init` of a chat completion, as an SDK makes it. */
export function chat(init: RequestInit = {}, more: object = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': 'the-callers-own' },
    body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'Hi' }], ...more }),
    ...init,
  };
}

/** Resolves when a request has been sent: the platform reads blobs and forms in its own time, whatever the clock says. */
export const arrived = (requests: readonly unknown[]): Promise<void> =>
  vi.waitFor(() => expect(requests).not.toEqual([]), { interval: 1 });

/** How a promise ended, as a value. */
export async function outcomeOf(
  promise: Promise<Response>,
): Promise<{ readonly response: Response } | { readonly error: unknown }> {
  try {
    return { response: await promise };
  } catch (error) {
    return { error };
  }
}

/** A call for tests of what only looks at it. */
export function aCall(operation: Partial<Call['operation']> = {}, more: Partial<Call> = {}): Call {
  return {
    id: 'test-1',
    url: CHAT,
    method: 'POST',
    headers: new Headers(),
    body: null,
    signal: new AbortController().signal,
    init: {},
    operation: {
      kind: 'chat.completions',
      deployment: 'gpt',
      stream: false,
      replayable: true,
      boundTo: [],
      ...operation,
    },
    addressed: 'sweden',
    deadline: Number.POSITIVE_INFINITY,
    ...more,
  };
}
