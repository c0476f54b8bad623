import {
  createFailoverFetch,
  type FailoverEvent,
  type FailoverFetch,
  type FailoverOptions,
  type HealthStore,
  memoryStore,
} from '../../src/index.ts';
import { ManualClock } from './clock.ts';
import { type Script, type Sent, scriptedFetch } from './service.ts';
import { CHAT, chat, endpointOf, keyOf } from './setup.ts';

type Given = Omit<Partial<FailoverOptions>, 'regions' | 'fetch' | 'clock' | 'store'> & {
  readonly script?: Script;
  readonly doors?: Script;
  readonly regions?: readonly string[];
  /** One for all, or each its own. */
  readonly store?: HealthStore | ((index: number) => HealthStore);
};

/** One of several clients. */
export interface Member {
  readonly fetch: FailoverFetch;
  readonly events: readonly FailoverEvent[];
  /** What it sent, its questions not among them. */
  readonly requests: readonly Sent[];
  readonly questions: readonly Sent[];
  readonly asked: () => readonly string[];
  /** Sends a chat completion, and lets time pass until it settles. */
  readonly chat: (init?: RequestInit) => Promise<Response>;
  readonly stateOf: (region: string) => string | undefined;
}

/** Several clients in one world, who share a store unless each is given its own. */
export function setupSharing(
  count: number,
  { script = {}, doors = {}, regions = ['sweden', 'eastus'], store = memoryStore(), ...options }: Given = {},
) {
  const clock = new ManualClock();
  const whole = regions.map((name) => ({ name, endpoint: endpointOf(name), credential: { apiKey: keyOf(name) } }));
  const regionOf = (url: string) => whole.find(({ endpoint }) => url.startsWith(`${endpoint}/`))?.name;
  const service = scriptedFetch(script, doors, regionOf, clock);
  const members = Array.from({ length: count }, (_, index): Member => {
    const events: FailoverEvent[] = [];
    const own: Record<'requests' | 'questions', Sent[]> = { requests: [], questions: [] };
    const fetch = createFailoverFetch({
      random: () => 0.5,
      ...options,
      store: typeof store === 'function' ? store(index) : store,
      regions: whole,
      clock,
      fetch: (...args) => {
        const before = { requests: service.requests.length, questions: service.questions.length };
        const response = service.fetch(...args);
        for (const kind of ['requests', 'questions'] as const) own[kind].push(...service[kind].slice(before[kind]));
        return response;
      },
      onEvent: (event) => void events.push(event),
    });
    return {
      fetch,
      events,
      ...own,
      asked: () => own.requests.map(({ region }) => region),
      chat: (init) => clock.run(fetch(CHAT, chat(init))),
      stateOf: (name) => fetch.regions().find(({ region }) => region === name)?.state,
    };
  });
  return { ...service, clock, members };
}
