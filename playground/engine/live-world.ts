import { systemClock } from '../../src/clock.ts';
import { ClientClock } from '../../src/simulator/client-clock.ts';
import type { JournalEntry, Scenario } from '../../src/simulator/index.ts';
import { allClients } from './all-clients.ts';
import type { ControlClient } from './control.ts';
import { LiveFaults, nextEdge } from './live-faults.ts';
import { liveLine } from './live-line.ts';
import type { Site } from './rivals/rival.ts';
import type { World } from './world.ts';

/** Browsers open six connections to one host. One is left for asking a region that is silent whether it is alive. */
const MOST_CALLS = 5;

/** Regions on sockets, in real time. */
export interface LiveWorld extends World {
  /** From now on, what befalls whom is what this scenario says. */
  follow(scenario: Scenario): Promise<void>;
  /** Resolves when nothing is done to the regions any more. */
  left(): Promise<unknown>;
  /** Asks the regions what they have heard since. */
  refresh(): Promise<void>;
}

/**
 * The regions of a simulator that runs elsewhere: those that the scenario names, as they are there.
 *
 * @param signal ends it.
 * @throws TypeError when one of them is not there.
 */
export async function liveWorld(scenario: Scenario, control: ControlClient, signal: AbortSignal): Promise<LiveWorld> {
  const clock = systemClock;
  const there = await control.sites();
  const sites = scenario.regions.map(({ id }): Site => {
    const site = there.find(({ name }) => name === id);
    if (site) return site;
    throw new TypeError(`live regions are ${there.map(({ name }) => name).join(', ')}, and none is ${id}`);
  });
  await control.reset();
  const clients = allClients(clock);
  const faults = new LiveFaults(control, clients.stage);
  const heard = new Map<string, ReadonlyMap<number, JournalEntry>>();
  let latest = 0;
  /** Requests that were not over when they were last asked for. */
  const open = new Set<number>();
  let startedAt = clock.now();
  let current = scenario;
  let changed = new AbortController();
  /** One after the other, so that a later change is not overtaken by an earlier one. */
  let applied: Promise<void> = Promise.resolve();
  const apply = (): Promise<void> => {
    applied = applied.catch(() => {}).then(() => faults.apply(current, (clock.now() - startedAt) / 1_000));
    return applied;
  };

  let played: Promise<void> = Promise.resolve();
  const untilOver = async (duration: number): Promise<void> => {
    startedAt = clock.now();
    for (;;) {
      await apply();
      const at = (clock.now() - startedAt) / 1_000;
      if (at >= duration) return;
      const ms = nextEdge(current, at) * 1_000 - (clock.now() - startedAt);
      // A timer may be a moment early, by the clock that says what is on.
      const woken = AbortSignal.any([signal, changed.signal]);
      await clock.sleep(Math.max(0, ms) + 1, woken).catch(() => {});
      if (signal.aborted) {
        await control.reset();
        throw signal.reason;
      }
    }
  };

  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      clients.stage.offline(true);
      reject(signal.reason);
    });
  });
  ended.catch(() => {});

  return {
    clock,
    sites: sites as [Site, ...Site[]],
    patienceMs: 60_000,
    mostCalls: MOST_CALLS,
    client: (restart) => clients.add({ line: liveLine(), own: new ClientClock(clock), restart }),
    play({ duration }) {
      played = untilOver(duration);
      return played;
    },
    left: () => Promise.allSettled([played, applied]),
    until: (time) => clock.sleep(Math.max(0, time - clock.now()), signal),
    settle: (promise) => Promise.race([promise, ended]),
    entries: (requestId) => [...(heard.get(requestId)?.values() ?? [])],
    async follow(next) {
      current = next;
      await apply();
      changed.abort();
      changed = new AbortController();
    },
    async refresh() {
      for (const entry of await control.journal(Math.min(latest, ...[...open].map((seq) => seq - 1)))) {
        const { seq, clientRequestId: id, endedAt } = entry;
        latest = Math.max(latest, seq);
        if (endedAt === undefined) open.add(seq);
        else open.delete(seq);
        if (id !== undefined) heard.set(id, new Map(heard.get(id)).set(seq, entry));
      }
    },
  };
}
