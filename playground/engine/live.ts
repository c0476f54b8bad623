import type { LiveLink } from '../../src/cli/live-link.ts';
import { parseScenario, type Scenario } from '../../src/simulator/index.ts';
import { controlClient } from './control.ts';
import { drive } from './drive.ts';
import { liveWorld } from './live-world.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';
import { recordOf } from './run.ts';
import type { PolicyChoice, RunRecord } from './types.ts';

/** A run on sockets, while it goes on. */
export interface LiveRun {
  /** Resolves with the record when it is over. Rejects with an `AbortError` when it was stopped, else with what ended it; by then the regions are healed. */
  readonly done: Promise<RunRecord>;
  /**
   * Lets something else befall the regions, and the clients, from now on. The load stays as it is.
   *
   * @throws Error when the scenario is wrong, or the simulator refuses.
   */
  follow(scenario: Scenario): Promise<void>;
  /** Ends it, and heals the regions. */
  stop(): void;
}

/** How often what is known is looked at while it goes on, ms: no later is something seen that happens. */
const STEP_MS = 250;
/** For so long after its duration a run waits for calls that are under way, ms. */
const GRACE_MS = 3_000;

/**
 * Runs a scenario in real time, on the regions of a simulator that runs on this machine.
 *
 * @param onProgress is given the record of what was seen so far, now and again, and where the run is, ms from its start.
 * @param memory where all clients keep what they learn; each in one of its own when absent.
 * @throws Error when the simulator does not answer, or lacks a region.
 */
export async function startLive(
  scenario: unknown,
  policy: PolicyChoice,
  link: LiveLink,
  onProgress: (record: RunRecord, at: number) => void,
  memory?: Memory,
): Promise<LiveRun> {
  let current = parseScenario(scenario);
  const stopping = new AbortController();
  const regions = await liveWorld(current, controlClient(link), stopping.signal);
  const world = { ...regions, ...(memory && { memory }) };
  let look: () => Observed = () => {
    throw new Error('it has not begun');
  };
  /** Resolves when the calls that are still under way are waited for no longer. */
  const progress = async (): Promise<Observed> => {
    for (;;) {
      await world.clock.sleep(STEP_MS, stopping.signal);
      await world.refresh();
      stopping.signal.throwIfAborted();
      const seen = look();
      const at = seen.endedAt - seen.startedAt;
      if (at >= current.duration * 1_000 + GRACE_MS) return seen;
      onProgress(recordOf(current, policy, seen, world.entries), at);
    }
  };
  const driven = drive(current, policy, world, stopping.signal, (seen) => {
    look = seen;
  });
  const over = (async (): Promise<RunRecord> => {
    const watched = progress();
    try {
      // What ends the looking, such as regions that are gone, ends what is looked at.
      const seen = await Promise.race([driven, watched]);
      await world.refresh();
      return recordOf(current, policy, seen, world.entries);
    } finally {
      stopping.abort();
      await Promise.allSettled([driven, watched, world.left()]);
    }
  })();
  return {
    done: over,
    async follow(next) {
      const parsed = parseScenario(next);
      await world.follow(parsed);
      current = parsed;
    },
    stop: () => stopping.abort(),
  };
}
