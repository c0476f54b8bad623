import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adopt, suspect } from '../../src/health/absorb.ts';
import { isOfCredential, LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { freshRecord, type HealthRecord, isDown } from '../../src/health/record.ts';
import {
  after,
  answer,
  anyRecord,
  conditions,
  excluded,
  failure,
  halfOpen,
  learnedAt,
  NOW,
  open,
  probe,
  question,
  ramping,
  success,
  TUNED,
} from '../support/health.ts';

const here = (more: { readonly mayOpen?: boolean; readonly now?: number } = {}) => {
  const { mayOpen = true, now = NOW } = more;
  return conditions({ now, mayOpen: () => mayOpen });
};
/** Others learned it, later than anything that is known here. */
const told = (record: HealthRecord, at = NOW): HealthRecord => learnedAt(at, record);
const heard = (record: HealthRecord): HealthRecord => suspect(freshRecord, told(record, NOW - 5), here());

test('T: of the same person’s pages, what was learned last counts', () => {
  const mine = learnedAt(NOW, open(5_000, { generation: 4, points: 3, opens: 2 }));
  const theirs = learnedAt(NOW + 1, ramping(5, { opens: 1, closedAt: NOW }));
  expect(adopt(mine, theirs, here())).toEqual({ ...theirs, generation: 5 });
  expect(adopt(theirs, mine, here())).toBe(theirs);
  expect(adopt(mine, mine, here())).toBe(mine);
  expect(adopt(freshRecord, freshRecord, here())).toBe(freshRecord);
});

test('T: what is taken over makes what was sent before it stale', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (mine, theirs) => {
      const adopted = adopt(mine, theirs, here());
      expect(adopted.generation).toBe(mine.generation + (adopted === mine ? 0 : 1));
    }),
  );
});

/** Records as others send them: nothing in flux, nothing that only others say. */
const anyTold = anyRecord.map((record): HealthRecord => {
  const { circuit, opens, closedAt, excluded: held, learnedAt } = record;
  const until = circuit.state === 'open' ? circuit.until : NOW;
  const plain = isDown(circuit) ? ({ state: 'open', until, cause: circuit.cause } as const) : circuit;
  const shared = held && !isOfCredential(held.cause) && { excluded: held };
  return { ...freshRecord, circuit: plain, opens, closedAt, learnedAt, ...shared };
});
const visible = ({ generation: _, ...record }: HealthRecord) => record;

test('T: taking over twice is taking over once, and the order makes no difference', () => {
  fc.assert(
    fc.property(anyTold, fc.array(anyTold, { maxLength: 4 }), (mine, news) => {
      const all = (list: readonly HealthRecord[]) => list.reduce((last, one) => adopt(last, one, here()), mine);
      const once = all(news);
      expect(all([...news, ...news])).toEqual(once);
      // No two things are learned at one time, but by two who knew nothing of each other.
      if (new Set([mine, ...news].map(({ learnedAt }) => learnedAt)).size < news.length + 1) return;
      expect(visible(all([...news].reverse()))).toEqual(visible(once));
    }),
  );
});

test('E: what is taken over does not let in a credential that was refused here', () => {
  const refused = learnedAt(NOW - 5, excluded(60_000, 'unauthorized', { since: NOW - 5 }));
  expect(adopt(refused, told(open(5_000)), here())).toMatchObject({
    circuit: { state: 'open' },
    excluded: { cause: 'unauthorized' },
  });
  const cooling = learnedAt(NOW - 5, excluded(60_000, 'throttled', { since: NOW - 5 }));
  expect(adopt(cooling, told(freshRecord), here())).not.toHaveProperty('excluded');
});

test('T: a region that another of the fleet holds to be down is due to be tested', () => {
  expect(heard(open(60_000, { opens: 3 }, 'gateway'))).toMatchObject({
    circuit: { state: 'open', until: NOW, cause: 'gateway', hearsay: true },
    generation: 1,
    opens: 0,
    learnedAt: NOW - 5,
  });
});

test.each<[string, HealthRecord]>([
  ['well', freshRecord],
  ['on its ramp', ramping(5_000)],
])('T: the fleet’s word that a region is %s changes nothing for one that thinks so too, or knows better', (_, said) => {
  for (const mine of [freshRecord, ramping(5), open(5_000), open(-5), halfOpen(5_000), excluded(5_000)])
    expect(suspect(mine, told(said), here())).toBe(mine);
});

test.each<[string, HealthRecord]>([
  ['well', freshRecord],
  ['on its ramp', ramping(5_000)],
])('T: the fleet’s word that a region is %s clears it of the doubts that came from the fleet', (_, said) => {
  const doubted = heard(open(60_000));
  expect(suspect(doubted, told(said), here())).toMatchObject({
    circuit: { state: 'closed' },
    generation: 2,
    learnedAt: NOW,
  });
});

