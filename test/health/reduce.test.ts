import { expect, test } from 'vitest';
import { threshold } from '../../src/health/evidence.ts';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { freshRecord, type HealthRecord } from '../../src/health/record.ts';
import type { VerdictKind } from '../../src/types.ts';
import {
  after,
  alive,
  answer,
  BREAKER,
  conditions,
  excluded,
  failure,
  halfOpen,
  NOW,
  open,
  probe,
  question,
  ramping,
  refusal,
  release,
  type Step,
  success,
  TUNED,
  times,
} from '../support/health.ts';

const { openMs, maxOpenMs, rampMs, successesToClose } = BREAKER;
const stateAfter = (...given: Parameters<typeof after>) => after(...given).circuit.state;
const openFor = ({ circuit }: HealthRecord, now = NOW) => (circuit.state === 'open' ? circuit.until - now : undefined);
/** Evidence that one failure more, however small, does (0) or nearly does (1) make enough. */
const nearly = (perSecond: number, short = 0): HealthRecord => ({
  ...freshRecord,
  points: threshold(perSecond) - 1 - short,
  results: 1,
  failures: 1,
  at: NOW,
});

test.each<[readonly Step[], 'open' | 'closed']>([
  [[failure('connect')], 'closed'],
  [[failure('connect'), failure('connect')], 'open'],
  [[failure('gateway'), failure('gateway')], 'closed'],
  [[failure('gateway'), failure('timeout'), failure('bad-body')], 'open'],
  [times(4, failure('server-error')), 'closed'],
  [times(5, failure('server-error')), 'open'],
  [[failure('connect'), failure('gateway')], 'closed'],
  [[failure('connect'), failure('gateway'), failure('server-error')], 'open'],
  [[failure('connect'), success(), failure('connect'), success(), failure('connect')], 'closed'],
  [[failure('gateway'), failure('gateway'), refusal('throttled'), failure('gateway')], 'open'],
  [[failure('gateway'), failure('gateway'), alive(), failure('gateway')], 'open'],
])('K: a busy client’s evidence adds up (%#)', (steps, state) => {
  expect(stateAfter(freshRecord, steps)).toBe(state);
});

test.each([0, 0.1, 0.4, 1, 20])(
  'K: a circuit opens at the threshold and not before (%d calls a second)',
  (perSecond) => {
    const one = failure('server-error');
    expect(stateAfter(nearly(perSecond), [one], { perSecond })).toBe('open');
    expect(stateAfter(nearly(perSecond, 0.001), [one], { perSecond })).toBe('closed');
  },
);

test('L: a circuit stays closed, whatever speaks against it, where calls have nowhere else to go', () => {
  const mayOpen = () => false;
  const failing = after(freshRecord, times(50, failure('connect')), { mayOpen });
  expect(failing).toMatchObject({ circuit: { state: 'closed' }, generation: 0, opens: 0 });
  expect(failing.points).toBeGreaterThan(threshold(1));
  expect(stateAfter(failing, [failure('connect')])).toBe('open');
  expect(stateAfter(ramping(5), times(50, failure('connect')), { mayOpen })).toBe('ramping');
  expect(stateAfter(halfOpen(5), [failure('connect')], { mayOpen })).toBe('open');
});

test('L: where else calls could go is asked for only when it matters', () => {
  const mayOpen = (): never => {
    throw new Error('asked');
  };
  expect(stateAfter(freshRecord, [failure('connect')], { mayOpen })).toBe('closed');
  expect(stateAfter(halfOpen(5), [failure('connect')], { mayOpen })).toBe('open');
});

test('K: half the calls failing opens a circuit, whatever came between', () => {
  const third = times(30, [success(), success(), failure('server-error')]).flat();
  expect(stateAfter(freshRecord, third)).toBe('closed');
  expect(stateAfter(freshRecord, times(5, [success(), failure('server-error')]).flat())).toBe('closed');
  expect(stateAfter(freshRecord, times(6, [success(), failure('server-error')]).flat())).toBe('open');
});

