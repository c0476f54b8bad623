import { expect, test } from 'vitest';
import { ActiveFaults } from '../../src/simulator/active-faults.ts';
import { parseFault } from '../../src/simulator/fault.ts';
import { type Decision, decide } from '../../src/simulator/region.ts';
import { RegionMemory } from '../../src/simulator/region-memory.ts';
import { regionModel, type SimRegionOptions } from '../../src/simulator/region-model.ts';

const start = Date.UTC(2026, 10, 22, 12);

interface Ask {
  readonly ms?: number;
  readonly deployment?: string;
  readonly method?: string;
  readonly path?: string;
  readonly key?: string | null;
}

/** One region that is asked by the function it returns; the faults start at once. */
function region(options: SimRegionOptions = {}, ...faults: readonly string[]): (ask?: Ask) => Decision {
  const model = regionModel('eastus', { keys: ['secret'], ...options }, 7);
  const memory = new RegionMemory();
  for (const fault of faults) memory.faults.add(parseFault(fault), start);
  let nth = 0;
  return ({ ms = 0, deployment = 'gpt-4o', method = 'POST', path = '/openai/v1/responses', key = 'secret' } = {}) => {
    const headers = new Headers(key === null ? {} : { 'api-key': key });
    const body = method === 'POST' ? JSON.stringify({ model: deployment, input: 'Good morning' }) : '';
    return decide(model, memory, { method, path, headers, body }, { seed: 7, nth: ++nth, now: start + ms });
  };
}

/** The status, or what becomes of the request instead. */
function fate({ action }: Decision): number | string {
  return action.kind === 'respond' ? action.reply.status : action.kind;
}

const models = { method: 'GET', path: '/openai/v1/models' };

test('only an answer of the model takes the time of the model', () => {
  const ask = region({ latencyMs: 20, modelMs: 800, deployments: ['gpt-4o'] });
  expect(ask()).toMatchObject({ delayMs: 820 });
  expect(ask({ path: '/openai/v1/embeddings' })).toMatchObject({ delayMs: 820 });
  const others: readonly [number, Ask][] = [
    [200, models],
    [401, { ...models, key: null }],
    [401, { key: 'other' }],
    [404, { deployment: 'small' }],
    [404, { path: '/openai/v1/nothing' }],
    [400, { path: '/openai/v1/responses?api-version=1' }],
    [200, { method: 'OPTIONS' }],
  ];
  for (const [status, how] of others) {
    const decision = ask(how);
    expect(fate(decision)).toBe(status);
    expect(decision.delayMs).toBe(20);
  }
});

test('a status is answered at once, and later where a latency says so', () => {
  expect(region({ modelMs: 800 }, 'status(503)')().delayMs).toBe(0);
  expect(region({ modelMs: 800 }, 'status(503)', 'latency(5000)')().delayMs).toBe(5000);
  expect(region({ modelMs: 800 }, '429(20)')().delayMs).toBe(0);
});

test('the times of network and model are drawn anew for every request, and the same for the same one', () => {
  const draws = (options: SimRegionOptions): number[] => {
    const ask = region(options);
    return Array.from({ length: 50 }, () => ask().delayMs);
  };
  for (const options of [{ latencyMs: 'lognormal(40,0.3)' }, { modelMs: 'lognormal(800,0.4)' }]) {
    const first = draws(options);
    expect(draws(options)).toEqual(first);
    expect(new Set(first).size).toBe(50);
  }
  const network = draws({ latencyMs: 'uniform(0,1)' });
  const model = draws({ modelMs: 'uniform(0,1)' });
  expect(network).not.toEqual(model);
});

test('slow multiplies the time of the model, and of nothing else', () => {
  const ask = region({ latencyMs: 20, modelMs: 800 }, 'latency(3)', 'slow(x8)@deployment=gpt-4o', 'slow(x0.5)');
  expect(ask()).toMatchObject({ delayMs: 3223, fault: 'latency(3)' });
  expect(ask({ deployment: 'small' })).toMatchObject({ delayMs: 423 });
  expect(ask(models)).toMatchObject({ delayMs: 23 });
});

