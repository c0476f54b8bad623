import { type HealthStore, memoryStore } from '../src/index.ts';
import { inTurn, median } from './paired.ts';
import { type Fetch, failoverOver } from './regions.ts';
import { sdkRequest } from './request.ts';

export interface Store {
  /** Median time of a call where every method of the store hangs for ever over that with `memoryStore`, as `fetch` answers at once. */
  readonly hangingRatio: number;
}

const BATCH = 500;
const never = (): Promise<never> => new Promise(() => {});

/** What a network drive, or a Redis behind a firewall, may do. */
const hanging: HealthStore = { load: never, save: never, claim: never, close: never, subscribe: () => () => {} };

export async function measureStore(): Promise<Store> {
  const origin = 'https://primary.openai.azure.com';
  const { url, init } = sdkRequest(origin);
  const answer = new Response(null, { headers: { 'content-type': 'application/json' } });
  const through = (store: HealthStore): (() => Promise<number>) => {
    const fetch: Fetch = failoverOver(origin, async () => answer, 0, store);
    return async () => {
      const start = performance.now();
      for (let i = 0; i < BATCH; i++) await fetch(url, { ...init, signal: new AbortController().signal });
      return performance.now() - start;
    };
  };
  const pairs = await inTurn(400, through(memoryStore()), through(hanging));
  return { hangingRatio: median(pairs.map(({ bare, ours }) => ours / bare)) };
}
