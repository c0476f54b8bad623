import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFailoverFetch, type FailoverOptions } from '../../src/index.ts';
import { collectGarbage } from '../support/garbage.ts';

let throttles = false;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(throttles ? 429 : 200, { 'content-type': 'application/json', 'retry-after': '3600' });
    response.end(JSON.stringify({ message: 'x'.repeat(100_000) }));
  });
});
let endpoint = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const failover = (more: Partial<FailoverOptions> = {}) =>
  createFailoverFetch({
    regions: [{ name: 'here', endpoint, credential: { apiKey: 'key' } }],
    onEvent: () => {},
    ...more,
  });
const chat = (signal?: AbortSignal): [string, RequestInit] => [
  `${endpoint}/openai/v1/chat/completions`,
  { method: 'POST', body: '{"model":"gpt"}', ...(signal && { signal }) },
];

test('B: a signal that serves many calls keeps no listener of those that are over', async () => {
  const fetch = failover();
  const { signal } = new AbortController();
  for (let i = 0; i < 50; i++) await (await fetch(...chat(signal))).text();
  for (let i = 0; i < 20 && getEventListeners(signal, 'abort').length > 2; i++) await collectGarbage?.();
  // That of the first call stays: it could not be known then that others would follow.
  expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(2);
});

test.skipIf(!collectGarbage)(
  'B: a signal that serves many hedged calls keeps nothing of those that are over',
  async () => {
    const seen: WeakRef<AbortSignal>[] = [];
    const fetch = failover({
      hedge: { afterMs: 60_000 },
      use: {
        perAttempt: [
          (call, next) => {
            seen.push(new WeakRef(call.signal));
            return next(call);
          },
        ],
      },
    });
    const { signal } = new AbortController();
    for (let i = 0; i < 50; i++) await (await fetch(...chat(signal))).text();
    const kept = () => seen.filter((ref) => ref.deref() !== undefined).length;
    for (let i = 0; i < 20 && kept() > 2; i++) await collectGarbage?.();
    expect(kept()).toBeLessThanOrEqual(2);
  },
);

test('A: a final failure can be read after garbage was collected', async () => {
  throttles = true;
  try {
    const response = await failover()(...chat());
    for (let i = 0; i < 3; i++) await collectGarbage?.();
    expect(response.status).toBe(429);
    expect((await response.text()).length).toBeGreaterThan(100_000);
  } finally {
    throttles = false;
  }
});
