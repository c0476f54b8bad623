import { chance } from '../../src/simulator/hash.ts';
import { type Asked, parseClientFault, type Scenario } from '../../src/simulator/index.ts';

/** A call that is going to be made. */
export interface Arrival {
  /** From the start of the run, ms. */
  readonly atMs: number;
  /** Counts from 0. */
  readonly client: number;
  readonly deployment: string;
  readonly stream: boolean;
}

/** More calls than these are no scenario to play with. */
const mostCalls = 20_000;

/**
 * The calls that a scenario's load comes to, soonest first. Client `n` of all open loops is one and the same, and each call
 * of a burst has a client of its own. Who sleeps does not call.
 *
 * @throws RangeError when the load comes to more than 20,000 calls.
 */
export function arrivalsOf(scenario: Scenario): readonly Arrival[] {
  const { seed, load, duration } = scenario;
  const expected = load.reduce((sum, one) => {
    return sum + ('at' in one ? one.calls : one.clients * one.rps * ((one.to ?? duration) - (one.from ?? 0)));
  }, 0);
  if (expected > mostCalls) {
    throw new RangeError(`load must come to ${mostCalls} calls at most, got about ${Math.round(expected)}`);
  }
  const arrivals: Arrival[] = [];
  let nextClient = Math.max(0, ...load.map((one) => ('at' in one ? 0 : one.clients)));
  for (const [entry, one] of load.entries()) {
    const call = (atMs: number, client: number, nth: number): void => {
      const draw = (what: string): number => chance('playground', what, seed, entry, client, nth);
      arrivals.push({ atMs, client, ...asked(one, scenario, draw) });
    };
    if ('at' in one) {
      for (let nth = 0; nth < one.calls; nth++) call(one.at * 1_000, nextClient++, nth);
      continue;
    }
    for (let client = 0; client < one.clients; client++) {
      let nth = 0;
      const gap = (): number =>
        (-Math.log(1 - chance('playground', 'gap', seed, entry, client, nth)) * 1_000) / one.rps;
      for (let atMs = (one.from ?? 0) * 1_000 + gap(); atMs < (one.to ?? duration) * 1_000; atMs += gap()) {
        call(atMs, client, nth++);
      }
    }
  }
  return arrivals
    .filter(({ atMs }) => !isAsleep(scenario, atMs))
    .sort((a, b) => a.atMs - b.atMs || a.client - b.client);
}

/** The deployment that is asked for where nothing is said. */
export function usualDeployment({ regions }: Scenario): string {
  return regions.find(({ deployments }) => deployments)?.deployments?.[0] ?? 'gpt-4o';
}

function asked(
  { stream = 0, deployments }: Asked,
  scenario: Scenario,
  draw: (what: string) => number,
): Pick<Arrival, 'deployment' | 'stream'> {
  const deployment = deployments?.[Math.floor(draw('deployment') * deployments.length)];
  return { deployment: deployment ?? usualDeployment(scenario), stream: draw('stream') < stream };
}

function isAsleep({ faults }: Scenario, atMs: number): boolean {
  return faults.some(([from, to, target, text]) => {
    if (target !== 'client' || parseClientFault(text).kind !== 'sleep') return false;
    return from * 1_000 <= atMs && atMs < to * 1_000;
  });
}
