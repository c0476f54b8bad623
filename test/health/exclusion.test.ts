import { expect, test } from 'vitest';
import {
  type Exclusion,
  exclude,
  isCoolDown,
  isHeld,
  isOver,
  LONGEST_EXCLUSION_MS,
} from '../../src/health/exclusion.ts';
import { NOW, TUNED, VERDICTS } from '../support/health.ts';

const { coolDownMs, longestCoolDownMs, misconfiguredMs, longestJitterMs } = TUNED;
const NEARLY_ONE = 0.999999;
const made = (
  kind: Exclusion['cause'],
  retryAfterMs?: number,
  before?: Exclusion,
  chance = 0,
  now = NOW,
  startedAt = now,
): Exclusion => exclude(before, { kind, retryAfterMs, startedAt }, now, () => chance);

test('I: throttling, a full pool and a block are cool-downs: the service asked for them', () => {
  const kinds = new Set(Object.values(VERDICTS).map(([kind]) => kind));
  expect([...kinds].filter(isCoolDown).sort()).toEqual(['blocked', 'no-capacity', 'throttled']);
});

test.each<[Exclusion['cause'], number | undefined, number, number]>([
  ['throttled', 7_000, 7_000, 700],
  ['throttled', 60_000, 60_000, longestJitterMs],
  ['throttled', 0, 0, 0],
  ['throttled', undefined, coolDownMs, longestJitterMs],
  ['no-capacity', undefined, coolDownMs, longestJitterMs],
  ['blocked', undefined, coolDownMs, longestJitterMs],
  ['blocked', 90_000, 90_000, longestJitterMs],
  ['throttled', 86_400_000, LONGEST_EXCLUSION_MS, longestJitterMs],
  ['throttled', Number.MAX_VALUE, LONGEST_EXCLUSION_MS, longestJitterMs],
  ['no-deployment', undefined, misconfiguredMs, longestJitterMs],
  ['unauthorized', undefined, misconfiguredMs, longestJitterMs],
  ['forbidden', undefined, misconfiguredMs, longestJitterMs],
  ['forbidden', 30_000, 30_000, longestJitterMs],
])('I: %s with a hint of %s ms keeps out for %i ms, and up to %i ms more by jitter', (kind, hint, least, jitter) => {
  expect(made(kind, hint)).toEqual({ until: NOW + least, cause: kind, streak: 1, since: NOW });
  expect(made(kind, hint, undefined, NEARLY_ONE).until).toBe(NOW + least + jitter);
  expect(made(kind, hint, undefined, 0.5).until).toBe(NOW + least + jitter / 2);
});

test('I: an end between two milliseconds is the later one', () => {
  expect(made('throttled', 7_001, undefined, 0.5).until).toBe(NOW + 7_001 + 351);
});

test('I: without hints, cool-downs that follow each other double, up to a minute', () => {
  const ends: number[] = [];
  let [last, now]: [Exclusion | undefined, number] = [undefined, NOW];
  for (let i = 0; i < 5; i++) {
    last = made('throttled', undefined, last, 0, now);
    ends.push(last.until - now);
    now = last.until;
  }
  expect(ends).toEqual([1, 2, 4, 8, 16].map((factor) => Math.min(longestCoolDownMs, factor * coolDownMs)));
  expect(last?.streak).toBe(5);
});

test('I: refusals of attempts that were under way together are one', () => {
  const first = made('throttled', 5_000);
  expect(made('throttled', 5_000, first, 0, NOW + 10, NOW + 4_999).streak).toBe(1);
  expect(made('throttled', 5_000, first, 0, NOW + 10, NOW + 5_000).streak).toBe(2);
  expect(made('throttled', undefined, first, 0, NOW + 10, NOW - 10).until).toBe(NOW + 10 + coolDownMs);
});

test('I: of two ends the later one stands, with what it was for', () => {
  const long = made('throttled', 60_000);
  const short = { kind: 'no-capacity', retryAfterMs: 1_000, startedAt: NOW } as const;
  expect(exclude(long, short, NOW + 5, () => 0)).toEqual(long);
  const longer = { kind: 'no-capacity', retryAfterMs: 60_000, startedAt: NOW } as const;
  expect(exclude(long, longer, NOW, () => 0)).toEqual({ ...long, cause: 'no-capacity' });
  expect(exclude(long, longer, NOW + 5, () => 0)).toEqual({
    until: NOW + 60_005,
    cause: 'no-capacity',
    streak: 1,
    since: NOW + 5,
  });
});

test('I: what the service asked for is remembered under whatever comes on top, for as long as it holds', () => {
  const cooling = made('throttled', 60_000);
  const missing = made('no-deployment', undefined, cooling, 0, NOW + 10);
  expect(missing).toMatchObject({ cause: 'no-deployment', asked: NOW + 60_000 });
  const now = NOW + 61_000;
  expect([NOW + 59_999, NOW + 60_000].map((startedAt) => isOver(missing, startedAt, now))).toEqual([false, true]);
  const again = made('no-deployment', undefined, missing, 0, NOW + 20);
  expect(again.asked).toBe(NOW + 60_000);
  const beneath = made('throttled', 60_000, made('no-deployment'), 0, NOW + 10);
  expect(beneath).toMatchObject({ cause: 'no-deployment', until: NOW + misconfiguredMs, asked: NOW + 60_010 });
  expect(made('throttled', 1_000, beneath, 0, NOW + 20).asked).toBe(NOW + 60_010);
  expect(made('throttled', 500_000, beneath, 0, NOW + 20)).not.toHaveProperty('asked');
  expect(made('no-deployment', undefined, cooling, 0, NOW + 60_000)).not.toHaveProperty('asked');
  expect(made('no-deployment', undefined, made('no-deployment'), 0, NOW + 10)).not.toHaveProperty('asked');
});

test('I: a refusal after the end counts on, also when its own end is the sooner', () => {
  const long = made('throttled', 60_000);
  const late = exclude(long, { kind: 'throttled', retryAfterMs: 1_000, startedAt: NOW + 60_000 }, NOW + 5, () => 0);
  expect(late).toEqual({ ...long, streak: 2 });
});

test.each([
  [-1, false],
  [0, false],
  [1, true],
  [LONGEST_EXCLUSION_MS + longestJitterMs, true],
  [LONGEST_EXCLUSION_MS + longestJitterMs + 1, false],
])('I: an exclusion that ends in %i ms holds: %s', (later, holds) => {
  expect(isHeld({ until: NOW + later, cause: 'throttled', streak: 1 }, NOW)).toBe(holds);
});

test.each<[Exclusion['cause'], number, boolean]>([
  ['throttled', 4_999, false],
  ['throttled', 5_000, true],
  ['throttled', 5_001, true],
  ['no-capacity', 4_999, false],
  ['blocked', 4_999, false],
  ['forbidden', -1, false],
  ['forbidden', 0, true],
  ['no-deployment', 4_999, true],
])('I: a success sent %s + %i ms after it was made puts an end to it: %s', (cause, later, over) => {
  const made = { cause, until: NOW + 5_000, streak: 1, since: NOW };
  expect(isOver(made, NOW + later, NOW + 9_000)).toBe(over);
});

test('I: what another session made, a success ends at once, unless the service asked for it', () => {
  expect(isOver({ cause: 'forbidden', until: NOW + 5_000, streak: 1 }, NOW, NOW)).toBe(true);
  expect(isOver({ cause: 'throttled', until: NOW + 5_000, streak: 1 }, NOW, NOW)).toBe(false);
});
