import { expect, test } from 'vitest';
import { adopt } from '../../src/health/absorb.ts';
import { HealthBook } from '../../src/health/book.ts';
import { weightOf } from '../../src/health/evidence.ts';
import { decode } from '../../src/health/read-snapshot.ts';
import { freshRecord, LONGEST_LEASE_MS } from '../../src/health/record.ts';
import { encode } from '../../src/health/snapshot.ts';
import { weighted } from '../../src/index.ts';
import { defaults } from '../../src/options.ts';
import {
  aBook,
  BREAKER,
  excluded,
  idsOf,
  learnedAt,
  NOW,
  open,
  regionOf,
  TUNED,
  times,
  UNREACHABLE,
  verdict,
  type What,
} from '../support/health.ts';
import { aCall } from '../support/setup.ts';

type World = ReturnType<typeof aBook>;
const order = ({ book, callOf }: World, call = callOf()) =>
  book.plan(call).choices.map(({ region, as }) => `${region.name} ${as}`);
/** A client that makes a call a second: it needs the most evidence. */
const busy = (world: World, calls = 300): World => {
  for (let i = 0; i < calls; i++) {
    world.book.arrive();
    world.clock.jump(1_000);
  }
  return world;
};
/** Failures in r0, each of a call that r1 answers. */
const failInR0 = (world: World, what: What, count = 1): void => {
  for (let i = 0; i < count; i++) world.call({ r0: what, r1: 'ok' });
};

test.each<[What, number]>([
  ['connect', 2],
  ['silent', 2],
  ['network', 3],
  ['gateway', 3],
  ['timeout', 3],
  ['bad-body', 3],
])('K: a busy client opens a region after so many %s: %i', (what, count) => {
  const world = busy(aBook());
  failInR0(world, what, count - 1);
  expect(world.recordOf('r0').circuit.state).toBe('closed');
  failInR0(world, what);
  expect(world.recordOf('r0').circuit).toMatchObject({ state: 'open', cause: verdict(what).kind });
  expect(world.changes).toMatchObject([{ region: 'r0', state: 'open' }]);
});

test.each<[What, number]>([
  ['server-error', 5],
  ['dependency', 5],
  ['slow', 3],
])('H: what fails inside is the deployment: after so many %s it is out, and the region is not: %i', (what, count) => {
  const world = busy(aBook());
  failInR0(world, what, count - 1);
  expect(world.targetOf('r0').circuit.state).toBe('closed');
  failInR0(world, what);
  expect(world.targetOf('r0').circuit).toMatchObject({ state: 'open', cause: verdict(what).kind });
  expect(world.recordOf('r0').circuit.state).toBe('closed');
  expect(order(world)[0]).toBe('r1 usual');
  expect(order(world, aCall({ deployment: 'o3' }))[0]).toBe('r0 usual');
});

test('K: the fewer calls a client makes, the less evidence it needs', () => {
  const slow = aBook();
  failInR0(slow, 'connect');
  expect(slow.recordOf('r0').circuit.state).toBe('open');
});

/** Of 45 calls to each region, so many fail: of three in a row, one or none. */
function mixed(failing: readonly boolean[], what: What = 'gateway', count = 15): World {
  const world = busy(aBook({ regions: failing.length }));
  for (let i = 0; i < count; i++) {
    for (const [index, fails] of failing.entries()) {
      world.call({ [`r${index}`]: 'ok' });
      world.call({ [`r${index}`]: 'ok' });
      world.call({ [`r${index}`]: fails ? what : 'ok' });
    }
  }
  return world;
}

test.each<[string, readonly boolean[], number]>([
  ['another one fares better', [true, false], 1],
  ['the best of the others fares better', [true, false, true], 1],
  ['the best of the others, listed last, fares better', [true, true, false], 1],
  ['no other one fares better', [true, true, true], 0],
])('K: a region that shows three of ten calls failing is open where %s', (_, failing, opens) => {
  expect(Math.min(1, mixed(failing).recordOf('r0').opens)).toBe(opens);
});

