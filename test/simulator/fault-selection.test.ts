import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActiveFaults } from '../../src/simulator/active-faults.ts';
import { parseFault } from '../../src/simulator/fault.ts';
import { decide } from '../../src/simulator/region.ts';
import { RegionMemory } from '../../src/simulator/region-memory.ts';
import { regionModel } from '../../src/simulator/region-model.ts';

const start = Date.UTC(2026, 10, 22, 12);

interface Ask {
  /** Since the faults began. */
  readonly ms?: number;
  readonly deployment?: string;
  readonly method?: string;
  readonly path?: string;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Region {
  readonly faults: ActiveFaults;
  /** The status, or what becomes of the request instead. */
  ask(ask?: Ask): number | string;
}

function region(...faults: readonly string[]): Region {
  const model = regionModel('eastus', { keys: ['secret'] }, 7);
  const memory = new RegionMemory();
  for (const fault of faults) memory.faults.add(parseFault(fault), start);
  let nth = 0;
  return {
    faults: memory.faults,
    ask({
      ms = 0,
      deployment = 'gpt-4o',
      method = 'POST',
      path = '/openai/v1/responses',
      stream = false,
      headers,
    } = {}) {
      const body = method === 'POST' ? JSON.stringify({ model: deployment, input: 'Good morning', stream }) : '';
      const request = { method, path, headers: new Headers({ 'api-key': 'secret', ...headers }), body };
      const { action } = decide(model, memory, request, { seed: 7, nth: ++nth, now: start + ms });
      return action.kind === 'respond' ? action.reply.status : action.kind;
    },
  };
}

function times<T>(count: number, ask: (nth: number) => T): T[] {
  return Array.from({ length: count }, (_, nth) => ask(nth));
}

const attempt = (id: string): Ask => ({ headers: { 'x-ms-client-request-id': id } });

test('@match strikes what is all of it', () => {
  const match = 'deployment=gpt-4o&method=POST&path=v1/resp&stream=true&header.x-user=7';
  const { ask } = region(`status(503)@${match}`);
  const all: Ask = { stream: true, headers: { 'X-User': '7' } };
  expect(ask(all)).toBe(503);
  expect(ask({ ...all, deployment: 'small' })).toBe(200);
  expect(ask({ ...all, path: '/openai/v1/chat/completions' })).toBe(200);
  expect(ask({ ...all, stream: false })).toBe(200);
  expect(ask({ ...all, headers: { 'X-User': '8' } })).toBe(200);
  expect(region('status(503)@method=GET').ask(all)).toBe(200);
});

test('a path is matched without its query', () => {
  const { ask } = region('status(503)@path=2024');
  expect(ask({ path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' })).toBe(200);
});

test('+skip lets so many pass, and *times strikes so many after them', () => {
  const { ask, faults } = region('status(503)+2*3');
  expect(times(7, () => ask())).toEqual([200, 200, 503, 503, 503, 200, 200]);
  expect(faults.at(start)).toEqual([]);
});

test('+skip and *times count what the fault applies to', () => {
  const { ask } = region('429(1)@deployment=gpt-4o+1*1');
  const models: Ask = { method: 'GET', path: '/openai/v1/models' };
  expect([ask(models), ask({ deployment: 'small' }), ask(), ask(models), ask(), ask()]).toEqual([
    ...[200, 200, 200, 200, 429, 200],
  ]);
});

test('#request counts for each logical request by itself', () => {
  const { ask, faults } = region('status(503)+1*1#request');
  const ids = ['a', 'b', 'a', 'a', 'b', 'b'];
  expect(ids.map((id) => ask(attempt(id)))).toEqual([200, 200, 503, 200, 503, 200]);
  expect([ask(), ask(), ask()]).toEqual([200, 503, 200]);
  expect(faults.at(start)).toHaveLength(1);
});

test('#request draws the same lots in whatever order the attempts come', () => {
  const ids = times(40, (nth) => [`id-${nth}`, `id-${nth}`]).flat();
  const drawn = (order: readonly string[]): Record<string, (number | string)[]> => {
    const { ask } = region('status(503)#request%30');
    const seen: Record<string, (number | string)[]> = {};
    for (const id of order) seen[id] = [...(seen[id] ?? []), ask(attempt(id))];
    return seen;
  };
  const expected = drawn(ids);
  const struck = Object.values(expected).flat();
  expect(struck.filter((status) => status === 503).length).toBeGreaterThan(12);
  expect(struck.filter((status) => status === 503).length).toBeLessThan(36);
  fc.assert(
    fc.property(fc.shuffledSubarray(ids, { minLength: ids.length }), (order) => {
      expect(drawn(order)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

test('%prob strikes about so many, and the same ones for the same seed', () => {
  const run = (): (number | string)[] => {
    const { ask } = region('status(503)%30');
    return times(400, () => ask());
  };
  const struck = run().filter((status) => status === 503).length;
  expect(struck).toBeGreaterThan(90);
  expect(struck).toBeLessThan(150);
  expect(run()).toEqual(run());
});

test('~ttl begins and ends a fault', () => {
  const { ask, faults } = region('status(503)~5s..30s');
  expect([0, 4999, 5000, 29_999, 30_000].map((ms) => ask({ ms }))).toEqual([200, 200, 503, 503, 200]);
  expect(faults.at(start + 30_000)).toEqual([]);
  expect([0, 5000, 1e9].map((ms) => region('status(503)~5s..').ask({ ms }))).toEqual([200, 503, 503]);
});

test('a flap that waits is well for its time once it is on', () => {
  const { ask } = region('flap(3,5,status(503))~10s..');
  expect([0, 9, 12, 13, 17, 18, 20, 21].map((second) => ask({ ms: second * 1000 }))).toEqual([
    ...[200, 200, 200, 503, 503, 200, 200, 503],
  ]);
});

test('a sequence goes by requests, round and round, or as often as it is told', () => {
  const { ask } = region('sequence(status(503),429(2),ok)');
  expect(times(7, () => ask())).toEqual([503, 429, 200, 503, 429, 200, 503]);
  const once = region('sequence(status(503),429(2),ok)*2');
  expect(times(4, () => once.ask())).toEqual([503, 429, 200, 200]);
  expect(once.faults.at(start)).toEqual([]);
});

test('a sequence is one for each logical request where it is told to', () => {
  const { ask } = region('sequence(status(503),rst:request,ok)#request');
  expect(['a', 'b', 'a', 'a', 'b', 'b'].map((id) => ask(attempt(id)))).toEqual([
    ...[503, 503, 'reset', 200, 'reset', 200],
  ]);
});

test('a turn of a sequence is taken also by what it cannot strike', () => {
  const { ask } = region('sequence(429(1),status(503))');
  expect(ask({ method: 'GET', path: '/openai/v1/models' })).toBe(200);
  expect([ask(), ask()]).toEqual([503, 429]);
  expect(ask({ method: 'OPTIONS' })).toBe(200);
  expect(ask()).toBe(503);
});

test('what is about some requests goes before what is about all, and that before what is about all regions', () => {
  const { ask, faults } = region('status(500)@deployment=gpt-4o', 'status(502)');
  faults.add(parseFault('status(503)'), start, 'all');
  expect([ask(), ask({ deployment: 'small' })]).toEqual([500, 502]);
  const alone = region();
  alone.faults.add(parseFault('status(503)'), start, 'all');
  expect(alone.ask()).toBe(503);
});

test('of several faults of one rank, the newest strikes', () => {
  expect(region('status(500)', 'status(502)').ask()).toBe(502);
});

test('the next requests meet what is queued for them, one each, and nothing else', () => {
  const { ask, faults } = region('status(503)@deployment=gpt-4o', 'latency(100)');
  faults.queue(parseFault('429(1)'), start);
  faults.queue(parseFault('rst:request'), start);
  faults.queue(parseFault('status(400)*2'), start);
  expect(ask({ method: 'OPTIONS' })).toBe(200);
  expect(times(5, () => ask())).toEqual([429, 'reset', 400, 400, 503]);
  expect(faults.at(start).map(({ text }) => text)).toEqual(['status(503)@deployment=gpt-4o', 'latency(100)']);
});

test('what is queued waits for the request that it is about, or until its time is up', () => {
  const { ask, faults } = region('status(503)');
  const queued = faults.queue(parseFault('status(400)@deployment=small'), start);
  expect(queued.text).toBe('status(400)@deployment=small*1');
  faults.queue(parseFault('status(401)~5s'), start);
  const withdrawn = faults.queue(parseFault('status(403)'), start);
  faults.remove(withdrawn);
  expect([ask({ ms: 5000 }), ask({ ms: 5000, deployment: 'small' }), ask({ ms: 5000 })]).toEqual([503, 400, 503]);
});

test('what only delays does not decide in the place of others', () => {
  const { ask, faults } = region('status(503)');
  faults.queue(parseFault('latency(500)'), start);
  expect(ask()).toBe(503);
  expect(faults.at(start).map(({ text }) => text)).toEqual(['status(503)']);
});

test('what strikes before there is a request cannot be queued', () => {
  const { faults } = region();
  for (const fault of ['refused', 'blackhole', 'rst:accept', 'conn-limit(3)']) {
    expect(() => faults.queue(parseFault(fault), start)).toThrow(
      new TypeError(`what the next request meets must be a fault of requests, got "${fault}"`),
    );
  }
});

test('a region has one fault of the connection at a time, besides those that are queued', () => {
  const { faults } = region();
  faults.queue(parseFault('silence'), start);
  faults.add(parseFault('conn-limit(6)~10s'), start);
  expect(() => faults.add(parseFault('sequence(ok,silence)'), start, 'all')).toThrow(
    'a region has one connection fault at a time: "sequence(ok,silence)" while "conn-limit(6)~10s" is on',
  );
  faults.add(parseFault('refused'), start + 10_000);
});
