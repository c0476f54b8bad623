import { setTimeout as sleep } from 'node:timers/promises';
import { startControl, startSimulator } from '../../src/simulator/node/index.ts';
import { seeded } from '../support/random.ts';
import { clientsOf } from './clients.ts';
import { fillJournal, MOST_ENTRIES } from './fill-journal.ts';
import { followEvents } from './follow-events.ts';
import { activeResources, type Gauge, gauges, measure, type Sample, tolerances } from './gauges.ts';
import { grows, type Trend, trendOf } from './growth.ts';
import { leaking } from './leak.ts';
import { load, type Outcomes } from './load.ts';
import { trouble } from './troubles.ts';
import { watchedStore } from './watched-store.ts';

export interface SoakOptions {
  readonly rounds: number;
  /** Of those, at the start, that are not measured. */
  readonly warmUps: number;
  /** Of which three quarters are calls and troubles, and a sixth at the least is nothing, before it is measured. */
  readonly roundMs: number;
  /** What to leak on purpose; see `leaking`. */
  readonly leak?: string;
  /** Live heap that it may seem to gain, bytes. @default what is tolerated of ten minutes */
  readonly heapTolerance?: number;
  /** Fills what keeps a bounded past before, so that it does not look like growth. */
  readonly full?: boolean;
  readonly tell?: (round: number, sample: Sample) => void;
}

export interface Soak {
  readonly seconds: number;
  readonly outcomes: Outcomes;
  readonly faults: number;
  readonly events: number;
  readonly journal: number;
  readonly samples: readonly Sample[];
  readonly trends: Readonly<Record<Gauge, Trend>>;
  readonly tolerated: Readonly<Record<Gauge, number>>;
  /** What grew. */
  readonly growing: readonly (Gauge | 'journal')[];
  /** What still kept the process alive when all was closed. */
  readonly left: readonly string[];
}

const REGIONS = ['eastus', 'eastus2', 'swedencentral', 'westeurope'] as const;
/** What was closed is gone within a few turns. */
const LEAVE_MS = 2_000;

/** Calls regions in trouble, round after round, and measures what is held when a round is over. */
export async function soak(options: SoakOptions): Promise<Soak> {
  const startedAt = performance.now();
  const done = await allRounds(options);
  const left = await whatIsLeft();
  return { seconds: Math.round((performance.now() - startedAt) / 1_000), ...done, left };
}

async function allRounds(options: SoakOptions): Promise<Omit<Soak, 'seconds' | 'left'>> {
  const { rounds, warmUps, roundMs, leak = '', heapTolerance = tolerances.heap, full = false } = options;
  const { tell = () => {} } = options;
  const store = watchedStore();
  const { signal } = new AbortController();
  const called = leaking(leak, signal, store);
  await using simulator = await startSimulator({
    regions: REGIONS.map((name, index) => ({ name, latencyMs: 5 * index, modelMs: 'lognormal(30,0.4)' })),
  });
  const { create, lasting } = clientsOf(simulator, store);
  const endpoint = simulator.endpoints()[0]?.url ?? '';
  const outcomes: Outcomes = { calls: 0, answered: 0, abandoned: 0, aborted: 0, failed: 0, clients: 0 };
  const samples: Sample[] = [];
  let faults = 0;
  let events = 0;
  const forMs = (roundMs * 3) / 4;
  const busy = async (round: number): Promise<void> => {
    // Anew each time: what it remembers for those who come back grows and shrinks in large steps.
    await using control = await startControl(simulator);
    const follower = await followEvents(control);
    const troubled = trouble({ control, regions: REGIONS, random: seeded(-round), forMs });
    await load({ lasting, create, endpoint, signal, random: seeded(round), forMs, outcomes, called });
    faults += await troubled;
    await follower.again();
    await simulator.settled();
    await follower.leave();
    events += follower.events;
  };
  if (full) await fillJournal(simulator);
  for (let round = 1; round <= rounds; round++) {
    const endsAt = performance.now() + roundMs;
    await busy(round);
    await sleep(Math.max(roundMs / 6, endsAt - performance.now()));
    const sample = await measure(signal, store);
    if (round > warmUps) samples.push(sample);
    tell(round, sample);
  }
  await Promise.all(lasting.map((client) => client.close()));
  const trends = Object.fromEntries(
    gauges.map((gauge) => [gauge, trendOf(samples.map((sample) => sample[gauge]))]),
  ) as Record<Gauge, Trend>;
  const tolerated = { ...tolerances, heap: heapTolerance };
  const journal = simulator.journal.entries().length;
  const growing = gauges.filter((gauge) => grows(trends[gauge], tolerated[gauge]));
  return {
    outcomes,
    faults,
    events,
    journal,
    samples,
    trends,
    tolerated,
    growing: journal > MOST_ENTRIES ? [...growing, 'journal'] : growing,
  };
}

async function whatIsLeft(): Promise<readonly string[]> {
  const until = performance.now() + LEAVE_MS;
  while (activeResources().length > 0 && performance.now() < until) await sleep(100);
  return activeResources();
}
