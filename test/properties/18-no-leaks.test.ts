import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leakWorlds, playLeaks, printed } from './18-leak-world.ts';

test('Invariant 18: no credential of one region is ever seen by another, nor any by a stranger', async () => {
  await fc.assert(
    fc.asyncProperty(leakWorlds, async (world) => {
      const { left, secrets, allowed, journal } = await playLeaks(world);
      for (const { to, text, isQuestion } of left) {
        const may = isQuestion ? [] : allowed(to);
        const shown = secrets.filter((secret) => text.includes(secret) && !may.some((own) => own.includes(secret)));
        expect(shown, text).toEqual([]);
      }
      expect(journal.entries().filter(({ leak }) => leak)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('Invariant 18: no credential is shown: not by an event, a trace, an error, a status, a stored record or the console', async () => {
  await fc.assert(
    fc.asyncProperty(leakWorlds, async (world) => {
      const { said, secrets } = await playLeaks(world);
      const text = said.map((one) => printed(one)).join('\n');
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
