import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';

/** A port where nobody answers who wants to connect. */
export interface Blackhole {
  /** Gives the port back. */
  close(): Promise<void>;
}

/**
 * Listens with the smallest queue, and sleeps: who is in the queue is never accepted, and once it is full the kernel drops
 * who wants to connect. A thread of its own, as it is the event loop that accepts.
 */
const sleeper = `
const { createServer } = require('node:net');
const { parentPort, workerData: { host, port, woken } } = require('node:worker_threads');
createServer().listen({ host, port, backlog: 1 }, () => {
  parentPort.postMessage('listening');
  // At once: in its next turn it would accept who came meanwhile, and have room again.
  Atomics.wait(new Int32Array(woken), 0, 0);
});
`;

/** In real time, as it is the kernel's, whatever the clock of the region says. On loopback it takes a tenth of one. */
const connectMs = 50;
/** Linux takes one more than the backlog; others may take more. */
const mostFillers = 16;

/**
 * @throws Error where it is out of reach: where the port cannot be had, or the system resets who finds the queue full, as
 * Windows does.
 */
export async function openBlackhole(host: string, port: number): Promise<Blackhole> {
  const woken = new SharedArrayBuffer(4);
  const worker = new Worker(sleeper, { eval: true, workerData: { host, port, woken } });
  worker.unref();
  const fillers: Socket[] = [];
  const close = async (): Promise<void> => {
    for (const filler of fillers) filler.destroy();
    Atomics.store(new Int32Array(woken), 0, 1);
    Atomics.notify(new Int32Array(woken), 0);
    await worker.terminate();
  };
  try {
    await once(worker, 'message');
    while (await isAnswered(host, port, fillers)) {
      if (fillers.length < mostFillers) continue;
      throw new Error(`its queue took ${mostFillers} connections`);
    }
    return { close };
  } catch (cause) {
    await close();
    throw new Error('a blackhole needs a queue that fills up and then drops who comes; noread is next to it', {
      cause,
    });
  }
}

/** Whether one more can connect, who then stays. */
async function isAnswered(host: string, port: number, fillers: Socket[]): Promise<boolean> {
  const socket = connect({ host, port });
  fillers.push(socket);
  // It is to be torn down without a word, when the listener goes.
  socket.on('error', () => {});
  const enough = new AbortController();
  // A timer that is late itself comes before what happened long ago: for that there is one more turn.
  const late = systemClock.sleep(connectMs, enough.signal).then(
    () => nextTurn(),
    () => {},
  );
  const connected = once(socket, 'connect').finally(() => enough.abort());
  await Promise.race([connected, late]);
  if (!socket.connecting) return true;
  socket.destroy();
  return false;
}
