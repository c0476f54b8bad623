import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import { scenarios } from '../../src/simulator/index.ts';

test.each(scenarios)('$id: what it asserts holds in virtual time', async (scenario) => {
  const { scorecard } = await run(scenario, { id: 'ours' });
  expect(scorecard.length).toBeGreaterThan(0);
  expect(scorecard.filter(({ holds }) => !holds)).toEqual([]);
});
