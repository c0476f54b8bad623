import { expect, test } from 'vitest';
import {
  answerFrom,
  callEnded,
  type Doubts,
  isStale,
  isSuspicion,
  type Judgement,
  mayBeLocal,
  noDoubts,
  type Suspicion,
  suspect,
} from '../../src/health/blame.ts';
import { NOW, STATUS, TUNED, UNREACHABLE, verdict, WHATS, type What } from '../support/health.ts';

const { staleMs } = TUNED;
const of = (site: string, what: What, more: Partial<Suspicion> = {}): Suspicion => ({
  callId: 'a',
  site,
  deployment: 'gpt',
  verdict: verdict(what),
  status: STATUS[what],
  startedAt: NOW,
  endedAt: NOW,
  ...more,
});
const doubts = (open: readonly Suspicion[], more: Partial<Doubts<Suspicion>> = {}): Doubts<Suspicion> => ({
  ...noDoubts,
  open,
  ...more,
});
const brief = ({ doubts: { open }, guilty, dropped }: Judgement<Suspicion>) => {
  const names = (list: readonly Suspicion[]) => list.map(({ site }) => site).join(' ');
  return { open: names(open), guilty: names(guilty), dropped: names(dropped) };
};
const known = (list: readonly What[]): readonly What[] => WHATS.filter((what) => list.includes(what));

test('J: of what may be the client’s own network, nothing came back', () => {
  expect(WHATS.filter((what) => mayBeLocal(verdict(what)))).toEqual(known(UNREACHABLE));
});

test('J: what is blamed on a region or a network is a suspicion at first', () => {
  expect(WHATS.filter((what) => isSuspicion(verdict(what)))).toEqual(
    known(['server-error', 'gateway', ...UNREACHABLE]),
  );
});

test.each(UNREACHABLE)('J: an answer from elsewhere shows that %s was the region’s fault', (what) => {
  expect(brief(answerFrom(doubts([of('r0', what)]), 'r1', NOW - 5, NOW))).toEqual({
    open: '',
    guilty: 'r0',
    dropped: '',
  });
});

test('J: an answer says nothing of failures that the call itself may have caused', () => {
  const open = [of('r0', 'server-error'), of('r1', 'gateway'), of('r2', 'connect')];
  expect(brief(answerFrom(doubts(open), 'r3', NOW, NOW))).toEqual({ open: 'r0 r1', guilty: 'r2', dropped: '' });
});

test.each([
  [staleMs, 'guilty'],
  [staleMs + 1, 'dropped'],
] as const)('J: an answer %i ms later makes a failure %s', (later, fate) => {
  expect(brief(answerFrom(doubts([of('r0', 'connect')]), 'r1', NOW, NOW + later))[fate]).toBe('r0');
});

test.each([
  [-1, 'guilty'],
  [0, 'dropped'],
  [1, 'dropped'],
] as const)('J: an answer of the region itself that was sent %i ms after its failure makes it %s', (later, fate) => {
  expect(brief(answerFrom(doubts([of('r0', 'connect')]), 'r0', NOW + later, NOW + 9))[fate]).toBe('r0');
});

test('J: where a region is left that is not suspected, a suspicion stays one', () => {
  const first = suspect(noDoubts, of('r0', 'connect'), 2);
  expect(brief(first)).toEqual({ open: 'r0', guilty: '', dropped: '' });
  expect(brief(suspect(first.doubts, of('r0', 'network'), 2))).toEqual({ open: 'r0 r0', guilty: '', dropped: '' });
  const two = suspect(first.doubts, of('r1', 'connect'), 3);
  expect(brief(two)).toEqual({ open: 'r0 r1', guilty: '', dropped: '' });
  expect(two.doubts.local).toBe(false);
});

test('J: a region that was out of reach before says nothing of the client’s own network', () => {
  const known = suspect(noDoubts, of('r0', 'connect', { expected: true }), 2);
  const two = suspect(known.doubts, of('r1', 'connect'), 2);
  expect(brief(two)).toEqual({ open: 'r0 r1', guilty: '', dropped: '' });
  expect(two.doubts.local).toBe(false);
  expect(brief(answerFrom(two.doubts, 'r1', NOW, NOW + 1))).toEqual({ open: '', guilty: 'r0', dropped: 'r1' });
});

test.each(UNREACHABLE)('J: where all regions fail alike it is the client’s own network: %s', (what) => {
  const all = suspect(doubts([of('r0', 'connect')]), of('r1', what), 2);
  expect(brief(all)).toEqual({ open: '', guilty: '', dropped: 'r0 r1' });
  expect(all.doubts.local).toBe(true);
});

test('J: a region that answered, if with an error, is reached', () => {
  const open = [of('r0', 'connect'), of('r1', 'server-error')];
  expect(brief(suspect(doubts(open), of('r1', 'gateway'), 2))).toEqual({ open: 'r0 r1 r1', guilty: '', dropped: '' });
  expect(brief(suspect(doubts(open), of('r1', 'connect'), 2))).toEqual({ open: 'r1', guilty: '', dropped: 'r0 r1' });
});

test('J: with one region there is nothing to compare with, and nothing to conclude', () => {
  const alone = suspect(noDoubts, of('r0', 'connect'), 1);
  expect(brief(alone)).toEqual({ open: '', guilty: '', dropped: 'r0' });
  expect(alone.doubts.local).toBe(false);
  expect(suspect(doubts([], { local: true }), of('r0', 'connect'), 1).doubts.local).toBe(true);
});