test('T: what is being tested here, or is due to be, is for that test to decide', () => {
  for (const mine of [open(0), open(-5), halfOpen(5_000), halfOpen(0), heard(open(60_000))])
    for (const said of [open(60_000), open(-60_000)]) expect(suspect(mine, told(said), here())).toBe(mine);
});

test('T: what is down for both is left alone for as long as the others leave it alone, unless nothing would be left', () => {
  const mine = open(5_000, { generation: 3, opens: 1 }, 'gateway');
  for (const until of [60_000, 1, -60_000]) {
    const theirs = told(open(until, { opens: 2 }));
    expect(suspect(mine, theirs, here())).toEqual({ ...theirs, generation: 4 });
    expect(suspect(mine, theirs, here({ mayOpen: false }))).toBe(mine);
  }
  expect(suspect(mine, told(freshRecord), here())).toBe(mine);
});

test('T: old news is none', () => {
  const mine = learnedAt(NOW, freshRecord);
  expect(suspect(mine, told(open(60_000), NOW), here())).toBe(mine);
  expect(suspect(mine, told(open(60_000), NOW - 1), here())).toBe(mine);
});

test('T: a region that was just found to be well is not doubted again for a while', () => {
  const well = { ...freshRecord, closedAt: NOW - TUNED.trustedMs + 1 };
  expect(suspect(well, told(open(60_000)), here())).toBe(well);
  expect(suspect(well, told(open(60_000)), here({ now: NOW + 1 })).circuit).toMatchObject({ hearsay: true });
});

test('I: that the service asks to wait is true for all who share the deployment, unless nothing would be left', () => {
  const waits = told(excluded(9_000, 'throttled'));
  expect(suspect(freshRecord, waits, here())).toEqual({ ...freshRecord, excluded: waits.excluded, learnedAt: NOW });
  expect(suspect(freshRecord, waits, here({ mayOpen: false }))).toBe(freshRecord);
  const longer = excluded(9_001, 'throttled');
  expect(suspect(longer, waits, here())).toBe(longer);
  expect(suspect(excluded(8_999, 'throttled'), waits, here()).excluded).toEqual(waits.excluded);
});

test('E: what another’s credential or its deployments were refused is not the fleet’s', () => {
  for (const cause of ['unauthorized', 'forbidden', 'no-deployment'] as const)
    expect(suspect(freshRecord, told(excluded(9_000, cause)), here())).toBe(freshRecord);
});

test('I: what is over, or further off than anything is ever set, is nothing to wait for', () => {
  for (const ms of [0, -1, LONGEST_EXCLUSION_MS + TUNED.longestJitterMs + 1])
    expect(suspect(freshRecord, told(excluded(ms)), here())).toBe(freshRecord);
});

test('T: hearing twice is hearing once', () => {
  fc.assert(
    fc.property(anyRecord, anyTold, fc.boolean(), (mine, theirs, mayOpen) => {
      const once = suspect(mine, theirs, here({ mayOpen }));
      expect(suspect(once, theirs, here({ mayOpen }))).toBe(once);
    }),
    { numRuns: 1_000 },
  );
});

test('T: of hearsay alone, however much of it there is, nothing stays away: it is due to be tested at once', () => {
  fc.assert(
    fc.property(fc.array(anyTold, { maxLength: 10 }), fc.boolean(), (news, mayOpen) => {
      const heardAll = news.reduce((last, one) => suspect(last, one, here({ mayOpen })), freshRecord);
      if (isDown(heardAll.circuit))
        expect(heardAll.circuit).toMatchObject({ state: 'open', until: NOW, hearsay: true });
      if (!mayOpen) expect(heardAll.excluded).toBeUndefined();
      expect([heardAll.points, heardAll.failures, heardAll.opens]).toEqual([0, 0, 0]);
    }),
    { numRuns: 1_000 },
  );
});

test('T: the first test of one’s own ends a doubt, and it is not repeated for a minute', () => {
  const doubted = after(heard(open(60_000)), [probe()]);
  expect(doubted.circuit).toMatchObject({ state: 'half-open', hearsay: true });
  const well = after(doubted, [success()], { tick: () => NOW + 1 });
  expect(well).toMatchObject({ circuit: { state: 'closed' }, closedAt: NOW, learnedAt: NOW + 1 });
  expect(suspect(well, told(open(60_000), NOW + 2), here())).toBe(well);
  const down = after(doubted, [failure('gateway')], { tick: () => NOW + 1 });
  expect(down).toMatchObject({ circuit: { state: 'open', cause: 'gateway' }, opens: 1, learnedAt: NOW + 1 });
  expect(down.circuit).not.toHaveProperty('hearsay');
  const unreached = after(heard(open(60_000)), [question(), answer(false)], { tick: () => NOW + 1 });
  expect(unreached.circuit).not.toHaveProperty('hearsay');
  expect(unreached.learnedAt).toBe(NOW + 1);
});