test.each([
  ['r0', 'r1'],
  ['r1', 'r0'],
])('K: a region of which too little is known is not compared with (%s fails, %s is well)', (ill, well) => {
  const world = busy(aBook({ regions: 3 }));
  const answers = (name: string, whats: readonly What[]) => {
    for (const what of whats) world.call({ [name]: what });
  };
  answers(well, times(4, 'ok'));
  for (let i = 0; i < 20; i++) answers(ill, ['ok', 'ok', 'gateway']);
  expect(world.recordOf(ill).opens).toBe(0);
  answers(well, times(4, 'ok'));
  answers(ill, ['gateway']);
  expect(world.recordOf(ill).opens).toBe(1);
});

test('K: a deployment is compared with the same one elsewhere, a region with regions', () => {
  const elsewhere = mixed([true, true], 'dependency');
  expect(elsewhere.targetOf('r0').opens).toBe(0);
  const well = mixed([true, false], 'dependency');
  expect(well.targetOf('r0').opens).toBeGreaterThan(0);
  expect(well.recordOf('r0').opens).toBe(0);
});

test('L: the last region that calls can go to is not opened', () => {
  const world = aBook();
  failInR0(world, 'connect', 3);
  expect(world.recordOf('r0').circuit.state).toBe('open');
  for (let i = 0; i < 9; i++) world.call({ r1: 'gateway' });
  expect(world.recordOf('r1').circuit.state).toBe('closed');
  const out = aBook();
  out.book.force('r1', 'out', 5_000);
  for (let i = 0; i < 9; i++) out.call({ r0: 'gateway' });
  expect(out.recordOf('r0').circuit.state).toBe('closed');
});

test('L: a deployment that no other region has is not opened', () => {
  const world = aBook({ regions: [{}, { deployments: { gpt: false } }] });
  for (let i = 0; i < 9; i++) world.call({ r0: 'dependency' });
  expect(world.targetOf('r0').circuit.state).toBe('closed');
  for (let i = 0; i < 9; i++) world.call({ r0: 'dependency' }, { call: world.callOf('o3') });
  expect(world.targetOf('r0', 'o3').circuit.state).toBe('open');
});

test.each([
  ['one region', [{}]],
  [
    'two regions of one endpoint',
    [
      { endpoint: 'https://one.openai.azure.com', deployments: { gpt: 'gpt-1' } },
      { endpoint: 'https://one.openai.azure.com', deployments: { gpt: 'gpt-2' } },
    ],
  ],
])('J: with %s there is nothing to compare with', (_, regions) => {
  for (const what of UNREACHABLE) {
    const world = aBook({ regions });
    for (let i = 0; i < 9; i++) world.call({ r0: what });
    expect(world.recordOf('r0').points).toBe(0);
    expect(world.book.isLocal).toBe(false);
    expect(world.statusOf('r0')).toMatchObject({ state: 'closed', deployments: {} });
  }
});

test('L: one region alone is never opened', () => {
  const world = aBook({ regions: 1 });
  for (const what of ['server-error', 'gateway', 'dependency', 'slow', ...UNREACHABLE] as const)
    for (let i = 0; i < 9; i++) world.call({ r0: what });
  expect(world.statusOf('r0')).toMatchObject({ state: 'closed', deployments: {} });
});

test.each(UNREACHABLE)('J: while no other region has answered, %s is held against nobody', (what) => {
  const world = aBook();
  world.ask('r0', what);
  expect(world.recordOf('r0')).toEqual(freshRecord);
  expect(order(world)).toEqual(['r1 usual', 'r0 usual']);
  world.ask('r1', 'invalid');
  expect(world.recordOf('r0').points).toBeCloseTo(weightOf(verdict(what)), 9);
});

test('J: when no region can be reached, nothing is held against any', () => {
  const world = aBook();
  for (let i = 0; i < 9; i++) {
    world.call({ r0: 'connect', r1: 'network' });
    expect(world.book.isLocal).toBe(true);
  }
  world.ask('r1', 'ok');
  expect(world.book.isLocal).toBe(false);
  expect([world.recordOf('r0').points, world.recordOf('r1').points]).toEqual([0, 0]);
  expect(order(world)).toEqual(['r0 usual', 'r1 usual']);
});

