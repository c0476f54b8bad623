import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RedisClientOptions } from 'redis';
import { test as anywhere, expect, onTestFinished, vi } from 'vitest';
import { findRedis } from '../../scripts/redis-server.ts';
import type { HealthSnapshot, HealthStore } from '../../src/index.ts';

const binary = findRedis();

export const hasRedis = binary !== undefined;
/** Skipped where there is no Redis. */
export const test = anywhere.skipIf(!hasRedis);

/** A Redis of a test's own, at a socket that nobody else finds, which keeps nothing. */
export interface RedisServer extends AsyncDisposable {
  readonly path: string;
  /** Sends a command over a connection of its own. */
  ask(...command: readonly string[]): Promise<unknown>;
  /** After a `kill`: empty, at the same place. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Connections stay, and nothing is answered on them. */
  freeze(): void;
  thaw(): void;
}

/** @param settings of the server, as on its command line: `--maxmemory`, `1mb` */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  if (binary === undefined) throw new Error('there is no redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const path = join(folder, 'socket');
  const fixed = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--loglevel', 'warning'];
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
    process.off('exit', killNow);
  };
  const killNow = (): void => void child?.kill('SIGKILL');
  const start = async (): Promise<void> => {
    rmSync(path, { force: true });
    child = spawn(binary, [...fixed, ...settings], { stdio: 'ignore' });
    process.on('exit', killNow);
    while (!(await listens(path))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await sleep(5);
    }
  };
  await start();
  return {
    path,
    async ask(...command) {
      const client = await createClient({ socket: { path, tls: false } }).connect();
      try {
        return await client.sendCommand(command);
      } finally {
        client.destroy();
      }
    },
    start,
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listens(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A Redis that ends with the test. */
export async function aRedis(...settings: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(...settings);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

type Options = Omit<RedisClientOptions, 'socket' | 'RESP'> & { readonly RESP?: 2 | 3 };

/** A client that is not connected yet, and waits for nothing. */
export function clientOf({ path }: Pick<RedisServer, 'path'>, options: Options = {}) {
  const client = createClient({ ...options, socket: { path, tls: false, reconnectStrategy: () => 20 } });
  return client.on('error', () => {});
}

/** One that ends with the test. */
export function aClient(server: Pick<RedisServer, 'path'>, options: Options = {}) {
  const client = clientOf(server, options);
  onTestFinished(() => client.destroy());
  return client;
}

/** One that is connected. */
export const connected = (server: Pick<RedisServer, 'path'>, options: Options = {}) =>
  aClient(server, options).connect();

export const snapshot = (records: HealthSnapshot['records'], pins?: HealthSnapshot['pins']): HealthSnapshot => ({
  version: 1,
  records,
  ...(pins && { pins }),
});

/** What a store hears, from when it listens until the test is over. There is one fact in it by then, of `listen`. */
export async function listen(store: HealthStore): Promise<readonly HealthSnapshot[]> {
  const heard: HealthSnapshot[] = [];
  await store.save(snapshot({ listen: { at: Date.now() } }));
  const end = store.subscribe?.((news) => void heard.push(news));
  onTestFinished(() => end?.());
  // The first that it hears is what it missed.
  await vi.waitFor(() => expect(heard).not.toEqual([]), { interval: 5 });
  heard.length = 0;
  return heard;
}
