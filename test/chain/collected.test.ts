import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore } from '../../src/index.ts';
import { collectGarbage } from '../support/garbage.ts';
import { CHAT, chat, endpointOf } from '../support/setup.ts';
import { CHATTING, events, streaming } from '../support/stream.ts';

const ENDS = [
  ['read', (response: Response) => response.text()],
  ['cancelled', (response: Response) => response.body?.cancel()],
  ['forgotten', () => {}],
] as const;

test.skipIf(!collectGarbage).for(ENDS)('B: a stream that was %s is not kept', async ([, end]) => {
  const { ask } = streaming({ script: { sweden: events(...CHATTING) } });
  const { signal } = new AbortController();
  const bodies: WeakRef<object>[] = [];
  for (let nth = 0; nth < 3; nth++) {
    const response = await ask({ signal });
    if (response.body) bodies.push(new WeakRef(response.body));
    await end(response);
  }
  expect(bodies).toHaveLength(3);
  await collectGarbage?.();
  // What was used last may still be in a register.
  expect(bodies.slice(0, 2).filter((body) => body.deref())).toHaveLength(0);
});

test.skipIf(!collectGarbage)('B: a signal that was made of others for one call is not kept', async () => {
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => Response.json({}),
  });
  const { signal } = new AbortController();
  const made: WeakRef<AbortSignal>[] = [];
  for (let nth = 0; nth < 3; nth++) {
    const own = AbortSignal.any([signal, new AbortController().signal]);
    made.push(new WeakRef(own));
    await (await fetch(CHAT, chat({ signal: own }))).text();
  }
  // The body goes first, and then its signal.
  await collectGarbage?.();
  await collectGarbage?.();
  expect(made.slice(0, 2).filter((one) => one.deref())).toEqual([]);
});
