import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  holds,
  parseAssert,
  printAssert,
  scenarioMetrics,
  scenarioOperators,
} from '../../src/simulator/scenario-assert.ts';

test('reads what it prints', () => {
  const anyAssert = fc.record({
    metric: fc.constantFrom(...scenarioMetrics),
    operator: fc.constantFrom(...scenarioOperators),
    value: fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0),
  });
  fc.assert(
    fc.property(anyAssert, (assert) => {
      expect(parseAssert(printAssert(assert))).toEqual(assert);
    }),
  );
});

test.each([
  ['errors==0', { metric: 'errors', operator: '==', value: 0 }],
  [' success >= .95', { metric: 'success', operator: '>=', value: 0.95 }],
])('reads %s', (text, assert) => {
  expect(parseAssert(text)).toEqual(assert);
});

test.each([
  ['errors', 'op must be ==, !=, <, <=, >, >=, got ""'],
  ['erors==0', `metric must be ${scenarioMetrics.join(', ')}, got "erors"`],
  ['errors=0', 'op must be ==, !=, <, <=, >, >=, got "="'],
  ['errors==few', 'number must be a number from 0 to 1000000000000, got "few"'],
  ['errors==-1', 'number must be a number from 0 to 1000000000000, got "-1"'],
  ['errors == 0 or so', 'must read metric op number, got "errors == 0 or so"'],
])('refuses %s', (text, reason) => {
  expect(() => parseAssert(text)).toThrow(new TypeError(`assert "${text}": ${reason}`));
});

test.each([
  ['==', [false, true, false]],
  ['!=', [true, false, true]],
  ['<', [true, false, false]],
  ['<=', [true, true, false]],
  ['>', [false, false, true]],
  ['>=', [false, true, true]],
])('%s compares what was measured', (operator, expected) => {
  const assert = parseAssert(`detectMs${operator}5`);
  expect([4, 5, 6].map((measured) => holds(assert, measured))).toEqual(expected);
  expect(holds(assert, null)).toBe(false);
});
