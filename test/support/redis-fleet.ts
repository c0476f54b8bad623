import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Orders, Report } from './redis-fleet-server.ts';

export interface Fleet extends AsyncDisposable {
  /** All begin to make calls, one a little after the other. */
  begin(): Promise<void>;
  /** All make no more calls, and say what they did. */
  end(): Promise<readonly Report[]>;
}

/** Starts processes that each make calls as they are told. Resolves when all are ready. */
export async function startFleet(size: number, orders: Orders): Promise<Fleet> {
  const path = join(import.meta.dirname, 'redis-fleet-server.ts');
  const servers = Array.from({ length: size }, () => fork(path, [JSON.stringify(orders)]));
  await Promise.all(servers.map(answerOf));
  return {
    async begin() {
      for (const server of servers) {
        server.send('begin');
        await sleep(orders.everyMs / size);
      }
    },
    end: () =>
      Promise.all(
        servers.map(async (server) => {
          const report = answerOf(server);
          server.send('end');
          return (await report) as Report;
        }),
      ),
    async [Symbol.asyncDispose]() {
      const running = servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const ended = running.map((server) => once(server, 'exit'));
      for (const server of running) server.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}

/** What a process says next; rejects when it ends instead. */
async function answerOf(server: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(server, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`a server of the fleet ended with ${code}`);
  });
  ended.catch(() => {});
  const [message] = (await Promise.race([once(server, 'message', { signal: over.signal }), ended])) as [unknown];
  over.abort();
  return message;
}
