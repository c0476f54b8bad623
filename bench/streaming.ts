import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { handedOn } from './handed-on.ts';
import { inTurn, median, type Pair } from './paired.ts';
import { type Fetch, failoverOver } from './regions.ts';
import { drain, streamRequest } from './stream-request.ts';
import type { StreamShape } from './stream-server.ts';

export interface Streaming {
  /** Bytes per second through the guard over those of a bare `fetch`: events of 64 KB. */
  readonly throughputRatio: number;
  /** The same through a wrapper that searches each chunk once and hands it on: see `handed-on.ts`. */
  readonly handedOnRatio: number;
  /** The same for events of 47 bytes, each written by itself, as fast as they are taken. */
  readonly smallEventRatio: number;
  /** The same when each has left the server before the next is written. */
  readonly apartRatio: number;
  /** The same when 1,400 of them are one write: how far it goes when nothing but reading them costs. */
  readonly joinedRatio: number;
  /** What is added until the first event can be read, median, ms. */
  readonly firstEventMs: number;
  /** The most that a process held while it read 2 GB: heap and buffers after a collection, every 50 ms, MB. */
  readonly memoryMb: Pair;
  /** The most that it had resident, when nobody calls for a collection, MB: how much garbage may lie about is V8's choice. */
  readonly residentMb: Pair;
}

const MB = 2 ** 20;
const LONG = 2 ** 31;

async function ratio(origin: string, ours: Fetch, shape: StreamShape, pairs: number): Promise<number> {
  const speed = (fetch: Fetch) => async () => {
    const { url, init } = streamRequest(origin, shape);
    const start = performance.now();
    const bytes = await drain(await fetch(url, init));
    return bytes / (performance.now() - start);
  };
  return median((await inTurn(pairs, speed(fetch), speed(ours))).map((pair) => pair.ours / pair.bare));
}

async function firstEvent(origin: string, ours: Fetch): Promise<number> {
  const until = (fetch: Fetch) => async () => {
    const { url, init } = streamRequest(origin, { event: 'small', bytes: 1, write: 'alone' });
    const start = performance.now();
    const { body } = await fetch(url, init);
    const reader = body?.getReader();
    await reader?.read();
    const ms = performance.now() - start;
    while (!(await reader?.read())?.done);
    return ms;
  };
  return median((await inTurn(1_000, until(fetch), until(ours))).map((pair) => pair.ours - pair.bare));
}

async function peak(origin: string, by: keyof Pair, execArgv: string[]): Promise<number> {
  const args = [origin, by, String(LONG)];
  const reader = fork(new URL('./stream-reader.ts', import.meta.url), args, { execArgv, timeout: 60_000 });
  const told: { read: number; peakMb: number }[] = [];
  reader.on('message', (message: (typeof told)[number]) => told.push(message));
  await once(reader, 'exit');
  const [{ read, peakMb } = { read: 0, peakMb: 0 }] = told;
  if (read < LONG) throw new Error(`${by}: the reader got ${read} bytes of ${LONG}`);
  return peakMb;
}

async function peaks(origin: string, execArgv: string[]): Promise<Pair> {
  return { bare: await peak(origin, 'bare', execArgv), ours: await peak(origin, 'ours', execArgv) };
}

export async function measureStreaming(): Promise<Streaming> {
  const worker = new Worker(new URL('./stream-server.ts', import.meta.url));
  const [port] = await once(worker, 'message');
  const origin = `http://127.0.0.1:${port}`;
  const ours = failoverOver(origin);
  const large = (fetch: Fetch): Promise<number> =>
    ratio(origin, fetch, { event: 'large', bytes: 32 * MB, write: 'alone' }, 48);
  const small = (bytes: number, write: StreamShape['write'], pairs: number): Promise<number> =>
    ratio(origin, ours, { event: 'small', bytes, write }, pairs);
  try {
    return {
      throughputRatio: await large(ours),
      handedOnRatio: await large(handedOn),
      smallEventRatio: await small(2 * MB, 'alone', 48),
      apartRatio: await small(MB / 4, 'apart', 48),
      joinedRatio: await small(8 * MB, 'joined', 16),
      firstEventMs: await firstEvent(origin, ours),
      memoryMb: await peaks(origin, ['--expose-gc']),
      residentMb: await peaks(origin, []),
    };
  } finally {
    await worker.terminate();
  }
}
