import { expect, type TestContext } from 'vitest';
import './loopback-only.ts';
import {
  createFailoverFetch,
  type FailoverFetch,
  type FailoverOptions,
  memoryStore,
  type Trace,
} from '../../../src/index.ts';
import type { JournalEntry, SimEndpoint } from '../../../src/simulator/index.ts';
import type { Adapter, Client, Setting } from './client.ts';
import type { Place, RegionName, World } from './world.ts';

export interface Given extends Partial<Pick<FailoverOptions, 'timeouts' | 'retry' | 'clock'>> {
  /** What is wrong, from the start. */
  readonly faults?: Partial<Record<RegionName, string>>;
  /** The client's own. @default off */
  readonly retries?: Setting['retries'];
}

/** What the client's calls came to, below the client. */
export interface Account {
  /** How often our fetch was called. */
  readonly calls: number;
  /** The regions that each call tried, as its trace says it, in the order in which the calls settled. */
  readonly tried: readonly (readonly string[])[];
  /** Requests that arrived, by region; those that a browser or the library asks by itself are not counted. */
  readonly arrived: Readonly<Record<string, number>>;
  /** The regions that answered well, with nothing in the way of it, as they saw it. */
  readonly answered: readonly string[];
}

export interface Scene {
  readonly client: Client;
  /** What the client was given, its calls counted. */
  readonly fetch: FailoverFetch;
  readonly world: World;
  readonly endpoint: string;
  /** What has become of the calls; waits until no region is busy with one. */
  account(): Promise<Account>;
  /** The requests that carry work. */
  requests(): Promise<readonly JournalEntry[]>;
}

/** A client on top of our fetch, on top of two regions, for as long as the test takes. */
export async function scene(
  place: Place,
  adapter: Adapter,
  { faults = {}, retries = 'off', ...options }: Given,
  { onTestFinished }: TestContext,
): Promise<Scene> {
  const world = await place.open();
  onTestFinished(() => world.close());
  for (const [region, fault] of Object.entries(faults)) await world.inject(region as RegionName, fault);
  const traces: Trace[] = [];
  const fetch = failoverFetch(world.endpoints, options, (trace) => traces.push(trace));
  onTestFinished(() => fetch.close());
  const counted = counting(fetch);
  const endpoint = world.endpoints[0]?.url ?? '';
  const requests = async (): Promise<readonly JournalEntry[]> =>
    (await world.journal()).filter(({ method }) => method === 'POST');
  return {
    client: adapter.open({ fetch: counted.fetch, endpoint, retries }),
    fetch: counted.fetch,
    world,
    endpoint,
    requests,
    async account() {
      await world.settled();
      expectNoStrangers(await world.journal());
      const entries = await requests();
      const arrivals = world.endpoints.map(({ region }) => {
        return [region, entries.filter((entry) => entry.region === region).length] as const;
      });
      return {
        calls: counted.calls(),
        tried: traces.map(({ attempts }) => attempts.map(({ region }) => region)),
        arrived: Object.fromEntries(arrivals),
        answered: entries
          .filter(({ status, fault }) => status === 200 && fault === undefined)
          .map(({ region }) => region),
      };
    },
  };
}

function failoverFetch(
  endpoints: readonly SimEndpoint[],
  options: Pick<Given, 'timeouts' | 'retry' | 'clock'>,
  onSettled: (trace: Trace) => void,
): FailoverFetch {
  const regions = endpoints.map(({ region, url, key }) => {
    return { name: region, endpoint: url, credential: { apiKey: key } };
  });
  return createFailoverFetch({
    store: memoryStore(),
    ...options,
    retry: { baseDelayMs: 10, maxDelayMs: 20, ...options.retry },
    regions,
    random: () => 0.5,
    onEvent(event) {
      if (event.type === 'settled') onSettled(event.trace);
    },
  });
}

/** The same function, and how often it was called: what a client's own retries would add to. */
function counting(fetch: FailoverFetch): { readonly fetch: FailoverFetch; calls(): number } {
  let calls = 0;
  const counted = new Proxy(fetch, {
    apply(target, self, given) {
      calls++;
      return Reflect.apply(target, self, given);
    },
  });
  return { fetch: counted, calls: () => calls };
}

/** What carries work brings the region's own key and no other; what does not brings none. */
function expectNoStrangers(journal: readonly JournalEntry[]): void {
  const strangers = journal.filter(({ method, region, credential, credentialOf }) =>
    method === 'POST' ? credentialOf !== region : credential !== undefined,
  );
  expect(strangers).toEqual([]);
}
