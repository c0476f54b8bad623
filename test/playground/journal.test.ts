import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printJournal, readJournal } from '../../playground/engine/journal.ts';
import { run } from '../../playground/engine/run.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';

const blackout = scenarios.find(({ id }) => id === 'blackout') as Scenario;

test('a journal is read as it was saved', async () => {
  const record = await run(blackout, { id: 'ours' });
  expect(readJournal(JSON.parse(printJournal(record)))).toEqual(record);
});

test('a journal that was changed is refused, whatever was changed in it', async () => {
  const text = printJournal(await run({ ...blackout, duration: 12, faults: [], asserts: [] }, { id: 'ours' }));
  const digits = [...text.matchAll(/[0-9]/g)].map(({ index }) => index);
  fc.assert(
    fc.property(fc.constantFrom(...digits), (at) => {
      const changed = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
      expect(() => readJournal(JSON.parse(changed))).toThrow(/^(hash|journal) must be/);
    }),
    { numRuns: 20 },
  );
});

test('one of another version is refused, and what is no journal is none', () => {
  expect(() => readJournal({ journal: 2 })).toThrow(new TypeError('journal must be 1, its version, got 2'));
  for (const other of [blackout, null, [], 'journal', 1]) expect(readJournal(other)).toBeUndefined();
});
