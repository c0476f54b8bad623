import { isCoolDown, isHeld, isOfCredential } from './exclusion.ts';
import { type Circuit, type HealthRecord, isDown } from './record.ts';

/** A region that was just tested, and was well, is not doubted again for so long, whatever others say, ms. */
const TRUSTED_MS = 60_000;

/** What a record becomes when others have learned something of its scope. */
export type Absorb = (mine: HealthRecord, theirs: HealthRecord, conditions: Hearing) => HealthRecord;

interface Hearing {
  /** Whether calls have another region to go to. */
  readonly mayOpen: () => boolean;
  /** Unix time, ms. */
  readonly now: number;
}

/** The same person's other pages, and other clients in one process: what they saw last counts as if it were seen here. */
export const adopt: Absorb = (mine, theirs) => {
  if (theirs.learnedAt <= mine.learnedAt) return mine;
  // Whom a credential of one's own was refused by, others cannot know.
  const refused = mine.excluded && isOfCredential(mine.excluded.cause) && { excluded: mine.excluded };
  return { ...theirs, ...refused, generation: mine.generation + 1 };
};

/**
 * Others of a fleet may see what is not so from here, or be wrong. What they hold to be down is tested by one call of one's
 * own, while all others go elsewhere; where it is down for both, it is left alone for as long as they leave it alone. What they
 * hold to be well is only cleared of the doubts that came from them. That the service asked them to wait is true for all who
 * share the deployment. None of it takes the last region.
 */
export const suspect: Absorb = (mine, theirs, { mayOpen, now }) => {
  if (theirs.learnedAt <= mine.learnedAt) return mine;
  const { circuit: said, learnedAt, excluded } = theirs;
  const isToldToWait =
    excluded &&
    isCoolDown(excluded.cause) &&
    isHeld(excluded, now) &&
    excluded.until > (mine.excluded?.until ?? 0) &&
    mayOpen();
  const told = isToldToWait ? { ...mine, excluded, learnedAt } : mine;
  const { circuit } = told;
  const become = (next: Circuit, opens = told.opens): HealthRecord => {
    return { ...told, circuit: next, opens, generation: told.generation + 1, learnedAt };
  };
  if (!isDown(circuit)) {
    const isDoubtful = said.state === 'open' && now - mine.closedAt >= TRUSTED_MS;
    return isDoubtful ? become({ state: 'open', until: now, cause: said.cause, hearsay: true }) : told;
  }
  if (circuit.hearsay) return isDown(said) ? told : become({ state: 'closed' });
  const isWaiting = circuit.state === 'open' && circuit.until > now;
  return isWaiting && isDown(said) && mayOpen() ? become(said, Math.max(mine.opens, theirs.opens)) : told;
};
