import type { Call, Verdict } from '../types.ts';
import { dropBody } from './guard.ts';
import type { Failure } from './surrender.ts';

/** What a call has been through: all of its state is here, and nobody else's. */
export interface Journey {
  readonly call: Call;
  /** Regions that have had their turn in this round. */
  tried: string[];
  /** Regions that have had their turn in any round: only the first is free. */
  readonly asked: Set<string>;
  /** Regions whose next try was paid for before the call waited for it. */
  readonly paid: Set<string>;
  /** Regions that will not take this call however long it waits. */
  readonly out: string[];
  /** Regions that somebody else tests now: asked when nothing else is left. */
  readonly ceded: Set<string>;
  /** Attempts made; a credential that is renewed costs none. */
  spent: number;
  /** The call has its answer or its error, though a try may still be under way. */
  over: boolean;
  /** A region's budget allows no further try. */
  broke: boolean;
  /** Rounds that were begun anew after a back-off. */
  backOffs: number;
  /** Every region was believed to be down when the call came. */
  hopeless: boolean;
  /** The last failure, and the response worth most to the caller should there be no better. */
  last?: Failure;
  best?: { readonly response: Response; readonly worth: number };
}

export function beginJourney(call: Call): Journey {
  const begun = { spent: 0, over: false, broke: false, backOffs: 0, hopeless: false };
  return { call, tried: [], asked: new Set(), paid: new Set(), out: [], ceded: new Set(), ...begun };
}

/**
 * Of two failures, the one that says when to come back is worth most, then the one that says what is wrong with a region;
 * one that says it in a stream, behind a status of 200, is worth least.
 */
export function keepBetter(journey: Journey, response: Response, { kind }: Verdict): void {
  const saysWhen = kind === 'throttled' || kind === 'no-capacity';
  const worth = response.ok ? 0 : saysWhen ? 3 : kind === 'server-error' || kind === 'gateway' ? 2 : 1;
  // Another try has answered by now; a page that stood where the service should have, or a redirect, is no answer to hand over.
  if (journey.over || kind === 'bad-body' || (kind === 'gateway' && response.status < 400)) {
    dropBody(response);
    return;
  }
  const better = journey.best === undefined || journey.best.worth <= worth;
  dropBody(better ? journey.best?.response : response);
  if (better) journey.best = { response, worth };
}
