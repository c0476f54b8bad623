import { createServer } from 'node:net';
import type { WatchedStore } from './watched-store.ts';

const kinds = ['heap', 'sockets', 'timers', 'listeners', 'subscriptions'] as const;
type Kind = (typeof kinds)[number];

const kept: unknown[] = [];

/**
 * Leaks on purpose, at each call, so that it can be seen that a soak notices.
 *
 * @param what kinds of leak, separated by commas.
 * @throws TypeError when there is none of that kind.
 */
export function leaking(what: string, signal: AbortSignal, store: WatchedStore): () => void {
  const leaks: Record<Kind, () => unknown> = {
    heap: () => kept.push(new Array<number>(32_768).fill(0)),
    sockets: () => createServer().listen(0, '127.0.0.1'),
    timers: () => setInterval(() => {}, 3_600_000),
    listeners: () => signal.addEventListener('abort', () => {}),
    subscriptions: () => store.subscribe(() => {}),
  };
  const wanted = what.split(',').filter((kind) => kind !== '');
  const chosen = wanted.map((name) => {
    const kind = kinds.find((one) => one === name);
    if (!kind) throw new TypeError(`SOAK_LEAK must be of ${kinds.join(', ')}, got "${name}"`);
    return leaks[kind];
  });
  return () => {
    for (const leak of chosen) leak();
  };
}
