import { allClients } from '../../playground/engine/all-clients.ts';
import { liveLine } from '../../playground/engine/live-line.ts';
import type { Site } from '../../playground/engine/rivals/rival.ts';
import type { World } from '../../playground/engine/world.ts';
import { systemClock } from '../../src/clock.ts';
import { ClientClock } from '../../src/simulator/client-clock.ts';
import type { JournalEntry, Scenario } from '../../src/simulator/index.ts';
import { fetchError } from '../../src/simulator/virtual-errors.ts';
import { startRegions } from './socket-regions.ts';

/** The simulator's regions on loopback sockets, and clients with Node's own `fetch`, in real time. */
export async function socketWorld(scenario: Scenario): Promise<World & AsyncDisposable> {
  const clock = systemClock;
  const simulator = await startRegions(scenario);
  const sites = simulator.endpoints().map(({ region, url, key }): Site => ({ name: region, url, key }));
  const clients = allClients(clock);
  let byRequest: ReadonlyMap<string, readonly JournalEntry[]> | undefined;
  return {
    clock,
    sites: sites as [Site, ...Site[]],
    // Longer than the library bears with a stream that has fallen silent.
    patienceMs: 90_000,
    client: (restart) => clients.add({ line: liveLine(lost), own: new ClientClock(clock), restart }),
    play: (one, signal) => simulator.play(one, { signal, client: clients.stage }),
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

/** What Node says without a network. */
const lost = (): TypeError => fetchError('node', 'offline', 'contoso.openai.azure.com');

function grouped(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly JournalEntry[]> {
  const groups = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const id = entry.clientRequestId ?? '';
    groups.set(id, [...(groups.get(id) ?? []), entry]);
  }
  return groups;
}