test('K: three of ten calls failing opens a circuit where another region fares twice as well', () => {
  const some = times(20, [success(), success(), failure('server-error')]).flat();
  expect(stateAfter(freshRecord, some, { bestPeer: () => 0.1 })).toBe('open');
  expect(stateAfter(freshRecord, some, { bestPeer: () => 0.3 })).toBe('closed');
  expect(stateAfter(freshRecord, some)).toBe('closed');
});

test.each<[number, number, number]>([
  [1, 0, 0.5],
  [1, 0.5, 0.75],
  [1, 0.999999, 1],
  [0.2, 0.999999, 3],
  [0.15, 0.999999, 4],
  [0.1, 0.999999, 6],
  [0.01, 0.999999, 6],
  [0, 0.999999, 6],
])('K: at %d calls a second, a region opens for the time of three calls (chance %d)', (perSecond, chance, part) => {
  const opened = after(nearly(perSecond), [failure('server-error')], { perSecond, random: () => chance });
  expect(openFor(opened)).toBeCloseTo(openMs * part, -1);
});

test('K: it opens for twice as long each time, up to the longest', () => {
  const lengths = Array.from({ length: 8 }, (_, opens) =>
    openFor(after({ ...nearly(1), opens, closedAt: NOW }, [failure('server-error')], { random: () => 1 })),
  );
  expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 64, 128].map((times) => Math.min(maxOpenMs, openMs * times)));
});

test('K: openings are counted, and not without end', () => {
  const opensAfter = (opens: number) => after({ ...nearly(1), opens, closedAt: NOW }, [failure('server-error')]).opens;
  expect([0, 1, TUNED.mostOpens - 1, TUNED.mostOpens].map(opensAfter)).toEqual([
    1,
    2,
    TUNED.mostOpens,
    TUNED.mostOpens,
  ]);
});

test.each([
  [-1e9, 4],
  [0, 4],
  [TUNED.forgivenMs - 1, 4],
  [TUNED.forgivenMs, 3],
  [3 * TUNED.forgivenMs - 1, 2],
  [3 * TUNED.forgivenMs, 1],
  [1e9, 1],
])('K: a region that held for %i ms is forgiven one opening for each two minutes', (heldMs, opens) => {
  for (const one of [nearly(1), { ...ramping(1e6), points: 5, at: NOW }]) {
    const held = { ...one, opens: 3, closedAt: NOW - heldMs };
    expect(after(held, [failure('server-error')]).opens).toBe(opens);
  }
});

test('K: a region that fails its probe is forgiven nothing', () => {
  expect(after(halfOpen(9, { opens: 3, closedAt: NOW - 1e9 }), [failure('connect')]).opens).toBe(4);
});

test('K: an opening says until when and why, and that what was sent before teaches nothing', () => {
  const opened = after({ ...nearly(1), generation: 7, lost: { startedAt: 1, endedAt: 2 } }, [failure('server-error')]);
  expect(opened).toMatchObject({
    circuit: { state: 'open', until: NOW + 0.75 * openMs, cause: 'server-error' },
    generation: 8,
    opens: 1,
  });
  expect(opened).not.toHaveProperty('lost');
});

test('K: that an open circuit still fails is no news', () => {
  const still = after(open(5_000, { generation: 3, opens: 2 }), times(9, failure('connect', { points: 2 })));
  expect(still).toMatchObject({ circuit: open(5_000).circuit, generation: 3, opens: 2, points: 18 });
});

