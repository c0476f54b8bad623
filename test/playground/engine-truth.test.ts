import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, canAnswer, cannotAnswer } from '../../playground/engine/can-answer.ts';
import { spanAt, truthOf } from '../../playground/engine/truth.ts';
import type { TruthSpan } from '../../playground/engine/types.ts';
import type { Scenario, ScenarioFault } from '../../src/simulator/index.ts';
import { anyScenario } from '../simulator/arbitrary-scenario.ts';
import { scenario } from './engine-records.ts';

/** `state share`, with when it begins, in seconds. */
const truth = (...faults: readonly ScenarioFault[]): readonly string[] =>
  truthOf(scenario({ faults }), 'near', 60_000).map(({ from, state, share }) => `${from / 1_000} ${state} ${share}`);

test('a region is up but for its faults', () => {
  expect(truth()).toEqual(['0 up 1']);
  expect(truth([10, 40, 'near', 'refused'])).toEqual(['0 up 1', '10 down 1', '40 up 1']);
  expect(truth([0, 60, '*', 'refused'])).toEqual(['0 down 1']);
  expect(truth([10, 40, 'far', 'refused'], [10, 40, 'client', 'offline'])).toEqual(['0 up 1']);
});

test.each([
  ['silence', 'down 1'],
  ['rst:request', 'down 1'],
  ['status(503)%30', 'down 0.3'],
  ['429(20)', 'throttled 1'],
  ['key', 'refusing 1'],
  ['status(400)', 'refusing 1'],
  ['nodeploy(gpt-4o)', 'partial 1'],
  ['rst:sse:3', 'breaking 1'],
  ['capacity(5)', 'limited 1'],
  ['slow(x8)%50', 'slow 0.5'],
])('%s is %s', (fault, said) => {
  expect(truth([10, 40, 'near', fault])).toEqual(['0 up 1', `10 ${said}`, '40 up 1']);
});

test('of several faults it is the worst', () => {
  expect(truth([10, 40, 'near', 'slow(x2)'], [20, 30, '*', 'status(503)'])).toEqual([
    '0 up 1',
    '10 slow 1',
    '20 down 1',
    '30 slow 1',
    '40 up 1',
  ]);
  const [, , both] = truthOf(
    scenario({
      faults: [
        [10, 40, 'near', 'slow(x2)'],
        [20, 30, '*', 'status(503)'],
      ],
    }),
    'near',
    60_000,
  );
  expect(both?.faults).toEqual(['slow(x2)', 'status(503)']);
});

test('a flap is up by turns, and a fault ends when its time is up', () => {
  expect(truth([10, 20, 'near', 'flap(3,2)'])).toEqual(['0 up 1', '13 down 1', '15 up 1', '18 down 1', '20 up 1']);
  expect(truth([10, 40, 'near', 'refused~5s'])).toEqual(['0 up 1', '10 down 1', '15 up 1']);
});

test('what goes on after the end of the scenario is what was there at its end', () => {
  const spans = truthOf(scenario({ faults: [[10, 60, 'near', 'refused']] }), 'near', 90_000);
  expect(spans.map(({ from, to, state }) => [from, to, state])).toEqual([
    [0, 10_000, 'up'],
    [10_000, 60_000, 'down'],
    [60_000, 90_000, 'up'],
  ]);
});

test('the span of a moment is the one that has begun and not ended', () => {
  const spans = truthOf(scenario({ faults: [[10, 20, 'near', 'refused']] }), 'near', 60_000);
  const at = (ms: number) => spanAt(spans, ms)?.from;
  expect([0, 9_999, 10_000, 19_999, 20_000, 60_000, 99_999].map(at)).toEqual([
    0, 0, 10_000, 10_000, 20_000, 20_000, 20_000,
  ]);
  expect(spanAt([], 0)).toBeUndefined();
});

test.each([
  // Of a call that is no stream, and of one that is.
  ['refused', 'no', 'no'],
  ['flap(3,3)', 'no', 'no'],
  ['429(20)', 'no', 'no'],
  ['status(503)%50', 'perhaps', 'perhaps'],
  ['status(503)*3', 'perhaps', 'perhaps'],
  ['status(503)@stream=true', 'yes', 'no'],
  ['status(503)@deployment=gpt-4o', 'no', 'no'],
  ['status(503)@deployment=other', 'yes', 'yes'],
  ['status(503)@header.x-user=7', 'perhaps', 'perhaps'],
  ['sequence(status(503),ok)', 'perhaps', 'perhaps'],
  ['capacity(5)', 'perhaps', 'perhaps'],
  ['nodeploy(gpt-4o)', 'no', 'no'],
  ['nodeploy(other)', 'yes', 'yes'],
  ['rst:sse:3', 'yes', 'no'],
  ['badjson', 'no', 'yes'],
  ['hang:headers', 'no', 'no'],
  ['slow(x8)', 'yes', 'yes'],
  ['cors(none)', 'yes', 'yes'],
  ['key-expired', 'yes', 'yes'],
])('who can answer, and who cannot, is only said where it is sure: %s', (fault, plain, stream) => {
  const span: TruthSpan = { from: 0, to: 1, state: 'down', share: 1, faults: [fault] };
  const verdict = (asked: Asked) =>
    canAnswer(span, asked, {}) ? 'yes' : cannotAnswer(span, asked, {}) ? 'no' : 'perhaps';
  expect(verdict({ deployment: 'gpt-4o', stream: false })).toBe(plain);
  expect(verdict({ deployment: 'gpt-4o', stream: true })).toBe(stream);
});

test('what pages may not read is down for pages, and tokens expire for those who have some', () => {
  const state = (fault: string, change: Partial<Scenario>) =>
    truthOf(scenario({ faults: [[0, 60, 'near', fault]], ...change }), 'near', 60_000)[0]?.state;
  expect(state('cors(none)', {})).toBe('up');
  expect(state('cors(none)', { shapes: 'browser' })).toBe('down');
  expect(state('cors(none-on-error)', { shapes: 'browser' })).toBe('up');
  expect(state('key', {})).toBe('refusing');
  expect(state('key', { credential: 'token' })).toBe('up');
  expect(state('key-expired', { credential: 'token' })).toBe('refusing');
});

test('of any scenario, truth is told from the start to the end without a gap', () => {
  fc.assert(
    fc.property(anyScenario, (one) => {
      for (const { id } of one.regions) {
        let spans: readonly TruthSpan[];
        try {
          spans = truthOf(one, id, 0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          continue;
        }
        expect(spans[0]?.from).toBe(0);
        expect(spans.at(-1)?.to).toBe(one.duration * 1_000);
        for (const [index, { from, to }] of spans.entries()) {
          expect(to).toBeGreaterThan(from);
          expect(spans[index + 1]?.from ?? to).toBe(to);
        }
      }
    }),
  );
});

test('a flap whose times are no whole numbers comes to an end', () => {
  const spans = truthOf(scenario({ faults: [[0, 60, 'near', 'flap(0.1,0.2)']] }), 'near', 60_000);
  expect(spans.length).toBeGreaterThanOrEqual(399);
  expect(spans.length).toBeLessThanOrEqual(402);
});
