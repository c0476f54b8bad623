import {
  createVirtualSimulator,
  type JournalEntry,
  playFaults,
  type Scenario,
  scenarioRegions,
  VirtualClock,
} from '../../src/simulator/index.ts';
import { allClients } from './all-clients.ts';
import type { Site } from './rivals/rival.ts';
import type { World } from './world.ts';

/** The simulator's regions, in memory and in virtual time. */
export function virtualWorld(scenario: Scenario): World {
  const clock = new VirtualClock();
  const entries = new Map<string, JournalEntry[]>();
  const simulator = createVirtualSimulator({
    seed: scenario.seed,
    clock,
    shapes: scenario.shapes ?? 'node',
    regions: scenarioRegions(scenario),
    journal: false,
    onArrival: (draft) => {
      const { clientRequestId: id } = draft;
      if (id !== undefined) entries.set(id, [...(entries.get(id) ?? []), draft]);
    },
  });
  const sites = simulator.endpoints().map(({ region, url, key }): Site => ({ name: region, url, key }));
  const clients = allClients(clock);
  return {
    clock,
    sites: sites as [Site, ...Site[]],
    // As long as the OpenAI SDK.
    patienceMs: 600_000,
    client: (restart) => clients.add({ line: simulator.client(), own: clock.fork(), restart }),
    play: (scenario, signal) =>
      playFaults(scenario, { region: simulator.region, client: clients.stage }, clock, signal),
    until: (time) => clock.runUntil(time),
    settle: (promise) => clock.run(promise),
    entries: (requestId) => entries.get(requestId) ?? [],
  };
}