test('J: an answer that came before a failure says nothing of it, not even when it is the same attempt’s', () => {
  const world = aBook();
  const ticket = world.begin('r0');
  const at = { startedAt: NOW, durationMs: 0 };
  world.book.end(ticket, [
    { verdict: verdict('gateway'), status: 502, ...at },
    { verdict: verdict('connect'), ...at },
  ]);
  expect(world.recordOf('r0').points).toBe(0);
});

test('J: a captive portal’s page shows no region to be up', () => {
  const world = aBook({ regions: 3 });
  world.ask('r0', 'connect');
  world.ask('r1', 'bad-body');
  expect(world.recordOf('r0').points).toBe(0);
  world.ask('r2', 'throttled');
  expect(world.recordOf('r0').points).toBeGreaterThan(0);
});

test('J: a clock that was set back when the network came up does not excuse failures for as long', () => {
  const world = busy(aBook());
  world.call({ r0: 'connect', r1: 'connect' });
  world.ask('r1', 'ok');
  world.clock.jump(-3_600_000);
  failInR0(world, 'timeout', 9);
  expect(world.recordOf('r0').circuit.state).toBe('open');
});

test('J: what is forced out cannot be asked, and says nothing of the network', () => {
  const world = aBook({ regions: 3 });
  world.book.force('r2', 'out', 5_000);
  world.call({ r0: 'connect', r1: 'connect' });
  expect(world.book.isLocal).toBe(true);
});

test('J: what fails alike in two regions is the request’s own doing', () => {
  const world = aBook();
  for (let i = 0; i < 9; i++) world.call({ r0: 'server-error', r1: 'server-error' });
  expect([world.targetOf('r0').points, world.targetOf('r1').points]).toEqual([0, 0]);
  world.call({ r0: 'server-error', r1: 'gateway' });
  expect(world.targetOf('r0').points).toBe(weightOf(verdict('server-error')));
  expect(world.recordOf('r1').points).toBeCloseTo(weightOf(verdict('gateway')), 9);
});

test('J: of what is not clear yet, a call that it concerns is kept away', () => {
  const world = aBook();
  world.ask('r0', 'server-error');
  expect(order(world)).toEqual(['r1 usual', 'r0 usual']);
  expect(order(world, aCall({ deployment: 'o3' }))).toEqual(['r0 usual', 'r1 usual']);
  expect([world.book.isClean('r0', 'gpt'), world.book.isClean('r0', 'o3')]).toEqual([false, true]);
  world.ask('r0', 'gateway');
  expect(order(world, aCall({ deployment: 'o3' }))).toEqual(['r1 usual', 'r0 usual']);
});

test('J: an answered call makes those guilty that failed it, at once', () => {
  const world = aBook();
  const call = world.callOf();
  for (const name of ['r0']) world.end(world.begin(name, { call }), 'server-error');
  world.end(world.begin('r1', { call }), 'ok');
  expect(world.targetOf('r0').points).toBe(1);
});

test('J: what two regions failed alike, a third one’s answer makes their fault, before the call is over', () => {
  const world = aBook({ regions: 3 });
  const call = world.callOf();
  for (const name of ['r0', 'r1']) world.end(world.begin(name, { call }), 'server-error');
  world.end(world.begin('r2', { call }), 'ok');
  expect([world.targetOf('r0').points, world.targetOf('r1').points]).toEqual([1, 1]);
});

test('J: connections that broke together in several calls are one event', () => {
  const world = busy(aBook());
  const tickets = times(5, 0).map(() => world.begin('r0'));
  for (const ticket of tickets) world.end(ticket, 'connect', { ms: 500 });
  world.ask('r1', 'ok');
  expect(world.recordOf('r0')).toMatchObject({ circuit: { state: 'closed' }, results: 1 });
});

test('O: a call that failed wherever it was sent makes trying again hopeless, until something goes well', () => {
  const world = aBook();
  const hopeless = () => [world.book.isHopeless, world.book.isClean('r0', 'o3')];
  expect(hopeless()).toEqual([false, true]);
  world.call({ r0: 'server-error' });
  expect(hopeless()).toEqual([false, true]);
  world.book.settle('another', true, 2);
  expect(hopeless()).toEqual([false, true]);
  world.call({ r0: 'throttled', r1: 'throttled' });
  expect(hopeless()).toEqual([true, false]);
  world.ask('r1', 'invalid');
  expect(hopeless()).toEqual([true, false]);
  world.ask('r1', 'ok');
  expect(hopeless()).toEqual([false, true]);
});

