import { expect, test } from 'vitest';
import { firstDifference } from '../../playground/engine/difference.ts';
import { run } from '../../playground/engine/run.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';

const blackout = scenarios.find(({ id }) => id === 'blackout') as Scenario;
const total = scenarios.find(({ id }) => id === 'total') as Scenario;

test('the first call that one policy loses and the other does not explains the difference', async () => {
  const [plain, ours] = [await run(blackout, { id: 'plain' }), await run(blackout, { id: 'ours' })];
  const difference = firstDifference(plain, ours);
  const expected = plain.calls.find(({ fate }) => fate !== 'ok');
  expect(difference).toMatchObject({
    nth: expected?.nth,
    what: 'fate',
    left: { fate: 'failed' },
    right: { fate: 'ok' },
  });
  expect(difference?.leftText).toMatch(/^failed \(ECON\w+\) in \d+\.\d\d s$/);
  expect(difference?.rightText).toMatch(/^answered by eastus2 in \d\.\d\d s, after eastus \(\w+\)/);
});

test('where all fates are alike, it is the first call that another region answered', async () => {
  const [fixed, ours] = [await run(blackout, { id: 'fixed-fallback' }), await run(blackout, { id: 'ours' })];
  expect(firstDifference(fixed, ours)).toBeDefined();
  const weighted = await run(blackout, { id: 'ours', client: { strategy: 'weighted' } });
  const difference = firstDifference(ours, weighted);
  expect(difference?.what).toBe('region');
  expect(difference?.left.region).not.toBe(difference?.right.region);
});

test('a run does not differ from itself', async () => {
  const record = await run(total, { id: 'ours' });
  expect(firstDifference(record, record)).toBeUndefined();
});
