import { freePorts } from '../../playground/demo/ports.ts';
import type { Site } from '../../playground/engine/rivals/rival.ts';
import type { World } from '../../playground/engine/world.ts';
import { systemClock } from '../../src/clock.ts';
import { type JournalEntry, type Scenario, scenarioRegions } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/node/index.ts';

/** The simulator's regions on loopback sockets, in real time. */
export async function socketWorld(scenario: Scenario): Promise<World & AsyncDisposable> {
  const clock = systemClock;
  const ports = await freePorts(scenario.regions.length);
  const regions = scenarioRegions(scenario).map((region, nth) => ({ ...region, port: ports[nth] ?? 0 }));
  const simulator = await startSimulator({ seed: scenario.seed, regions });
  const sites = simulator.endpoints().map(({ region, url, key }): Site => ({ name: region, url, key }));
  let byRequest: ReadonlyMap<string, readonly JournalEntry[]> | undefined;
  return {
    clock,
    sites: sites as [Site, ...Site[]],
    patienceMs: 60_000,
    client: () => ({ fetch: globalThis.fetch, clock }),
    play: (one, signal) => simulator.play(one, { signal }),
    until: (time) => clock.sleep(Math.max(0, time - clock.now())),
    settle: (promise) => promise,
    entries(requestId) {
      // Asked for when all is over.
      byRequest ??= grouped(simulator.journal.entries());
      return byRequest.get(requestId) ?? [];
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

function grouped(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly JournalEntry[]> {
  const groups = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const id = entry.clientRequestId ?? '';
    groups.set(id, [...(groups.get(id) ?? []), entry]);
  }
  return groups;
}