test('H: a region’s evidence is not its deployment’s, and the other way round', () => {
  const world = busy(aBook());
  failInR0(world, 'gateway');
  expect([world.recordOf('r0').points > 0, world.targetOf('r0').points]).toEqual([true, 0]);
  failInR0(world, 'dependency');
  expect(world.targetOf('r0').points).toBe(1);
});

test('H: what a caller did wrong, and what taught nothing, leaves no trace', () => {
  for (const what of ['invalid', 'state-bound', 'aborted', 'offline', 'token-source', 'unknown', 'gave up'] as const) {
    const world = aBook();
    for (let i = 0; i < 9; i++) world.call({ r0: what });
    expect([world.recordOf('r0'), world.targetOf('r0')]).toEqual([freshRecord, freshRecord]);
    expect(world.changes).toEqual([]);
  }
});

test('K: a region is clean while nothing lately speaks against it', () => {
  const world = busy(aBook());
  const isClean = () => world.book.isClean('r0', 'gpt');
  expect(isClean()).toBe(true);
  failInR0(world, 'dependency');
  expect([isClean(), world.book.isClean('r0', 'o3')]).toEqual([false, true]);
  world.clock.jump(TUNED.halfLifeMs);
  expect(isClean()).toBe(false);
  world.clock.jump(1);
  expect(isClean()).toBe(true);
  failInR0(world, 'gateway');
  expect([isClean(), world.book.isClean('r0', 'o3')]).toEqual([false, false]);
  world.ask('r0', 'ok');
  expect(isClean()).toBe(true);
});

test('K: a region that is open, or asked again, is not clean', () => {
  for (const scope of ['record', 'target'] as const) {
    const world = aBook();
    const due = open(-1, {}, 'server-error');
    world.hear('r0', scope === 'record' ? due : freshRecord, scope === 'target' ? { gpt: due } : {});
    expect(world.book.isClean('r0', 'gpt')).toBe(false);
    world.ask('r0', 'ok', { as: 'probe' });
    expect(world.book.isClean('r0', 'gpt')).toBe(false);
    world.ask('r0', 'ok', { as: 'probe' });
    expect(world.book.isClean('r0', 'gpt')).toBe(true);
  }
});

/** r0 is open, cannot be asked for free, and is due. */
const due = (given: Parameters<typeof aBook>[0] = {}): World => {
  const world = aBook(given);
  world.hear('r0', open(-1, {}, 'bad-body'));
  return world;
};

test('K: one probe is sent; until it ends, or its lease is over, other calls go elsewhere', () => {
  const world = due();
  expect(order(world)).toEqual(['r0 probe', 'r1 usual']);
  const ticket = world.begin('r0', { as: 'probe', leaseMs: 9_000 });
  expect(order(world)).toEqual(['r1 usual', 'r0 last-resort']);
  world.clock.jump(8_999);
  expect(order(world)).toEqual(['r1 usual', 'r0 last-resort']);
  world.clock.jump(1);
  expect(order(world)).toEqual(['r0 probe', 'r1 usual']);
  world.clock.jump(-5_000);
  world.book.end(ticket, []);
  expect(order(world)).toEqual(['r0 probe', 'r1 usual']);
});

test('K: a probe of which it is not clear whose fault it was keeps its place, until it is', () => {
  const world = due();
  const call = world.callOf();
  world.end(world.begin('r0', { as: 'probe', call }), 'gateway');
  expect(order(world, aCall({ deployment: 'o3' }))).toEqual(['r1 usual', 'r0 last-resort']);
  world.book.settle(call.id, false, 1);
  expect(world.recordOf('r0').circuit.state).toBe('open');
});

test('K: a probe that failed with the client’s own network gives its place back', () => {
  const world = due();
  world.call({ r0: 'connect', r1: 'connect' }, { as: 'probe' });
  expect(world.recordOf('r0').circuit).toMatchObject({ state: 'half-open', probeUntil: 0 });
  expect(order(world)).toEqual(['r0 probe', 'r1 usual']);
});