test('K: connections that broke together, within a second, are one event', () => {
  const { togetherMs } = TUNED;
  const first = after(freshRecord, [failure('network', { startedAt: NOW - 500, endedAt: NOW })]);
  const then = (kind: VerdictKind, startedAt: number, endedAt: number) =>
    after(first, [failure(kind, { startedAt: NOW + startedAt, endedAt: NOW + endedAt })]);
  expect(then('network', -1, togetherMs)).toBe(first);
  expect(then('connect', -400, 0)).toBe(first);
  expect(then('network', -1, togetherMs + 1).results).toBeGreaterThan(1);
  expect(then('network', 0, 0).results).toBeGreaterThan(1);
  expect(then('network', 0, togetherMs).results).toBeGreaterThan(1);
  expect(then('timeout', -1, 1).results).toBeGreaterThan(1);
  expect(then('gateway', -1, 1).results).toBeGreaterThan(1);
  expect(then('network', 1, 2).lost).toEqual({ startedAt: NOW + 1, endedAt: NOW + 2 });
  expect(then('timeout', 1, 2).lost).toEqual(first.lost);
});

test('K: a clock that was set back does not make lost connections one event for as long', () => {
  const back = NOW - 3_600_000;
  const first = after(freshRecord, [failure('connect')]);
  expect(stateAfter(first, times(3, failure('connect')), { now: back })).toBe('open');
});

test.each<[string, readonly Step[], HealthRecord['circuit']['state']]>([
  ['one success is not enough', [success()], 'half-open'],
  ['two successes bring it back', [success(), success()], 'ramping'],
  ['a failure opens it again', [failure('server-error')], 'open'],
  ['a failure after a success opens it again', [success(), failure('gateway')], 'open'],
  ['any answer shows that it can be reached', [refusal('throttled'), alive()], 'ramping'],
  ['what teaches nothing leaves it as it is', [release(), release(), release()], 'half-open'],
])('K: half-open after a dead connection, %s', (_, steps, state) => {
  expect(stateAfter(halfOpen(9_000), steps)).toBe(state);
});

test.each<[VerdictKind, number]>([
  ['connect', 1],
  ['network', 1],
  ['timeout', 1],
  ['gateway', 0],
  ['server-error', 0],
  ['bad-body', 0],
])('K: half-open after %s, an answer that is not good counts for %i', (cause, successes) => {
  const circuit = { state: 'half-open', cause, probeUntil: 0, successes };
  expect(after(halfOpen(9_000, {}, cause), [alive()]).circuit).toEqual(circuit);
  expect(after(halfOpen(9_000, {}, cause), [refusal('throttled')]).circuit).toEqual(circuit);
});

test('K: half-open after server errors, only good answers close it', () => {
  const asking = halfOpen(9_000, {}, 'server-error');
  expect(stateAfter(asking, [alive(), success(), refusal('throttled'), alive()])).toBe('half-open');
  expect(stateAfter(asking, [success(), refusal('throttled'), success()])).toBe('ramping');
});

test('K: so many successes close a circuit as the options say', () => {
  const options = { ...BREAKER, successesToClose: 3 };
  expect(stateAfter(halfOpen(9), times(2, success()), { options })).toBe('half-open');
  expect(stateAfter(halfOpen(9), times(3, success()), { options })).toBe('ramping');
});

test('K: a circuit that closes begins anew', () => {
  const before = halfOpen(9, { generation: 4, points: 5, results: 9, failures: 8, opens: 2 }, 'gateway', 1);
  expect(after(before, [success()])).toEqual({
    ...freshRecord,
    circuit: { state: 'ramping', since: NOW, overMs: rampMs },
    generation: 5,
    at: NOW,
    opens: 2,
    closedAt: NOW,
    learnedAt: NOW,
  });
});

test.each([
  [rampMs, 1, 'ramping'],
  [rampMs, TUNED.rampsFrom, 'ramping'],
  [rampMs, TUNED.rampsFrom - 0.001, 'closed'],
  [1, 1, 'ramping'],
  [0, 1, 'closed'],
] as const)('K: with a ramp of %i ms and %d calls a second, what comes back is %s', (ms, perSecond, state) => {
  const options = { ...BREAKER, rampMs: ms };
  expect(stateAfter(halfOpen(9), times(successesToClose, success()), { options, perSecond })).toBe(state);
});

