import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reduce } from '../../src/health/reduce.ts';
import { anyConditions, anyEvent, anyRecord, open, WHATS } from '../support/health.ts';
import { ops } from './ops.ts';
import { aWorld, someChances } from './world.ts';

test('Invariant 4: a result from before a change of state changes no state and is no evidence', () => {
  fc.assert(
    fc.property(anyRecord, anyEvent, anyConditions, (record, event, conditions) => {
      if (!('generation' in event)) return;
      const stale = { ...event, generation: record.generation + 1 };
      // Whoever was turned away was turned away, whatever has changed since: that is news.
      const { excluded: _, learnedAt: __, ...before } = record;
      const { excluded: ___, learnedAt, ...after } = reduce(record, stale, conditions);
      expect(after).toEqual(before);
      if (event.type !== 'refusal' && event.type !== 'success') expect(learnedAt).toBe(record.learnedAt);
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 4: a change of state makes everything that was sent before it stale', () => {
  fc.assert(
    fc.property(anyRecord, anyEvent, anyConditions, (record, event, conditions) => {
      const current = 'generation' in event ? { ...event, generation: record.generation } : event;
      const after = reduce(record, current, conditions);
      const [from, to] = [record.circuit, after.circuit];
      // The end of a ramp is no event: it is over when its time is. A probe that takes another one's place makes it stale.
      const ended = from.state === 'ramping' && to.state === 'closed';
      const outlived = from.state === 'half-open' && from.probeUntil !== 0 && event.type === 'probe';
      const changed = (to.state !== from.state && !ended) || outlived;
      expect(after.generation).toBe(record.generation + (changed ? 1 : 0));
      if (changed && 'generation' in current && current.type !== 'refusal')
        expect(reduce(after, current, conditions).circuit).toEqual(after.circuit);
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 4: reduce is pure: the same comes of the same, and what went in is as it was', () => {
  fc.assert(
    fc.property(anyRecord, anyEvent, anyConditions, (record, event, conditions) => {
      const before = structuredClone(record);
      const once = reduce(record, event, conditions);
      expect(reduce(record, event, conditions)).toEqual(once);
      expect(record).toEqual(before);
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 4: what ends twice is heard once', () => {
  fc.assert(
    fc.property(
      ops(WHATS, { hears: true }),
      someChances,
      fc.nat(20),
      fc.constantFrom(...WHATS),
      (list, chances, which, what) => {
        const world = aWorld({ chances });
        for (const op of list) world.do(op);
        const again = world.ended[which % Math.max(1, world.ended.length)];
        if (!again) return;
        const seen = () => [world.records(), world.book.inFlight('r0'), world.book.inFlight('r1')];
        const before = structuredClone(seen());
        world.end(again, what);
        world.book.end(again.ticket, []);
        world.book.outrun(again.ticket, again.startedAt);
        expect(seen()).toEqual(before);
      },
    ),
    { numRuns: 300 },
  );
});

test('Invariant 4: what comes of an old question says nothing of a region that has opened anew', () => {
  const world = aWorld();
  world.hear('r0', open(-1));
  world.first('gpt');
  // While it is asked, calls find nothing else, and it is back; and then it is down again.
  for (const what of ['ok', 'ok', 'connect', 'connect', 'connect'] as const) {
    world.ask('r0', what, { as: 'last-resort' });
    world.ask('r1', 'invalid');
  }
  const { circuit } = world.recordOf('r0');
  expect(circuit.state).toBe('open');
  world.answerAll(true);
  expect(world.recordOf('r0').circuit).toEqual(circuit);
});