test('K: no lease is longer than the longest', () => {
  const world = due();
  world.begin('r0', { as: 'probe', leaseMs: 1e9 });
  expect(world.recordOf('r0').circuit).toMatchObject({ probeUntil: NOW + LONGEST_LEASE_MS });
});

test('K: a probe takes the places of the region and of its deployment, where they are down', () => {
  const world = aBook();
  world.hear('r0', open(-1, {}, 'bad-body'), { gpt: open(-1), o3: open(-1) });
  world.begin('r0', { as: 'probe' });
  expect(world.recordOf('r0').circuit.state).toBe('half-open');
  expect([world.targetOf('r0').circuit.state, world.targetOf('r0', 'o3').circuit.state]).toEqual(['half-open', 'open']);
});

test('K: an attempt that is no probe takes nobody’s place', () => {
  for (const as of ['usual', 'last-resort'] as const) {
    const world = due();
    world.begin('r0', { as });
    expect(world.recordOf('r0').circuit.state).toBe('open');
  }
});

test('K: a probe that succeeds twice brings a region back, one that fails sends it away for longer', () => {
  const world = busy(due());
  world.ask('r0', 'ok', { as: 'probe' });
  expect(world.recordOf('r0').circuit).toMatchObject({ state: 'half-open', probeUntil: 0, successes: 1 });
  world.ask('r0', 'ok', { as: 'probe' });
  expect(world.recordOf('r0').circuit.state).toBe('ramping');
  expect(world.changes.map(({ state }) => state)).toEqual(['half-open', 'half-open', 'ramping']);
  const failed = due();
  failed.call({ r0: 'gateway', r1: 'ok' }, { as: 'probe' });
  expect(failed.recordOf('r0')).toMatchObject({ circuit: { state: 'open', cause: 'gateway' }, opens: 1 });
});

test('K: what was sent before a change of state teaches nothing', () => {
  const world = aBook();
  const [early, late] = [world.begin('r0'), world.begin('r0')];
  failInR0(world, 'connect');
  const { circuit } = world.recordOf('r0');
  expect(circuit.state).toBe('open');
  world.end(early, 'ok');
  world.end(late, 'throttled');
  expect(world.recordOf('r0').circuit).toBe(circuit);
  expect(world.targetOf('r0').excluded).toBeDefined();
});

test('N: a region that is asked whether it can be reached waits for the answer', () => {
  const world = aBook();
  world.hear('r0', open(-1));
  const asks = () => world.book.plan(world.callOf()).questions.map(({ name }) => name);
  expect(asks()).toEqual(['r0']);
  const answered = world.book.inquire('r0', 3_000);
  expect(asks()).toEqual([]);
  expect(world.recordOf('r0').circuit).toMatchObject({ state: 'open', until: NOW + 3_000 });
  world.clock.jump(3_000);
  expect(asks()).toEqual(['r0']);
  answered(false);
  expect(asks()).toEqual([]);
  answered(true);
  expect(order(world)).toEqual(['r0 probe', 'r1 usual']);
  expect(world.changes.at(-1)).toMatchObject({ region: 'r0', state: 'half-open' });
});

test('I: a region that asked to be left alone is not clean, nor is its deployment', () => {
  const world = aBook();
  world.ask('r0', 'throttled', { retryAfterMs: 5_000 });
  expect([world.book.isClean('r0', 'gpt'), world.book.isClean('r0', 'o3')]).toEqual([false, true]);
  world.ask('r1', 'blocked', { retryAfterMs: 5_000 });
  expect([world.book.isClean('r1', 'gpt'), world.book.isClean('r1', 'o3')]).toEqual([false, false]);
  world.clock.jump(6_000);
  expect([world.book.isClean('r0', 'gpt'), world.book.isClean('r1', 'gpt')]).toEqual([true, true]);
});