test('slow names itself where nothing else decided, and is not used up by what needs no model', () => {
  const ask = region({ modelMs: 100 }, 'slow(x8)*1');
  expect(ask(models)).not.toHaveProperty('fault');
  expect(ask()).toMatchObject({ delayMs: 800, fault: 'slow(x8)*1' });
  expect(ask()).toMatchObject({ delayMs: 100 });
});

test.each(['status(503)', '429(20)', 'capacity(0)', 'nodeploy(gpt-4o)', 'firewall', 'key'])(
  '%s strikes one deployment only, where it says so',
  (fault) => {
    const ask = region({}, `${fault}@deployment=gpt-4o`);
    expect(fate(ask())).not.toBe(200);
    expect(fate(ask({ deployment: 'small' }))).toBe(200);
    expect(fate(ask({ path: '/openai/deployments/small/chat/completions?api-version=2024-10-21' }))).toBe(200);
    expect(fate(ask(models))).toBe(200);
  },
);

test('capacity serves so many a second and turns the others away', () => {
  const ask = region({ modelMs: 800 }, 'capacity(2)');
  const fates = (ms: number, count = 3): unknown[] => Array.from({ length: count }, () => fate(ask({ ms })));
  expect(fates(0)).toEqual([200, 200, 503]);
  expect(fates(500)).toEqual([200, 503, 503]);
  expect(fates(60_000)).toEqual([200, 200, 503]);
  expect(ask({ ms: 60_000 })).toMatchObject({ delayMs: 0, fault: 'capacity(2)' });
});

test('capacity counts the work of the model only', () => {
  const ask = region({}, 'capacity(1)', 'nodeploy(small)');
  for (const how of [models, { key: 'other' }, { deployment: 'small' }, { method: 'OPTIONS' }]) ask(how);
  expect(fate(ask())).toBe(200);
  expect(fate(ask())).toBe(503);
  expect(fate(ask(models))).toBe(200);
});

test('capacity with 429 answers as a region in high demand', () => {
  const { action } = region({}, 'capacity(0,429)')();
  expect(action).toMatchObject({ reply: { status: 429, stayAway: { forMs: 1000 } } });
  expect(action).toMatchObject({ reply: { body: expect.stringContaining('high demand') } });
});

test('capacity warms up from when it starts', () => {
  const ask = region({}, 'capacity(0,4,10)');
  const served = (second: number): number =>
    Array.from({ length: 100 }, (_, index) => fate(ask({ ms: second * 1000 + index * 10 }))).filter(
      (status) => status === 200,
    ).length;
  const seconds = Array.from({ length: 14 }, (_, second) => served(second));
  expect(seconds).toEqual([0, 0, 1, 2, 1, 3, 2, 3, 4, 3, 4, 4, 4, 4]);
});

test('a latency can grow from when it starts, and stays where it has come to', () => {
  const ask = region({ latencyMs: 20 }, 'latency(ramp(100,500,40))~10s..');
  const delays = [0, 10, 20, 50, 90].map((second) => ask({ ms: second * 1000 }).delayMs);
  expect(delays).toEqual([20, 120, 220, 520, 520]);
});

test('a quota says what is left of it, and how long to stay away when nothing is', () => {
  const ask = region({}, 'quota(40,600)');
  const headers = (decision: Decision): unknown =>
    decision.action.kind === 'respond' ? decision.action.reply.headers : undefined;
  const limits = { 'x-ratelimit-limit-tokens': '40', 'x-ratelimit-limit-requests': '600' };
  expect(headers(ask())).toMatchObject({ ...limits, 'x-ratelimit-remaining-tokens': '24' });
  expect(headers(ask())).toMatchObject({ 'x-ratelimit-remaining-tokens': '8', 'x-ratelimit-remaining-requests': '98' });
  const refused = ask({ ms: 30_000 });
  expect(fate(refused)).toBe(429);
  expect(refused).toMatchObject({ delayMs: 0, fault: 'quota(40,600)' });
  expect(headers(refused)).toMatchObject({ ...limits, 'retry-after': '30', 'x-ratelimit-reset-tokens': '30' });
  expect(refused.action).toMatchObject({ reply: { stayAway: { forMs: 30_000 } } });
  expect(refused.action).toMatchObject({ reply: { body: expect.stringContaining('exceeded the token rate limit') } });
  expect(fate(ask({ deployment: 'small', ms: 30_000 }))).toBe(200);
  expect(fate(ask({ ...models, ms: 30_000 }))).toBe(200);
  expect(fate(ask({ ms: 60_000 }))).toBe(200);
});

