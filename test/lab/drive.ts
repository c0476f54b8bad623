import type { HealthStore } from '../../src/index.ts';
import { createVirtualSimulator, VirtualClock } from '../../src/simulator/index.ts';
import { type Arrival, generatorOf, inOrder, poisson } from './arrivals.ts';
import type { Cell } from './cell.ts';
import { FLEETS, type Fleet, rateOf } from './fleet.ts';
import { poisoned } from './poison.ts';
import { policies } from './policies/index.ts';
import type { Client, Site, Surroundings } from './policies/policy.ts';
import { Recorder } from './recorder.ts';
import { MODEL_MS, type Scenario } from './scenario.ts';
import { type Ask, asksOf, bestOf, bodyOf, isAsItShould, sceneOf } from './scene.ts';
import type { Seen } from './seen.ts';
import { sharedStore } from './shared-store.ts';
import { CALL_HEADER, tap } from './tap.ts';
import { type Equipment, upset } from './upset.ts';
import { WakingTime } from './waking-time.ts';

/** What a run leaves behind. */
export interface Run extends Seen {
  readonly paidTwice: number;
  readonly earlyRetries: number;
  readonly blames: readonly number[];
}

const PATH = '/openai/v1/chat/completions';

/** Runs one cell in virtual time: regions that follow the script, and clients that call whatever happens. */
export async function drive(scenario: Scenario, cell: Cell): Promise<Run> {
  const { seed } = cell;
  const fleet = FLEETS[cell.fleet];
  const { sites, phases, truth } = sceneOf(scenario, cell);
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 12));
  const startedAt = clock.now();
  const recorder = new Recorder();
  const simulator = createVirtualSimulator({
    seed,
    clock,
    shapes: fleet.shapes,
    journal: false,
    regions: Object.fromEntries(
      sites.map(({ networkMs }, index) => [`region-${index + 1}`, { latencyMs: networkMs, modelMs: MODEL_MS }]),
    ),
    onEnd: (entry) => recorder.heard(entry),
  });
  const endpoints = simulator
    .endpoints()
    .map(({ region, url, key }, index): Site => ({ name: region, url, key, ...pooled(sites[index]?.pool) }));
  const time = new WakingTime(clock, startedAt, scenario.upset);
  const now = (): number => time.now();
  const at = (ms: number, act: () => void): void => void clock.timer(ms, act);

  for (const { region, from, until, fault } of phases) {
    if (fault === undefined) continue;
    for (const [index, { name }] of endpoints.entries()) {
      if (region !== 'every' && region !== index) continue;
      at(from * 1_000, () => {
        const injected = simulator.region(name).inject(fault);
        at((until - from) * 1_000, () => injected.end());
      });
    }
  }

  const poisons = new Set<number>();
  const clients = new Map<number, Person>();
  const { sharing }: Fleet = fleet;
  const stores = new Map<number, HealthStore>();
  const storeOf = (client: number): Pick<Surroundings, 'store'> => {
    if (!sharing) return scenario.store ? { store: scenario.store } : {};
    const group = Math.floor(client / sharing.clients);
    const store = stores.get(group) ?? sharedStore(sharing, clock);
    stores.set(group, store);
    return { store };
  };
  const personOf = (client: number): Person => {
    const known = clients.get(client);
    if (known) return known;
    const line = simulator.client();
    const own = clock.fork();
    const person: Person = {
      line,
      clock: own,
      ask: asksOf(scenario.traffic ?? {}, seed, client),
      client: policies[cell.policy].createClient({
        sites: endpoints as [Site, ...Site[]],
        fetch: tap(
          poisoned(line.fetch, own, (call) => poisons.has(call)),
          endpoints,
          (call, region) => recorder.attempt(call, region, now()),
        ),
        clock: own,
        random: generatorOf(seed, client, 'policy'),
        ...storeOf(client),
        onTrip: (region) => recorder.trips.push({ region, at: now() }),
        onBlame: () => recorder.blames.push(now()),
      }),
    };
    clients.set(client, person);
    return person;
  };
  if (scenario.upset) {
    for (let client = 0; client < fleet.clients; client++) upset(scenario.upset, personOf(client), at);
  }

  let pending = 0;
  let settled = (): void => {};
  const call = async (client: number): Promise<void> => {
    const person = personOf(client);
    const ask = person.ask();
    const nth = recorder.begin({ beganAt: now(), client, ...bestOf(ask, sites) });
    if (ask.kind === 'poison') poisons.add(nth);
    pending++;
    recorder.end(nth, await makeCall(person.client, ask, nth, now));
    if (--pending === 0) settled();
  };
  const arrivals = inOrder(scenario.arrivals?.(fleet, seed) ?? poisson(fleet, seed, 0, scenario.seconds * 1_000));
  schedule(arrivals, clock, time, call);
  await clock.runUntil(time.at(scenario.seconds * 1_000));
  if (pending > 0) await clock.run(new Promise<void>((resolve) => (settled = resolve)));
  for (const { client } of clients.values()) await clock.run(client.close?.() ?? Promise.resolve());

  const [from = 0, until = 0] = scenario.outage ?? [];
  return {
    perSecond: rateOf(fleet),
    endMs: scenario.seconds * 1_000,
    ...(scenario.outage && { outage: { fromMs: from * 1_000, untilMs: until * 1_000 } }),
    warm: scenario.warm ?? false,
    truth,
    calls: recorder.calls,
    attempts: recorder.attempts,
    ...(policies[cell.policy].believes && { trips: recorder.trips }),
    paidTwice: recorder.paidTwice,
    earlyRetries: recorder.earlyRetries,
    blames: recorder.blames,
  };
}

/** A client, with its equipment and what it is going to ask for. */
interface Person extends Equipment {
  readonly ask: () => Ask;
  readonly client: Client;
}

const pooled = (pool: string | undefined): { readonly pool?: string } => (pool === undefined ? {} : { pool });

/** Makes one call and reads its answer to the end. */
async function makeCall(
  client: Client,
  ask: Ask,
  nth: number,
  now: () => number,
): Promise<{ endedAt: number; ok: boolean }> {
  let endedAt: number | undefined;
  try {
    const headers = { 'content-type': 'application/json', [CALL_HEADER]: String(nth) };
    const response = await client.call(PATH, { method: 'POST', headers, body: bodyOf(ask) });
    endedAt = now();
    await response.text();
    return { endedAt, ok: isAsItShould(ask, response.status) };
  } catch {
    return { endedAt: endedAt ?? now(), ok: false };
  }
}

/** Begins each call in its time. */
function schedule(
  arrivals: readonly Arrival[],
  clock: VirtualClock,
  time: WakingTime,
  call: (client: number) => void,
): void {
  let next = 0;
  const go = (): void => {
    for (let one = arrivals[next]; one && time.at(one.atMs) <= clock.now(); one = arrivals[++next]) call(one.client);
    const one = arrivals[next];
    if (one) clock.timer(time.at(one.atMs) - clock.now(), go);
  };
  go();
}
