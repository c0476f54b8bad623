import type { Shapes } from '../../src/simulator/index.ts';

const agents = { browser: 'Mozilla/5.0', node: 'Node.js/24' } as const satisfies Record<Shapes, string>;

let last: Promise<unknown> = Promise.resolve();

/**
 * Does some work as on another platform: the library asks `navigator` where it is. One at a time, as there is one
 * `navigator`.
 */
export function onPlatform<T>(platform: Shapes, work: () => Promise<T>): Promise<T> {
  const done = last.then(async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    const navigator = { userAgent: agents[platform], onLine: true };
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    try {
      return await work();
    } finally {
      if (before) Object.defineProperty(globalThis, 'navigator', before);
      else Reflect.deleteProperty(globalThis, 'navigator');
    }
  });
  last = done.catch(() => {});
  return done;
}