test('a quota of requests says that it is one of calls', () => {
  const ask = region({}, 'quota(1000000,6)');
  expect([fate(ask()), fate(ask({ ms: 4000 }))]).toEqual([200, 429]);
  expect(ask({ ms: 4000 }).action).toMatchObject({
    reply: {
      headers: { 'retry-after': '6', 'x-ratelimit-reset-requests': '6' },
      body: expect.stringContaining('exceeded the call rate limit'),
    },
  });
});

test('a quota counts nothing that is refused before it', () => {
  const ask = region({}, 'quota(16,600)', 'nodeploy(small)');
  for (const how of [models, { key: 'other' }, { deployment: 'small' }, { method: 'OPTIONS' }]) ask(how);
  expect([fate(ask()), fate(ask())]).toEqual([200, 429]);
});

test('the content of a 200 is spoilt as the fault says', () => {
  const replyTo = (fault: string, ask: Ask = {}): unknown => {
    const { action, ...rest } = region({}, fault)(ask);
    return { ...rest, ...(action.kind === 'respond' && action.reply), ...('delivery' in action && action.delivery) };
  };
  expect(replyTo('empty200')).toMatchObject({ status: 200, body: '', fault: 'empty200' });
  expect(replyTo('wrongtype')).toMatchObject({
    headers: { 'content-type': 'text/html' },
    body: expect.stringContaining('{'),
  });
  const { body } = replyTo('badjson') as { readonly body: string };
  expect(() => JSON.parse(body)).toThrow();
  const { bytes, end, body: whole } = replyTo('clen') as { bytes: number; end: string; body: string };
  expect([end, bytes]).toEqual(['close', Math.floor(whole.length / 2)]);
  expect(replyTo('badjson', { key: 'other' })).not.toHaveProperty('fault');
});

test('a fault with ~ttl ends by itself', () => {
  const ask = region({}, 'status(503)~30s');
  expect(fate(ask())).toBe(503);
  expect(fate(ask({ ms: 29_999 }))).toBe(503);
  expect(fate(ask({ ms: 30_000 }))).toBe(200);
});

test.each([
  ['flap(3,5,status(503))', 503],
  ['flap(3,5,silence)', 'silence'],
  ['flap(3,5)', 'reset'],
  ['flap(3,5,dns)', 'reset'],
])('%s is well first, then not, and so on', (fault, struck) => {
  const ask = region({}, fault);
  const fates = [0, 2999, 3000, 7999, 8000, 10_999, 11_000, 16_000].map((ms) => fate(ask({ ms })));
  expect(fates).toEqual([200, 200, struck, struck, 200, 200, struck, 200]);
  expect(ask({ ms: 3000 })).toMatchObject({ fault });
});

test('flap ends with its ttl', () => {
  const ask = region({}, 'flap(3,5,status(503))~4s');
  expect([3000, 3999, 4000, 11_000].map((ms) => fate(ask({ ms })))).toEqual([503, 503, 200, 200]);
});

test('says why nobody can connect', () => {
  const faults = new ActiveFaults();
  expect(faults.closedAt(start)).toBeUndefined();
  const refused = faults.add(parseFault('refused'), start);
  faults.add(parseFault('status(503)'), start);
  expect(faults.closedAt(start)).toBe('refused');
  faults.remove(refused);
  faults.add(parseFault('flap(1,1,dns)'), start);
  expect([0, 1000, 2000].map((ms) => faults.closedAt(start + ms))).toEqual([undefined, 'dns', undefined]);
});

test('takes a second fault of the connection when the first is over', () => {
  const faults = new ActiveFaults();
  faults.add(parseFault('refused~1s'), start);
  expect(() => faults.add(parseFault('flap(1,1)'), start + 999)).toThrow(
    'a region has one connection fault at a time: "flap(1,1)" while "refused~1s" is on',
  );
  faults.add(parseFault('flap(1,1)'), start + 1000);
  expect(faults.at(start + 1000).map(({ text }) => text)).toEqual(['flap(1,1)']);
});
