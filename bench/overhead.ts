import { Worker } from 'node:worker_threads';
import { byHand } from './by-hand.ts';
import { median } from './paired.ts';
import { type Fetch, failoverOver } from './regions.ts';
import { sdkRequest } from './request.ts';

export interface Overhead {
  /** Median time of a call through the chain over that of a bare `fetch`, on the same loopback server. */
  readonly ratio: number;
  /** The same for a wrapper of ten lines that signs, has a timeout and passes an abort on: see `by-hand.ts`. */
  readonly byHandRatio: number;
  /** What the chain adds to a `fetch` that answers at once, median, µs. */
  readonly inProcessUs: number;
  /** The same when the answer is JSON, which is held until it is whole, and is read then. */
  readonly wholeUs: number;
  /** What ten regions more add to a `fetch` that answers at once, median, µs. */
  readonly perTenRegionsUs: number;
  /** Live heap while 1,000 calls wait for their answers, MB. */
  readonly inFlightMb: { readonly bare: number; readonly ours: number };
}

/** A signal of its own for each call, as SDKs give it. */
const withSignal = (init: RequestInit): RequestInit => ({ ...init, signal: new AbortController().signal });

async function time(rounds: number, call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < rounds; i++) await call();
  return ((performance.now() - start) / rounds) * 1_000;
}

/** Ours and the bare one in turn, a few calls each, so that what the machine does meanwhile meets both alike. */
async function paired(pairs: number, batch: number, bare: () => Promise<unknown>, ours: () => Promise<unknown>) {
  const times: { bare: number; ours: number }[] = [];
  for (let i = 0; i < pairs; i++) {
    const oursFirst = i % 2 === 0;
    const first = await time(batch, oursFirst ? ours : bare);
    const second = await time(batch, oursFirst ? bare : ours);
    times.push(oursFirst ? { ours: first, bare: second } : { bare: first, ours: second });
  }
  return times.slice(pairs >> 2);
}

async function loopback(origin: string, wrapped: Fetch): Promise<number> {
  const { url, init } = sdkRequest(origin);
  const drain = (fetch: Fetch) => async () => (await fetch(url, withSignal(init))).text();
  const times = await paired(600, 10, drain(fetch), drain(wrapped));
  return median(times.map(({ bare, ours }) => ours / bare));
}

async function inProcess(): Promise<Pick<Overhead, 'inProcessUs' | 'wholeUs' | 'perTenRegionsUs'>> {
  const origin = 'https://primary.openai.azure.com';
  const { url, init } = sdkRequest(origin);
  // One for all: making a Response costs as much as the whole chain, and would only add its noise.
  const answer = new Response(null, { headers: { 'content-type': 'application/json' } });
  const atOnce: Fetch = async () => answer;
  const through = (fetch: Fetch) => () => fetch(url, withSignal(init));
  const added = async (one: Fetch, other: Fetch): Promise<number> =>
    median((await paired(400, 500, through(one), through(other))).map(({ bare, ours }) => ours - bare));
  const three = failoverOver(origin, atOnce as typeof globalThis.fetch);
  const thirteen = failoverOver(origin, atOnce as typeof globalThis.fetch, 10);
  const json: Fetch = async () => Response.json({ choices: [{ message: { content: 'ok'.repeat(200) } }] });
  const read =
    (fetch: Fetch): Fetch =>
    async (url, init) => {
      const response = await fetch(url, init);
      await response.text();
      return response;
    };
  return {
    inProcessUs: await added(atOnce, three),
    wholeUs: await added(read(json), read(failoverOver(origin, json as typeof globalThis.fetch))),
    perTenRegionsUs: await added(three, thirteen),
  };
}

async function inFlight(origin: string): Promise<Overhead['inFlightMb']> {
  const { url, init } = sdkRequest(origin);
  const headers = new Headers(init.headers);
  headers.set('x-delay-ms', '1500');
  const held = async (fetch: Fetch): Promise<number> => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const pending = Array.from({ length: 1_000 }, async () =>
      (await fetch(url, { ...withSignal(init), headers })).text(),
    );
    // All have been sent by then, and none has been answered.
    await new Promise((resolve) => setTimeout(resolve, 700));
    globalThis.gc?.();
    const after = process.memoryUsage().heapUsed;
    await Promise.all(pending);
    return (after - before) / 2 ** 20;
  };
  // The first thousand open the connections that the others use.
  await held(fetch);
  return { bare: await held(fetch), ours: await held(failoverOver(origin)) };
}

export async function measureOverhead(): Promise<Overhead> {
  const worker = new Worker(new URL('./loopback-server.ts', import.meta.url));
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const origin = `http://127.0.0.1:${port}`;
  try {
    const work = await inProcess();
    const ratio = await loopback(origin, failoverOver(origin));
    const byHandRatio = await loopback(origin, byHand);
    const inFlightMb = await inFlight(origin);
    return { ratio, byHandRatio, ...work, inFlightMb };
  } finally {
    await worker.terminate();
  }
}
