import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flightsOf } from '../../playground/page/canvas/flight.ts';
import { faultsAt, heal, strike } from '../../playground/page/state/edit-faults.ts';
import { shortened } from '../../playground/page/state/shortened.ts';
import { withChaos } from '../../playground/page/state/with-chaos.ts';
import { doneAfter } from '../../playground/page/view/done-after.ts';
import { countUntil, spanAt } from '../../playground/page/view/find.ts';
import { counted, duration, percent } from '../../playground/page/view/format.ts';
import { attemptMark } from '../../playground/page/view/marks.ts';
import { hadToMove } from '../../playground/page/view/recent.ts';
import { rulerTicks, windowAt } from '../../playground/page/view/window.ts';
import { parseScenario, type Scenario, scenarios } from '../../src/simulator/index.ts';
import { callOf } from './page-call.ts';

const scenario = fc.constantFrom(...scenarios);
const moment = ({ duration: seconds }: Scenario) =>
  fc.integer({ min: 0, max: seconds * 10 }).map((tenths) => tenths / 10);

const preset = (id: string): Scenario => {
  const found = scenarios.find((one) => one.id === id);
  if (!found) throw new Error(`no scenario ${id}`);
  return found;
};

test('a fault that is put on is the only one of its region from then on, and what was before stays', () => {
  const anyMoment = scenario.chain((one) => fc.tuple(fc.constant(one), moment(one)));
  fc.assert(
    fc.property(anyMoment, ([one, at]) => {
      const [{ id = '' } = {}, ...others] = one.regions;
      const struck = strike(one, id, 'refused', at);
      const from = Math.min(at, struck.duration - 0.1);
      expect(() => parseScenario(struck)).not.toThrow();
      expect(faultsAt(struck, id, from)).toEqual(['refused']);
      expect(faultsAt(struck, id, struck.duration - 0.1)).toEqual(['refused']);
      expect(faultsAt(struck, id, from - 0.1)).toEqual(faultsAt(one, id, from - 0.1));
      for (const other of others) {
        expect(faultsAt(struck, other.id, at)).toEqual(faultsAt(one, other.id, at));
      }
    }),
  );
});

test('a region that is healed has no fault from then on, though all of them were struck', () => {
  const healed = heal(preset('total'), 'eastus', 15);
  expect(faultsAt(healed, 'eastus', 14.9)).toEqual(['status(503)']);
  expect(faultsAt(healed, 'eastus', 15)).toEqual([]);
  expect(faultsAt(healed, 'westeurope', 15)).toEqual(['status(503)']);
});

test('a region that is healed at the end of a run has time to be seen coming back', () => {
  const struck = { ...preset('calm'), faults: [[10, 60, 'eastus', 'refused'] as const] };
  const healed = heal(struck, 'eastus', 60);
  expect(healed).toMatchObject({ duration: 90, faults: struck.faults });
  expect(faultsAt(healed, 'eastus', 60)).toEqual([]);
});

test('a fault near the end makes the run longer, so that it can be seen', () => {
  expect(strike(preset('calm'), 'eastus', 'refused', 55).duration).toBe(85);
});

test('the clients are put on and off a network for a time, and no region with them', () => {
  const offline = strike(preset('calm'), 'client', 'offline', 10, 10);
  expect(offline.faults).toEqual([[10, 20, 'client', 'offline']]);
  expect(faultsAt(offline, 'eastus', 12)).toEqual([]);
});

test('chaos can be run, and is the same for the same seed', () => {
  fc.assert(
    fc.property(scenario, fc.nat(99_999), (one, seed) => {
      expect(() => parseScenario(withChaos(one, seed))).not.toThrow();
      expect(withChaos(one, seed)).toEqual(withChaos(one, seed));
    }),
  );
});

test('a run that is made shorter keeps what fits, and can be run', () => {
  fc.assert(
    fc.property(scenario, fc.integer({ min: 20, max: 600 }), (one, seconds) => {
      expect(() => parseScenario(shortened({ ...one, duration: seconds }))).not.toThrow();
    }),
  );
});

test('finds what begins at or before a moment, as a search from the front would', () => {
  const sorted = fc.array(fc.integer({ min: 0, max: 50 })).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.integer({ min: -1, max: 51 }), (list, at) => {
      expect(countUntil(list, at, (item) => item)).toBe(list.filter((item) => item <= at).length);
    }),
  );
  expect(spanAt([{ from: 0 }, { from: 5 }], 4)).toEqual({ from: 0 });
});

