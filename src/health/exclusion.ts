import type { VerdictKind } from '../types.ts';

/** Kept out for a time that says nothing of health: throttling, a refused credential, a missing deployment. */
export interface Exclusion {
  /** Unix time, ms. */
  readonly until: number;
  readonly cause: VerdictKind;
  /** How often in a row, without a success between: unhinted cool-downs grow with it. */
  readonly streak: number;
  /** When it was made, Unix time in ms; absent when another session made it. */
  readonly since?: number;
  /** Until when the service asked to be left alone, should another cause have come on top, Unix time in ms. */
  readonly asked?: number;
}

/** A refusal, as it came in. */
export interface Refusal {
  readonly kind: VerdictKind;
  readonly retryAfterMs?: number | undefined;
  /** When the attempt was sent, Unix time in ms. */
  readonly startedAt: number;
}

/**
 * Hints can be absurd (a day); what is held against a region ends here, and its next refusal renews it. Ten minutes, and
 * what jitter adds, ms.
 */
export const LONGEST_EXCLUSION_MS = 600_000;
const LONGEST_JITTER_MS = 1_000;
const COOL_DOWN_MS = 10_000;
const LONGEST_COOL_DOWN_MS = 60_000;
/** A role, a key or a deployment that an operator has just made takes minutes to show. */
const MISCONFIGURED_MS = 300_000;

/** The service itself asked to be left alone: before that time is over, asking again makes it longer. */
export function isCoolDown(cause: VerdictKind): boolean {
  return cause === 'throttled' || cause === 'no-capacity' || cause === 'blocked';
}

/** Another key, or another person's sign-in, may be let in: that is for each to find out, and nobody else's business. */
export function isOfCredential(cause: VerdictKind): boolean {
  return cause === 'unauthorized' || cause === 'forbidden' || cause === 'blocked';
}

/** Whether an exclusion holds. One that ends later than any is ever set comes from a clock that was moved: it is over. */
export function isHeld({ until }: Exclusion, now: number): boolean {
  return until > now && isPlausible(until, now);
}

const isPlausible = (until: number, now: number): boolean => until <= now + LONGEST_EXCLUSION_MS + LONGEST_JITTER_MS;

/** The exclusion that follows from a refusal. */
export function exclude(
  before: Exclusion | undefined,
  { kind, retryAfterMs, startedAt }: Refusal,
  now: number,
  random: () => number,
): Exclusion {
  // Attempts that were under way together are one refusal, however many they are.
  const streak = before && startedAt < before.until ? before.streak : (before?.streak ?? 0) + 1;
  const coolDownMs = Math.min(LONGEST_COOL_DOWN_MS, COOL_DOWN_MS * 2 ** (streak - 1));
  const ms = Math.min(retryAfterMs ?? (isCoolDown(kind) ? coolDownMs : MISCONFIGURED_MS), LONGEST_EXCLUSION_MS);
  // Never less than asked, and not all clients at the same moment.
  const until = Math.ceil(now + ms + random() * Math.min(ms / 10, LONGEST_JITTER_MS));
  const standing = before && isHeld(before, now) ? before : undefined;
  // Of two hints the later end stands: an old answer that comes in late must not shorten a new one.
  const longer: Exclusion =
    standing && standing.until > until ? { ...standing, streak } : { until, cause: kind, streak, since: now };
  const asked = Math.max(standing?.asked ?? 0, askedBy(standing), isCoolDown(kind) ? until : 0);
  return asked > askedBy(longer) ? { ...longer, asked } : longer;
}

/** Until when the service asks to be left alone, by its cause alone. */
const askedBy = (exclusion: Exclusion | undefined): number =>
  exclusion && isCoolDown(exclusion.cause) ? exclusion.until : 0;

/**
 * Whether a success that began at `startedAt` puts an end to an exclusion: to what was asked for, when its time was over by
 * then; to what an operator may have set right, when it was made before.
 */
export function isOver({ cause, until, since = 0, asked = 0 }: Exclusion, startedAt: number, now: number): boolean {
  return !isPlausible(until, now) || Math.max(asked, isCoolDown(cause) ? until : since) <= startedAt;
}
