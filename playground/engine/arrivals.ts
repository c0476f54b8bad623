import { chance } from '../../src/simulator/hash.ts';
import type { Asked, OpenLoop, Scenario, ScenarioLoad } from '../../src/simulator/index.ts';
import type { Arrival, Source } from './arrival.ts';
import { firstCalls } from './closed-loop.ts';
import { loopSize } from './loop-size.ts';
import { callsUntil, secondsUntil } from './rate.ts';
import { awakeFor, isAsleep, sleepsOf } from './sleep.ts';
import { medianThinkMs } from './think-time.ts';

/** More calls than these are no scenario to play with. */
const mostCalls = 20_000;

/**
 * The calls that a scenario's load comes to, soonest first; of users who wait for their answers, the first of each. Client
 * `n` of all loops is one and the same, and each call of a burst has a client of its own. Who sleeps does not call.
 *
 * @throws RangeError when the load comes to more than 20,000 calls, those of users if every answer came at once.
 */
export function arrivalsOf(scenario: Scenario): readonly Arrival[] {
  const { seed, load, duration } = scenario;
  const expected = load.reduce((sum, one) => sum + expectedCalls(one, duration), 0);
  if (expected > mostCalls) {
    throw new RangeError(`load must come to ${mostCalls} calls at most, got about ${Math.round(expected)}`);
  }
  const sleeps = sleepsOf(scenario);
  let nextClient = Math.max(0, ...load.map(loopSize));
  const arrivals = load.flatMap((one, entry) => {
    const source: Source = {
      endMs: duration * 1_000,
      call: (atMs, client, nth) => ({
        atMs,
        client,
        ...asked(one, scenario, (what) => source.draw(what, client, nth)),
      }),
      draw: (what, client, nth) => chance('playground', what, seed, entry, client, nth),
      awakeFor: (ms, sinceMs) => awakeFor(sleeps, ms, sinceMs),
    };
    if ('users' in one) return firstCalls(one, source);
    if ('clients' in one) return randomCalls(one, source);
    return Array.from({ length: one.calls }, (_, nth) => source.call(one.at * 1_000, nextClient++, nth));
  });
  return arrivals.filter(({ atMs }) => !isAsleep(sleeps, atMs)).sort((a, b) => a.atMs - b.atMs || a.client - b.client);
}

/** The deployment that is asked for where nothing is said. */
export function usualDeployment({ regions }: Scenario): string {
  return regions.find(({ deployments }) => deployments)?.deployments?.[0] ?? 'gpt-4o';
}

function expectedCalls(load: ScenarioLoad, duration: number): number {
  if ('at' in load) return load.calls;
  const seconds = (load.to ?? duration) - (load.from ?? 0);
  if ('clients' in load) return load.clients * callsUntil(load, seconds);
  return load.users * (1 + (seconds * 1_000) / medianThinkMs(load));
}

/** Calls at moments that know nothing of each other: gaps of a rate of 1, stretched to the rate that there is. */
function randomCalls(loop: OpenLoop, { endMs, call, draw }: Source): readonly Arrival[] {
  const { clients, from = 0, to } = loop;
  const untilMs = to === undefined ? endMs : to * 1_000;
  return Array.from({ length: clients }, (_, client) => {
    const calls: Arrival[] = [];
    let expected = 0;
    for (let nth = 0; ; nth++) {
      expected -= Math.log(1 - draw('gap', client, nth));
      const atMs = (from + secondsUntil(loop, expected)) * 1_000;
      if (atMs >= untilMs) return calls;
      calls.push(call(atMs, client, nth));
    }
  }).flat();
}

function asked(
  { stream = 0, deployments, maxTokens }: Asked,
  scenario: Scenario,
  draw: (what: string) => number,
): Pick<Arrival, 'deployment' | 'stream' | 'maxTokens'> {
  const deployment = deployments?.[Math.floor(draw('deployment') * deployments.length)];
  return {
    deployment: deployment ?? usualDeployment(scenario),
    stream: draw('stream') < stream,
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