test('K: a success as a last resort is as good as a probe', () => {
  const once = after(open(5_000, { generation: 3 }), [success()]);
  expect(once).toMatchObject({ circuit: { state: 'half-open', probeUntil: 0, successes: 1 }, generation: 4 });
  expect(stateAfter(once, [success()])).toBe('ramping');
  const options = { ...BREAKER, successesToClose: 1 };
  expect(after(open(5_000), [success()], { options })).toMatchObject({ circuit: { state: 'ramping' }, generation: 1 });
});

test('K: an answer that is not good, as a last resort, is no news', () => {
  const before = open(5_000, { generation: 3 });
  expect(after(before, [alive()])).toBe(before);
  expect(after(before, [refusal('throttled', 1_000)])).toMatchObject({
    circuit: before.circuit,
    generation: 3,
    excluded: { cause: 'throttled' },
  });
});

test('K: one that has just come back is given less credit', () => {
  const { rampingThreshold } = TUNED;
  const shortOf = (points: number, perSecond: number, earlier = 0) => {
    const record = { ...ramping(earlier), points: points - 1, at: NOW };
    return stateAfter(record, [failure('server-error')], { perSecond });
  };
  const half = threshold(0.1) / 2;
  expect(rampingThreshold).toBeLessThan(threshold(20) / 2);
  expect(shortOf(rampingThreshold, 20)).toBe('open');
  expect(shortOf(rampingThreshold - 0.001, 20)).toBe('ramping');
  expect(shortOf(half + 0.001, 0.1)).toBe('open');
  expect(shortOf(rampingThreshold, 20, rampMs)).toBe('ramping');
  expect(shortOf(threshold(20), 20, rampMs)).toBe('open');
});

test('K: a first answer after its ramp closes a circuit, good or not', () => {
  const before = ramping(rampMs, { generation: 6, points: 1, at: NOW });
  expect(after(before, [alive()])).toEqual({ ...before, circuit: { state: 'closed' } });
  expect(after(before, [success()])).toMatchObject({ circuit: { state: 'closed' }, points: 0, generation: 6 });
  expect(stateAfter(ramping(rampMs - 1), [success()])).toBe('ramping');
});

test('K: a success wipes the evidence out, on the ramp too, and is a result', () => {
  for (const record of [freshRecord, ramping(0)]) {
    const before = { ...record, points: 2, results: 4, failures: 2, at: NOW };
    const { points, results, failures } = after(before, [success()]);
    expect([points, failures]).toEqual([0, 2 * (1 - 1 / TUNED.memory)]);
    expect(results).toBeCloseTo(4 * (1 - 1 / TUNED.memory) + 1, 9);
    expect(after(before, [alive()])).toBe(before);
  }
});

test('K: a probe that is good is a result', () => {
  expect(after(halfOpen(9), [success()])).toMatchObject({ points: 0, results: 1, failures: 0 });
  expect(after(halfOpen(9), [alive()]).results).toBe(0);
});

test('N: a region that is asked whether it can be reached is left alone meanwhile', () => {
  const before = open(0, { generation: 3, opens: 2 });
  expect(after(before, [question(3_000)])).toEqual({ ...before, circuit: open(3_000).circuit });
  for (const record of [freshRecord, halfOpen(5), ramping(5)]) expect(after(record, [question()])).toBe(record);
});

test('N: a region that answers the question may be tested by a call', () => {
  const asked = after(open(0, { generation: 3, opens: 2 }, 'gateway'), [question(), answer(true)]);
  expect(asked).toEqual({ ...halfOpen(-NOW, {}, 'gateway'), generation: 4, opens: 2 });
});

test.each([
  [0, 0.5],
  [0.999999, 1],
])('N: a region that does not answer stays away, no longer than before (chance %d)', (chance, part) => {
  for (const opens of [1, 2, TUNED.mostOpens]) {
    const before = open(0, { generation: 3, opens });
    const { circuit, ...rest } = after(before, [question(), answer(false)], { random: () => chance });
    expect(rest).toEqual({ ...freshRecord, circuit: undefined, generation: 3, opens, learnedAt: NOW });
    const longest = Math.min(maxOpenMs, openMs * 2 ** (opens - 1));
    expect(circuit.state === 'open' && circuit.until - NOW).toBeCloseTo(longest * part, -1);
  }
});