test('I: a pool that is full for one region is full for all who draw on it, and for them alone', () => {
  const world = aBook({ regions: [{ pool: 'eu' }, { pool: 'eu' }, { pool: 'us' }, {}] });
  world.ask('r0', 'no-capacity', { retryAfterMs: 7_000 });
  const until = ['r0', 'r1', 'r2', 'r3'].map((name) => world.targetOf(name).excluded?.until);
  expect(until).toEqual([NOW + 7_350, NOW + 7_350, undefined, undefined]);
  expect(world.changes.map(({ region }) => region)).toEqual(['r0', 'r1']);
  expect(world.targetOf('r1', 'o3').excluded).toBeUndefined();
  world.ask('r3', 'no-capacity');
  expect(world.targetOf('r2').excluded).toBeUndefined();
  world.ask('r2', 'throttled');
  const last = aBook({ regions: [{}, { pool: 'eu' }, { pool: 'eu' }] });
  last.ask('r1', 'no-capacity');
  expect(['r0', 'r1', 'r2'].map((name) => last.targetOf(name).excluded !== undefined)).toEqual([false, true, true]);
  const two = aBook({ regions: [{ pool: 'eu' }, { pool: 'eu' }] });
  two.ask('r0', 'throttled');
  expect(two.targetOf('r1').excluded).toBeUndefined();
});

test('O: the first try is free, each further one takes from the region’s budget', () => {
  const world = aBook();
  expect(times(TUNED.reserve, 0).map(() => world.book.afford('r0'))).toEqual(times(TUNED.reserve, true));
  expect([world.book.afford('r0'), world.book.afford('r1')]).toEqual([false, true]);
  const share = defaults.retry.budget;
  for (let i = 0; i < Math.ceil(1 / share); i++) world.ask('r0', 'ok');
  expect([world.book.afford('r0'), world.book.afford('r0')]).toEqual([true, false]);
  for (let i = 0; i < 99; i++) world.ask('r0', 'invalid');
  expect(world.book.afford('r0')).toBe(false);
});

test('O: after a clock was set back, the reserve comes back as ever', () => {
  const world = aBook();
  for (let i = 0; i < TUNED.reserve; i++) world.book.afford('r0');
  world.clock.jump(-3_600_000);
  expect(world.book.afford('r0')).toBe(false);
  world.clock.jump(TUNED.reserveMs - 1);
  expect(world.book.afford('r0')).toBe(false);
  world.clock.jump(1);
  expect(world.book.afford('r0')).toBe(true);
});

test('the latency of good answers is learned: of streams, and of others', () => {
  const world = aBook();
  const fast = { call: world.callOf('gpt', true), ms: 100 };
  world.ask('r0', 'ok', fast);
  world.ask('r0', 'ok', { ms: 900 });
  for (const what of ['invalid', 'gateway', 'throttled', 'aborted'] as const) world.ask('r0', what, { ms: 5 });
  expect(world.statusOf('r0')).toMatchObject({ latencyMs: 100 });
  expect(world.book.p95Ms({ ...fast.call.operation, stream: true })).toBeUndefined();
  for (let i = 0; i < 30; i++) {
    world.ask('r0', 'ok', fast);
    world.ask('r1', 'ok', { ms: 900 });
  }
  const p95 = (stream: boolean) => world.book.p95Ms({ ...fast.call.operation, stream }) ?? 0;
  expect(p95(true)).toBeGreaterThan(100);
  expect(p95(true)).toBeLessThan(200);
  expect(p95(false)).toBeGreaterThan(900);
});

test.each([
  [100, 900],
  [900, 100],
])('the 95th percentile is that of the fastest region (%i and %i ms)', (one, other) => {
  const world = aBook({ regions: 3 });
  for (let i = 0; i < 30; i++) {
    world.ask('r0', 'ok', { ms: one });
    world.ask('r2', 'ok', { ms: other });
  }
  const p95 = world.book.p95Ms(aCall().operation) ?? 0;
  expect(p95).toBeGreaterThan(100);
  expect(p95).toBeLessThan(200);
});

test('what waits for an answer is counted', () => {
  const world = aBook();
  const tickets = [world.begin('r0'), world.begin('r0'), world.begin('r0')] as const;
  expect([world.book.inFlight('r0'), world.book.inFlight('r1')]).toEqual([3, 0]);
  world.end(tickets[0], 'connect');
  world.book.end(tickets[1], []);
  world.book.outrun(tickets[2], NOW);
  expect(world.book.inFlight('r0')).toBe(0);
});

