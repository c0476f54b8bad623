import { expect, test } from 'vitest';
import { measureSizes, sizeBudget } from '../../bench/size.ts';

test('weighs less than its budget', async () => {
  const { core } = await measureSizes();
  expect(core.gzip).toBeLessThanOrEqual(sizeBudget);
});