test('N: what comes of an old question is no news of a region that has opened anew', () => {
  const before = open(5_000, { generation: 3 });
  for (const reached of [true, false]) expect(after(before, [answer(reached, { generation: 1 })])).toBe(before);
});

test('N: what comes of a question is no news of a region that is open no more', () => {
  for (const record of [freshRecord, halfOpen(5), ramping(5)]) {
    for (const reached of [true, false]) expect(after(record, [answer(reached)])).toBe(record);
  }
});

test('K: a probe takes its place when it is sent', () => {
  const sent = after(open(0, { generation: 3, opens: 2, lost: { startedAt: 1, endedAt: 2 } }, 'gateway'), [
    probe(9_000),
  ]);
  expect(sent).toMatchObject({
    circuit: { state: 'half-open', cause: 'gateway', probeUntil: NOW + 9_000, successes: 0 },
    generation: 4,
    opens: 2,
  });
  expect(sent).not.toHaveProperty('lost');
  expect(after(halfOpen(0, {}, 'gateway', 1), [probe(9_000)]).circuit).toEqual({
    state: 'half-open',
    cause: 'gateway',
    probeUntil: NOW + 9_000,
    successes: 1,
  });
});

test('K: where nothing is down there is nothing to probe', () => {
  for (const record of [freshRecord, ramping(5)]) expect(after(record, [probe()])).toBe(record);
});

test('K: what taught nothing gives the probe’s place back', () => {
  const asking = halfOpen(9_000, { generation: 3 }, 'connect', 1);
  expect(after(asking, [release()])).toEqual({ ...asking, circuit: { ...asking.circuit, probeUntil: 0 } });
  expect(after(asking, [release({ generation: 2 })])).toBe(asking);
  // Its region was down, or its deployment, and the other one was not.
  for (const record of [freshRecord, open(5), ramping(5)])
    expect(after(record, [release({ probe: true })])).toBe(record);
});

test('K: what is not the probe leaves the probe its place', () => {
  const asking = halfOpen(9_000, { generation: 3 });
  const probe = false;
  expect(after(asking, [release({ probe })])).toBe(asking);
  for (const step of [alive({ probe }), success({ probe }), refusal('throttled', 5_000, { probe })])
    expect(after(asking, [step]).circuit).toEqual({ ...asking.circuit, successes: 1 });
  expect(stateAfter(asking, [success({ probe }), success({ probe })])).toBe('ramping');
  expect(after(open(5_000), [success({ probe })]).circuit).toMatchObject({ state: 'half-open', probeUntil: 0 });
});

test('K: a probe whose place another one has taken does not give that up', () => {
  const first = after(open(0, { generation: 3 }), [probe(9_000)]);
  const { generation } = first;
  const second = after(first, [probe(9_000)], { now: NOW + 9_000 });
  for (const late of [release, alive, success])
    expect(after(second, [late({ generation, probe: true })], { now: NOW + 10_000 }).circuit).toMatchObject({
      probeUntil: NOW + 18_000,
    });
});

test('K: an answer gives the probe’s place back', () => {
  for (const step of [alive(), success(), refusal('throttled')]) {
    expect(after(halfOpen(9_000), [step]).circuit).toMatchObject({ probeUntil: 0 });
  }
});

test('I: a refusal keeps out, adds no evidence and opens nothing', () => {
  expect(after(freshRecord, [refusal('throttled', 7_000)], { random: () => 0 })).toEqual({
    ...freshRecord,
    excluded: { until: NOW + 7_000, cause: 'throttled', streak: 1, since: NOW },
    learnedAt: NOW,
  });
});

