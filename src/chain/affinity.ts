import type { Clock } from '../clock.ts';
import { FailoverError } from '../errors.ts';
import type { Events } from '../events.ts';
import type { HealthBook } from '../health/book.ts';
import type { Pins } from '../health/pins.ts';
import type { Settings } from '../options.ts';
import type { Call, Middleware, Next } from '../types.ts';
import { dropBody } from './guard.ts';
import { attemptsOf, traceOf, verdictOf } from './journal.ts';
import { named } from './surrender.ts';

/**
 * Sends what names a region's state to that region and to no other. What nobody has heard of is the addressed region's, until
 * that one says that it does not know it: then the others are asked.
 *
 * @param failover what sends a call to the regions that may take it
 * @param once the same, with no second try: who is only asked whether it knows need not be waited for
 */
export function affinity(
  { regions, clock, retry }: Settings,
  pins: Pins,
  health: Pick<HealthBook, 'plan'>,
  events: Events,
  failover: Middleware,
  once: Middleware,
): Middleware {
  const siteOf = (name: string): string | undefined => regions.find((one) => one.name === name)?.endpoint.base;

  const isScattered = (homes: ReadonlyMap<string, string>): boolean =>
    new Set([...homes.values()].map(siteOf)).size > 1;

  function homesOf(ids: readonly string[], now: number): ReadonlyMap<string, string> {
    const homes = new Map<string, string>();
    for (const id of ids) {
      const region = pins.regionOf(id, now);
      if (region !== undefined) homes.set(id, region);
    }
    return homes;
  }

  return function affinity(call, next) {
    const { boundTo, mentions } = call.operation;
    return boundTo.length === 0 && !mentions ? failover(call, next) : keepHome(call, next);
  };

  async function keepHome(call: Call, next: Next): Promise<Response> {
    const { addressed, operation } = call;
    const { boundTo, mentions = [] } = operation;
    const now = clock.now();
    const bindings = homesOf(boundTo, now);
    if (isScattered(bindings)) throw scattered(call, bindings, clock);
    const labels = homesOf(mentions, now);
    // What is only mentioned is whole, and may have been put together from what several regions answered.
    const homes = bindings.size > 0 || isScattered(labels) ? bindings : labels;
    const [home] = homes.values();
    if (home !== undefined) {
      // An error names the first of them.
      const bound = new Set([...homes.keys(), ...boundTo]);
      return failover({ ...call, pinnedTo: home, operation: { ...operation, boundTo: [...bound] } }, next);
    }
    let answer: Response;
    try {
      answer = await failover(boundTo.length > 0 ? { ...call, pinnedTo: addressed } : call, next);
    } catch (error) {
      // Nothing came from there. Whoever answers well knows; what others say besides is no answer to this call.
      const found = mayAskOn(call, error) ? await search(call, next, undefined) : undefined;
      if (found) return found;
      throw error;
    }
    return verdictOf(answer)?.kind === 'state-bound' ? ((await search(call, next, answer)) ?? answer) : answer;
  }

  /** The answer of a region that knows. Who refuses does no work, so that asking the next one repeats nothing. */
  async function search(call: Call, next: Next, refusal: Response | undefined): Promise<Response | undefined> {
    // A list is each region's own: another one's is not what was asked for.
    if (call.operation.boundTo[0]?.startsWith('/')) return undefined;
    for (const { name, endpoint } of regions) {
      const asked = attemptsOf(call);
      const there = { ...call, pinnedTo: name };
      if (asked.length >= retry.attempts || clock.now() >= call.deadline) break;
      // Choices may take the call, and have not asked to be left alone.
      const isOpen = health.plan(there).choices.length > 0;
      if (!isOpen || asked.some(({ region }) => siteOf(region) === endpoint.base)) continue;
      const before = asked.at(-1);
      const because = before?.verdict.kind ?? 'state-bound';
      events.emit({ type: 'failover', callId: call.id, from: before?.region ?? call.addressed, to: name, because });
      try {
        const found = await once(there, next);
        const verdict = verdictOf(found);
        const knows = !verdict || (refusal && verdict.action === 'return' && verdict.kind !== 'state-bound');
        dropBody(knows ? refusal : found);
        if (knows) return found;
      } catch (error) {
        // A region that does not answer is not the one that knows, as far as can be told.
        if (error instanceof FailoverError && !call.signal.aborted) continue;
        dropBody(refusal);
        throw error;
      }
    }
    return undefined;
  }
}

/** The addressed region did not answer, and did nothing that must not be done twice. */
function mayAskOn(call: Call, error: unknown): boolean {
  const { boundTo, replayable } = call.operation;
  const isOut = error instanceof FailoverError && error.code === 'ERR_REGION_PINNED' && boundTo.length > 0;
  return isOut && (replayable || attemptsOf(call).every(({ verdict }) => verdict.worked === 'no'));
}

function scattered(call: Call, homes: ReadonlyMap<string, string>, clock: Clock): FailoverError {
  const list = [...homes].map(([id, region]) => `${named(id)} in ${region}`).join(', ');
  return new FailoverError('ERR_INVALID_REQUEST', `The request names what different regions keep: ${list}`, {
    trace: traceOf(call, clock.now()),
  });
}