test('the window of a timeline has the playhead in it, and stays within the run', () => {
  const run = fc.integer({ min: 1_000, max: 600_000 });
  fc.assert(
    fc.property(run, fc.nat(600_000), fc.constantFrom(0, 5_000, 20_000, 60_000), (durationMs, playhead, zoom) => {
      const at = Math.min(playhead, durationMs);
      const { from, span } = windowAt(at, durationMs, zoom);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from + span).toBeLessThanOrEqual(durationMs);
      expect(at).toBeGreaterThanOrEqual(from);
      expect(at).toBeLessThanOrEqual(from + span);
      expect(rulerTicks({ from, span }).length).toBeLessThanOrEqual(15);
    }),
  );
});

test('no share is called all or none that is not', () => {
  expect([0, 0.0004, 0.5, 0.9996, 1].map(percent)).toEqual(['0 %', '0.1 %', '50 %', '99.9 %', '100 %']);
});

test('durations are as short as they can be read', () => {
  expect([0, 140, 1_240, 12_000, 120_000, 86_400_000].map(duration)).toEqual([
    '0 ms',
    '140 ms',
    '1.24 s',
    '12 s',
    '2 min',
    '24 h',
  ]);
});

test('an attempt sets out on the map when the one before has been seen to arrive, however fast it failed', () => {
  const [first, second] = flightsOf(callOf({ refusedAfterMs: 1 }), 1);
  expect(second?.from).toBe(first?.there);
  expect(first?.returns).toBe(false);
  expect(second?.returns).toBe(true);
});

test('times that a figure was counted from are times, whole or not', () => {
  const parts = { numerator: 52_944, denominator: 58_563.5 };
  expect(counted({ id: 'beliefAccuracy', ...parts })).toBe('53 s / 59 s');
  // Rounded to minutes, the two would be one.
  expect(counted({ id: 'beliefAccuracy', numerator: 1_784_000, denominator: 1_800_000 })).toBe('1784 s / 1800 s');
  expect(counted({ id: 'success', numerator: 12, denominator: 13 })).toBe('12 / 13');
  expect(counted({ id: 'p95Ms', denominator: 13 })).toBe('of 13');
});

test('a fault that is put on at the end of a run that cannot be made longer still has some time', () => {
  const long = { ...preset('calm'), duration: 3_600 };
  const struck = strike(long, 'eastus', 'refused', 3_600);
  expect(parseScenario(struck).faults).toEqual([[3_599.9, 3_600, 'eastus', 'refused']]);
});

test('an attempt that is not over is no error', () => {
  const [refused] = callOf({ refusedAfterMs: 1 }).attempts;
  if (!refused) throw new Error('the call has no attempt');
  const { headersAt: _came, error: _error, fault: _fault, ...underWay } = refused;
  expect(attemptMark(refused)).toMatchObject({ tone: 'bad', word: 'ECONNREFUSED' });
  expect(attemptMark(underWay)).toMatchObject({ tone: 'calm', word: 'under way' });
});

test('a call that is under way had not to move yet', () => {
  const moved = callOf({ refusedAfterMs: 1 });
  const once = { ...moved, attempts: moved.attempts.slice(0, 1) };
  expect(hadToMove(moved)).toBe(true);
  expect(hadToMove({ ...once, fate: 'failed' })).toBe(true);
  expect(hadToMove({ ...once, fate: 'open' })).toBe(false);
});

test('of an attempt, it is said what was done next, and not what may have been', () => {
  const call = callOf({ refusedAfterMs: 1 });
  const [first, second] = call.attempts;
  if (!first || !second) throw new Error('the call has not moved');
  const mayRetry = { ...first, verdict: { kind: 'connect', blame: 'region', action: 'retry', worked: 'no' } } as const;
  const again = { ...second, region: 'eastus', kind: 'retry' } as const;
  const alone = { ...call, attempts: [mayRetry] };
  expect(doneAfter(mayRetry, call)).toBe('another region');
  expect(doneAfter(mayRetry, { ...call, attempts: [mayRetry, again] })).toBe('the same region again');
  expect(doneAfter(mayRetry, { ...alone, fate: 'failed' })).toBe('give up');
  expect(doneAfter(mayRetry, { ...alone, fate: 'open' })).toBeUndefined();
  const hedged = { ...call, attempts: [mayRetry, { ...second, kind: 'hedge' } as const] };
  expect(doneAfter(mayRetry, hedged)).toBeUndefined();
  expect(doneAfter({ ...mayRetry, verdict: { ...mayRetry.verdict, action: 'return' } }, hedged)).toBe('hand it over');
  expect(doneAfter(second, call)).toBeUndefined();
});