test('E: that a credential was refused is no news for others', () => {
  for (const cause of ['unauthorized', 'forbidden', 'blocked'] as const)
    expect(after(freshRecord, [refusal(cause)])).toMatchObject({ excluded: { cause }, learnedAt: 0 });
  const again = after(excluded(-1, 'forbidden'), [success()]);
  expect(again).not.toHaveProperty('excluded');
  expect(again.learnedAt).toBe(0);
});

test('T: what changes what is believed was learned then, and nothing else was', () => {
  const isNews = (before: HealthRecord, steps: readonly Step[]) =>
    after(before, steps, { tick: () => NOW + 7 }).learnedAt === NOW + 7;
  const busy = { ...freshRecord, points: 99, at: NOW };
  expect([
    isNews(busy, [failure('connect')]),
    isNews(freshRecord, [refusal('throttled')]),
    isNews(excluded(-1), [success()]),
    isNews(halfOpen(9, {}, 'connect', 1), [success()]),
    isNews(halfOpen(9), [failure('connect')]),
    isNews(open(-1), [question(), answer(false)]),
  ]).toEqual(Array(6).fill(true));
  expect([
    isNews(freshRecord, [failure('connect'), success(), alive(), release()]),
    isNews(open(-1), [probe()]),
    isNews(open(-1), [question()]),
    isNews(open(-1), [question(), answer(true)]),
    isNews(open(5), [failure('connect')]),
    isNews(halfOpen(9), [success()]),
    isNews(halfOpen(9), [release()]),
    isNews(ramping(BREAKER.rampMs), [success()]),
  ]).toEqual(Array(8).fill(false));
});

test('I: a refusal counts whatever has changed since it was sent', () => {
  const stale = after(open(5, { generation: 3 }), [refusal('throttled', 7_000, { generation: 1 })]);
  expect(stale).toMatchObject({ circuit: open(5).circuit, generation: 3, excluded: { cause: 'throttled' } });
});

test('I: a hundred refusals at once are one', () => {
  const refused = after(freshRecord, times(100, refusal('throttled')), { random: () => 0 });
  expect(refused.excluded).toMatchObject({ until: NOW + TUNED.coolDownMs, streak: 1 });
});

test('H: a success that began after a cool-down ends it, one from before says nothing of it', () => {
  const cooling = excluded(5_000);
  expect(after(cooling, [success({ startedAt: NOW + 5_000 })])).not.toHaveProperty('excluded');
  expect(after(cooling, [success({ startedAt: NOW + 4_999 })]).excluded).toEqual(cooling.excluded);
  expect(after(cooling, [success({ startedAt: NOW + 5_000, generation: 9 })])).not.toHaveProperty('excluded');
  expect(after(cooling, [alive()]).excluded).toEqual(cooling.excluded);
});

test('H: what ends further off than anything is ever set comes from a clock that was moved: a success ends it for good', () => {
  for (const cause of ['throttled', 'forbidden'] as const) {
    const moved = excluded(3_600_000, cause, { since: NOW + 3_000_000 });
    expect(after(moved, [success()])).not.toHaveProperty('excluded');
  }
});

test('H: however long a success took, it says nothing of what was asked for meanwhile', () => {
  const blocked = excluded(LONGEST_EXCLUSION_MS, 'blocked', { since: NOW });
  expect(after(blocked, [success({ startedAt: NOW - 600_000 })]).excluded).toEqual(blocked.excluded);
});

test.each<[string, Step]>([
  ['success', success({ generation: 1 })],
  ['answer', alive({ generation: 1 })],
  ['failure', failure('connect', { generation: 1 })],
  ['end without a lesson', release({ generation: 1 })],
])('K: a %s from before a change of state teaches nothing', (_, step) => {
  for (const make of [open, halfOpen, ramping]) {
    const record = make(5_000, { generation: 2 });
    expect(after(record, [step])).toBe(record);
  }
});

test('K: chance is asked for only where something opens or is put off', () => {
  const random = (): never => {
    throw new Error('asked');
  };
  for (const step of [success(), alive(), release(), probe(), failure('connect')]) {
    expect(() => after(freshRecord, [step], { ...conditions(), random })).not.toThrow();
  }
});
