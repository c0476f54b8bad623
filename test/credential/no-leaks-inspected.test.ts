import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leakWorlds, playLeaks } from '../properties/18-leak-world.ts';

test('Invariant 18: no credential is shown by what Node prints of an object, hidden properties included', async () => {
  await fc.assert(
    fc.asyncProperty(leakWorlds, async (world) => {
      const { said, secrets } = await playLeaks(world);
      const text = inspect(said, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null });
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