test('E: a deployment that is outrun five times in a row is out for a busy client, the region is not', () => {
  const world = busy(aBook());
  const outrun = () => world.book.outrun(world.begin('r0'), world.clock.now());
  for (let i = 0; i < 4; i++) outrun();
  expect(world.targetOf('r0')).toMatchObject({ circuit: { state: 'closed' }, points: 4 });
  outrun();
  expect(world.targetOf('r0').circuit).toMatchObject({ state: 'open', cause: 'timeout' });
  expect(world.recordOf('r0')).toEqual(freshRecord);
  const between = busy(aBook());
  for (let i = 0; i < 9; i++) {
    between.book.outrun(between.begin('r0'), NOW);
    for (let ok = 0; ok < 3; ok++) between.ask('r0', 'ok');
  }
  expect(between.targetOf('r0').circuit.state).toBe('closed');
});

test('E: a probe that is outrun has failed', () => {
  const world = due();
  world.book.outrun(world.begin('r0', { as: 'probe' }), NOW);
  expect(world.recordOf('r0')).toMatchObject({ circuit: { state: 'open', cause: 'timeout' }, opens: 1 });
});

test('L: a region is forced in or out, for a time, or until it is let go of', () => {
  const world = aBook();
  world.book.force('r0', 'out', 5_000);
  expect(order(world)).toEqual(['r1 usual']);
  expect(world.statusOf('r0').forced).toBe('out');
  world.clock.jump(5_000);
  expect(order(world)).toEqual(['r0 usual', 'r1 usual']);
  world.book.force('r0', 'out', 5_000);
  world.book.force('r0', 'auto', 5_000);
  expect(order(world)).toEqual(['r0 usual', 'r1 usual']);
  expect(world.changes.map(({ forced }) => forced)).toEqual(['out', 'out', undefined]);
});

test('statuses are in the order in which a call would try the regions, those that it would not, last', () => {
  const world = aBook({ regions: 4 });
  world.book.force('r0', 'out', 5_000);
  world.ask('r1', 'blocked');
  failInR0(world, 'ok');
  world.hear('r2', open(5_000));
  expect(world.book.statuses().map(({ region, state }) => `${region} ${state}`)).toEqual([
    'r3 closed',
    'r2 open',
    'r1 open',
    'r0 closed',
  ]);
});

test('statuses put a region that is due where the next call would try it', () => {
  expect(
    due()
      .book.statuses()
      .map(({ region, state }) => `${region} ${state}`),
  ).toEqual(['r0 half-open', 'r1 closed']);
});

test('T: of what others learned, and what was learned here, the later counts, for each region and deployment', () => {
  const world = aBook({ regions: 3 });
  world.ask('r1', 'throttled');
  failInR0(world, 'connect');
  const [{ generation }, target] = [world.recordOf('r1'), world.targetOf('r1')];
  world.changes.length = 0;
  const theirs = regionOf(learnedAt(NOW + 1, open(5_000)), { gpt: learnedAt(NOW, excluded(9_000)) });
  const closed = regionOf(learnedAt(NOW - 1, freshRecord));
  world.book.absorb(
    new Map([
      ['r0', closed],
      ['r1', theirs],
      ['r2', theirs],
    ]),
    adopt,
  );
  expect(world.recordOf('r0').circuit.state).toBe('open');
  expect(world.recordOf('r1')).toEqual({ ...theirs.record, generation: generation + 1 });
  expect(world.targetOf('r1')).toBe(target);
  expect(world.targetOf('r2')).toEqual({ ...excluded(9_000), learnedAt: NOW, generation: 1 });
  expect(world.changes).toMatchObject([
    { region: 'r1', state: 'open' },
    { region: 'r2', state: 'open' },
  ]);
});

test('T: what follows from what others learned counts as later, though their clock is ahead', () => {
  const world = aBook();
  world.book.absorb(new Map([['r0', regionOf(learnedAt(NOW + 60_000, open(-1, {}, 'bad-body')))]]), adopt);
  world.call({ r0: 'bad-body', r1: 'ok' }, { as: 'probe' });
  expect(world.recordOf('r0')).toMatchObject({ circuit: { state: 'open' }, learnedAt: NOW + 60_001 });
});

