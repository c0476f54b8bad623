import { expect, test, vi } from 'vitest';
import { createEvents } from '../../src/events.ts';
import { type FailoverEvent, memoryStore } from '../../src/index.ts';
import { pretend } from '../support/platform.ts';
import { ok, refused, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, setup } from '../support/setup.ts';

const brief = (event: FailoverEvent): string => {
  switch (event.type) {
    case 'attempt':
      return `attempt ${event.record.region} ${event.record.verdict.kind}`;
    case 'failover':
      return `failover ${event.from} → ${event.to} (${event.because})`;
    case 'health':
      return `health ${event.status.region} ${event.status.state}`;
    case 'wait':
      return `wait ${event.region} ${event.ms}`;
    default:
      return event.type;
  }
};

test('events come in the order in which things happen', async () => {
  const { chat: ask, events } = setup({ script: { sweden: refused, eastus: [throttled(2), ok] }, random: () => 0 });
  await ask();
  expect(events.map(brief)).toEqual([
    'attempt sweden connect',
    'attempt sweden connect',
    'failover sweden → eastus (connect)',
    'attempt eastus throttled',
    // That another region answers is what shows whose fault it was.
    'health sweden open',
    'health eastus closed',
    'wait eastus 2000',
    'attempt eastus ok',
    'health eastus closed',
    'settled',
  ]);
  expect(new Set(events.flatMap((event) => ('callId' in event ? [event.callId] : []))).size).toBe(1);
});

test('events: subscribe hears until it is told to stop, each subscription by itself', async () => {
  pretend('server');
  const { fetch, chat: ask } = setup();
  const listener = vi.fn();
  const [first, second] = [fetch.subscribe(listener), fetch.subscribe(listener)];
  await ask();
  expect(listener).toHaveBeenCalledTimes(4);
  first();
  first();
  await ask();
  expect(listener).toHaveBeenCalledTimes(6);
  second();
  await ask();
  expect(listener).toHaveBeenCalledTimes(6);
});

test('events: a listener that throws is heard of on the console, and nobody else notices', async () => {
  pretend('server');
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { fetch, chat: ask, heard } = setup();
  fetch.subscribe(() => {
    throw new Error('a bug');
  });
  expect((await ask()).status).toBe(200);
  expect(heard('settled')).toHaveLength(1);
  expect(logged).toHaveBeenCalledTimes(2);
  logged.mockRestore();
});

test('events: retries of the SDK’s own are warned about, once', async () => {
  const { chat: ask, heard } = setup();
  await ask({ headers: { 'x-stainless-retry-count': '0' } });
  expect(heard('warning')).toEqual([]);
  await ask({ headers: { 'x-stainless-retry-count': '1' } });
  await ask({ headers: { 'x-stainless-retry-count': '2' } });
  expect(heard('warning')).toMatchObject([
    { code: 'nested-retries', message: expect.stringContaining('maxRetries: 0') },
  ]);
});

test('events: the v1 base URL given to AzureOpenAI is warned about, once', async () => {
  const { chat: ask, heard } = setup({ script: { sweden: status(404, {}, 'Resource not found') } });
  for (let i = 0; i < 3; i++) await ask({}, `${endpointOf('sweden')}/openai/v1/deployments/gpt/chat/completions`);
  expect(heard('warning')).toMatchObject([
    { code: 'base-url', message: expect.stringContaining('`endpoint` instead') },
  ]);
});

test('events: what was warned about is not kept without end', () => {
  const heard: string[] = [];
  const { warn } = createEvents((event) => void (event.type === 'warning' && heard.push(event.code)));
  const most = 1_000;
  for (let i = 0; i < most; i++) warn(`${i}`, '');
  for (let i = 0; i < most; i++) warn(`${i}`, '');
  expect(heard).toHaveLength(most);
  warn('one more', '');
  warn('0', '');
  expect(heard.slice(most)).toEqual(['one more', '0']);
});

test('events: a warning that nobody listens to goes to the console', async () => {
  pretend('server');
  const logged = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { createFailoverFetch } = await import('../../src/index.ts');
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => new Response('{}'),
  });
  await fetch(CHAT, chat({ headers: { 'x-stainless-retry-count': '1' } }));
  expect(logged).toHaveBeenCalledOnce();
  logged.mockRestore();
});
