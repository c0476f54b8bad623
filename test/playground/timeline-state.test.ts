import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bounds, movedFault, stepFor } from '../../playground/page/state/moved-fault.ts';
import { faultPlaces } from '../../playground/page/view/fault-places.ts';
import { fitted, isWithin, rulerTicks, windowBetween } from '../../playground/page/view/window.ts';
import { parseScenario, type ScenarioFault } from '../../src/simulator/index.ts';
import { scenario } from './engine-records.ts';

const whole: Bounds = { earliest: 0, latest: 60 };
const fault: ScenarioFault = [10, 20, 'near', 'refused'];

const tenths = fc.integer({ min: 0, max: 600 }).map((n) => n / 10);
const anyFault = fc
  .tuple(tenths, tenths)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): ScenarioFault => [Math.min(a, b), Math.max(a, b), 'near', 'refused']);
const anyMove = fc.record({
  fault: anyFault,
  part: fc.constantFrom('from' as const, 'to' as const, 'all' as const),
  by: fc.double({ min: -100, max: 100, noNaN: true }),
  earliest: tenths,
  step: fc.constantFrom(0.1, 0.2, 0.5, 1, 2, 5),
});

test('a fault that was moved can be run, whatever was dragged where', () => {
  fc.assert(
    fc.property(anyMove, ({ fault, part, by, step }) => {
      const moved = movedFault(fault, part, by, whole, step);
      expect(() => parseScenario(scenario({ faults: [moved] }))).not.toThrow();
      expect(moved.slice(2)).toEqual(fault.slice(2));
      if (part === 'all') expect(moved[1] - moved[0]).toBeCloseTo(fault[1] - fault[0], 6);
      if (part === 'from') expect(moved[1]).toBe(fault[1]);
      if (part === 'to') expect(moved[0]).toBe(fault[0]);
    }),
  );
});

test('what has happened in a live run is never moved, and nothing is moved into it', () => {
  fc.assert(
    fc.property(anyMove, ({ fault, part, by, earliest, step }) => {
      const moved = movedFault(fault, part, by, { earliest, latest: 60 }, step);
      for (const edge of [0, 1] as const) {
        if (moved[edge] === fault[edge]) continue;
        expect(fault[edge]).toBeGreaterThanOrEqual(earliest);
        expect(moved[edge]).toBeGreaterThanOrEqual(earliest);
      }
    }),
  );
});

test.each([
  ['from', 3.04, [13, 20]],
  ['from', 30, [19.9, 20]],
  ['from', -30, [0, 20]],
  ['to', -0.26, [10, 19.7]],
  ['to', 99, [10, 60]],
  ['all', 4.96, [15, 25]],
  ['all', 99, [50, 60]],
  ['all', -99, [0, 10]],
] as const)('%s of a fault moved by %d s', (part, by, times) => {
  expect(movedFault(fault, part, by, whole)).toEqual([...times, 'near', 'refused']);
});

test('what is dragged goes by steps that a hand can tell apart', () => {
  expect([0.001, 0.05, 0.075, 0.15, 0.5, 4].map(stepFor)).toEqual([0.1, 0.1, 0.2, 0.5, 1, 5]);
  expect(movedFault(fault, 'to', 1.3, whole, 0.5)).toEqual([10, 21.5, 'near', 'refused']);
});

test('faults of a region are put into rows in which none is over another, in as few as that takes', () => {
  const faults: readonly ScenarioFault[] = [
    [30, 40, 'near', 'refused'],
    [10, 35, '*', 'status(503)'],
    [40, 50, 'near', 'silence'],
    [12, 14, 'far', 'refused'],
    [5, 6, 'client', 'offline'],
    [36, 38, 'near', 'slow(x2)'],
  ];
  const rows = (target: string, least = 0) =>
    faultPlaces(faults, target, least).map(({ fault: [, , , what], row }) => [what, row]);
  expect(rows('near')).toEqual([
    ['refused', 1],
    ['status(503)', 0],
    ['silence', 0],
    ['slow(x2)', 0],
  ]);
  expect(rows('client')).toEqual([['offline', 0]]);
  // As wide as they are drawn, the last two meet.
  expect(rows('near', 6).map(([, row]) => row)).toEqual([1, 0, 1, 0]);
});

test('a window between any two moments is a part of the run, and has both in it where they are in the run', () => {
  const moment = fc.integer({ min: 0, max: 60_000 });
  fc.assert(
    fc.property(moment, moment, (one, other) => {
      const window = windowBetween(one, other, 60_000);
      expect(window).toEqual(windowBetween(other, one, 60_000));
      expect(fitted(window, 60_000)).toEqual(window);
      expect(window.span).toBeGreaterThanOrEqual(500);
      expect(window.span).toBeLessThanOrEqual(Math.max(500, Math.abs(one - other) + 100));
      for (const at of [one, other]) expect(isWithin(Math.round(at / 100) * 100, window)).toBe(true);
    }),
  );
  expect(windowBetween(12_340, 40_480, 60_000)).toEqual({ from: 12_300, span: 28_200 });
  expect(fitted({ from: -5, span: 100 }, 60)).toEqual({ from: 0, span: 60 });
  expect(fitted({ from: 50, span: 20 }, 60)).toEqual({ from: 40, span: 20 });
});

test('a narrow ruler has fewer figures', () => {
  expect(rulerTicks({ from: 0, span: 60_000 }, 6)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  expect(rulerTicks({ from: 12_300, span: 500 }).at(1)).toBe(12_400);
});