test('T: what was learned here is for others, what others learned and what is under way is not', () => {
  const changes: string[] = [];
  const { settings, callOf } = aBook();
  const book = new HealthBook(settings, (_, change) => changes.push(change));
  book.absorb(new Map([['r0', regionOf(learnedAt(NOW, open(-1, {}, 'gateway')))]]), adopt);
  const [first] = book.plan(callOf()).questions;
  if (!first) throw new Error('Nothing is asked');
  book.inquire('r0', 3_000)(true);
  book.inquire('r0', 3_000)(false);
  book.force('r0', 'out', 5_000);
  expect(changes).toEqual(['seen', 'seen', 'learned']);
});

test('T: that a region is still out of reach is for others too', () => {
  const world = aBook();
  world.hear('r0', open(-1));
  world.changes.length = 0;
  world.clock.jump(1_000);
  world.book.inquire('r0', 3_000)(false);
  expect(world.changes).toMatchObject([{ region: 'r0', state: 'open' }]);
  expect(world.recordOf('r0').learnedAt).toBe(NOW + 1_000);
});

test('T: whoever takes a region out, insists on it or lets go of it is heard by others, the last one counts', () => {
  const [here, there] = [aBook(), aBook()];
  const tell = (): void => there.book.absorb(here.book.records(), adopt);
  here.book.force('r0', 'out', 5_000);
  tell();
  expect(there.statusOf('r0').forced).toBe('out');
  here.clock.jump(1);
  there.clock.jump(1);
  here.book.force('r0', 'auto', Number.POSITIVE_INFINITY);
  tell();
  expect(there.statusOf('r0').forced).toBeUndefined();
  there.clock.jump(1);
  there.book.force('r0', 'in', 5_000);
  tell();
  expect(there.statusOf('r0').forced).toBe('in');
});

test('T: latencies that others learned are where learning starts, and do not replace what was learned here', () => {
  const world = aBook();
  world.ask('r0', 'ok', { ms: 100 });
  const stream = { meanMs: 700, p95Ms: 900, samples: 30, at: NOW };
  const theirs = { latency: { stream, whole: stream } };
  for (const name of ['r0', 'r1']) world.book.absorb(new Map([[name, regionOf(freshRecord, {}, theirs)]]), adopt);
  const latencyOf = (name: string) => world.book.records().get(name)?.latency;
  expect(latencyOf('r0')).toMatchObject({ stream, whole: { meanMs: 100, samples: 1 } });
  expect(latencyOf('r1')).toEqual({ stream, whole: stream });
});

test('T: what a book knows goes through a store and comes back', () => {
  const world = aBook();
  failInR0(world, 'connect');
  world.ask('r1', 'throttled', { retryAfterMs: 60_000 });
  const ids = idsOf('r0', 'r1');
  const snapshot = structuredClone(encode(world.book.records(), ids, NOW));
  const other = aBook();
  other.book.absorb(decode(snapshot, ids, NOW, BREAKER.maxOpenMs), adopt);
  const brief = ({ book }: World) => book.statuses();
  expect(brief(other)).toEqual(brief(world));
  expect(brief(other)).toMatchObject([
    { region: 'r1', deployments: { gpt: {} } },
    { region: 'r0', state: 'open' },
  ]);
});

test('a call that names no deployment shares the empty name', () => {
  const world = aBook();
  const { deployment: _, ...operation } = aCall().operation;
  world.ask('r0', 'throttled', { call: { ...aCall(), operation } });
  expect([...(world.book.records().get('r0')?.targets.keys() ?? [])]).toEqual(['']);
  expect(order(world, { ...aCall(), operation })).toEqual(['r1 usual']);
  expect(order(world)).toEqual(['r0 usual', 'r1 usual']);
});

test('the options’ strategy, breaker and chance are the book’s', () => {
  const world = aBook({
    strategy: weighted(),
    random: () => 0,
    breaker: { openMs: 1_000, maxOpenMs: 1_000, successesToClose: 1, rampMs: 0 },
    regions: [{ weight: 1 }, { weight: 1_000 }],
  });
  failInR0(world, 'bad-body', 3);
  expect(world.recordOf('r0').circuit).toMatchObject({ state: 'open', until: NOW + 500 });
  world.clock.jump(500);
  world.ask('r0', 'ok', { as: 'probe' });
  expect(world.recordOf('r0').circuit.state).toBe('closed');
});