test('J: of thousands of suspicions, the latest are kept', () => {
  let all: Doubts<Suspicion> = noDoubts;
  for (let i = 0; i < 1_000; i++) all = suspect(all, of('r0', 'connect', { callId: String(i) }), 2).doubts;
  expect(all.open.length).toBeLessThanOrEqual(TUNED.mostSuspicions + 1);
  expect(all.open.length).toBeGreaterThanOrEqual(TUNED.mostSuspicions);
  expect(all.open.at(-1)?.callId).toBe('999');
});

test.each([
  [staleMs, false],
  [staleMs + 1, true],
  [-staleMs, false],
  [-staleMs - 1, true],
])('J: a suspicion is so old after %i ms that nothing comes of it: %s', (later, stale) => {
  expect(isStale(of('r0', 'connect'), NOW + later)).toBe(stale);
  const old = of('r0', 'connect', { endedAt: NOW - later });
  expect(brief(suspect(doubts([old]), of('r0', 'connect'), 2)).dropped).toBe(stale ? 'r0' : '');
});

test('J: what a call itself may have caused is clear when it ends, however late that is', () => {
  const old = of('r0', 'gateway', { endedAt: NOW - 9 * staleMs });
  const both = suspect(doubts([old]), of('r0', 'gateway', { callId: 'b' }), 2);
  expect(brief(both)).toEqual({ open: 'r0 r0', guilty: '', dropped: '' });
  expect(brief(callEnded(both.doubts, 'a', true))).toEqual({ open: 'r0', guilty: 'r0', dropped: '' });
});

test('J: what failed long ago does not make all regions fail alike now', () => {
  const old = of('r0', 'connect', { endedAt: NOW - staleMs - 1 });
  const judged = suspect(doubts([old]), of('r1', 'connect'), 2);
  expect(brief(judged)).toEqual({ open: 'r1', guilty: '', dropped: 'r0' });
  expect(judged.doubts.local).toBe(false);
});

test('J: while the client’s own network is down, the first answer shows that nobody else was to blame', () => {
  const offline = suspect(doubts([], { local: true }), of('r0', 'connect'), 2);
  expect(brief(offline)).toEqual({ open: '', guilty: '', dropped: 'r0' });
  expect(offline.doubts.local).toBe(true);
  const back = answerFrom({ ...offline.doubts, open: [of('r0', 'connect')] }, 'r1', NOW, NOW + 9);
  expect(brief(back)).toEqual({ open: '', guilty: '', dropped: 'r0' });
  expect(back.doubts).toMatchObject({ local: false, upSince: NOW + 9 });
});

test('J: what was sent while the client’s own network was down teaches nothing, whenever it fails', () => {
  const back = doubts([], { upSince: NOW });
  const sent = (startedAt: number, what: What) => of('r0', what, { startedAt, endedAt: NOW + 5 });
  expect(brief(suspect(back, sent(NOW - 1, 'connect'), 2)).dropped).toBe('r0');
  expect(brief(suspect(back, sent(NOW, 'connect'), 2)).open).toBe('r0');
  expect(brief(suspect(back, sent(NOW - 1, 'gateway'), 2)).open).toBe('r0');
});

test('J: an answer while nothing was wrong with the client’s network says nothing of when it came up', () => {
  const before = doubts([of('r0', 'connect')], { upSince: NOW - 99 });
  expect(answerFrom(before, 'r1', NOW, NOW).doubts).toEqual({ open: [], local: false, upSince: NOW - 99 });
});

test.each<[string, readonly Suspicion[], boolean, ReturnType<typeof brief>]>([
  ['one region failed it', [of('r0', 'server-error')], false, { open: '', guilty: 'r0', dropped: '' }],
  [
    'two regions failed it alike',
    [of('r0', 'server-error'), of('r1', 'server-error')],
    false,
    { open: '', guilty: '', dropped: 'r0 r1' },
  ],
  [
    'two regions failed it alike, and a third answered',
    [of('r0', 'server-error'), of('r1', 'server-error')],
    true,
    { open: '', guilty: 'r0 r1', dropped: '' },
  ],
  [
    'one region failed it twice',
    [of('r0', 'server-error'), of('r0', 'server-error')],
    false,
    { open: '', guilty: 'r0 r0', dropped: '' },
  ],
  [
    'two regions failed it differently',
    [of('r0', 'server-error'), of('r1', 'gateway')],
    false,
    { open: '', guilty: 'r0 r1', dropped: '' },
  ],
  [
    'two regions failed it alike, and a third could not be reached',
    [of('r0', 'server-error'), of('r1', 'server-error'), of('r2', 'connect')],
    false,
    { open: 'r2', guilty: 'r0 r1', dropped: '' },
  ],
  [
    'two regions failed it alike, and another call could not reach one',
    [of('r0', 'server-error'), of('r1', 'server-error'), of('r1', 'connect', { callId: 'b' })],
    false,
    { open: 'r1', guilty: '', dropped: 'r0 r1' },
  ],
  [
    'another call’s failures are not its own',
    [of('r0', 'server-error'), of('r1', 'server-error', { callId: 'b' })],
    false,
    { open: 'r1', guilty: 'r0', dropped: '' },
  ],
  [
    'it could reach none',
    [of('r0', 'connect'), of('r1', 'timeout')],
    false,
    { open: 'r0 r1', guilty: '', dropped: '' },
  ],
])('J: a call is over, and %s', (_, open, answered, judgement) => {
  expect(brief(callEnded(doubts(open), 'a', answered))).toEqual(judgement);
});
