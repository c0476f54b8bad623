import type { Clock } from '../clock.ts';
import type { FaultScope } from './active-faults.ts';
import { parseClientFault } from './client-fault.ts';
import { parseScenario, type Scenario, type ScenarioFault } from './scenario.ts';

/** Where a scenario is played: a simulator, and the clients where there are some. */
export interface Stage {
  /** @throws when there is none of that name. */
  region(name: string): StageRegion;
  readonly client?: StageClient | undefined;
}

export interface StageRegion {
  /** @param scope whether it is a fault of this region, or of all. */
  inject(fault: string, scope: FaultScope): Endable | Promise<Endable>;
}

/** Something that is on until it is ended. Nothing happens when it is over already. */
export interface Endable {
  end(): void | Promise<void>;
}

/** All clients, as one. */
export interface StageClient {
  /** Takes the network away, or gives it back. */
  offline(on: boolean): void;
  /** Lets them sleep, ms. */
  sleepFor(ms: number): void;
  /** Moves their clocks by so many ms. */
  jump(ms: number): void;
  /** Starts them anew, as a page that is loaded again: what they stored is all that they know. */
  reload(): void;
  /** Starts them anew, with nothing stored: they know nothing. */
  forget(): void;
}

/**
 * Starts and ends the faults of a scenario in their time. Resolves when its duration is over.
 *
 * @param signal ends all that is on, at once; then it rejects with the signal's reason. Who sleeps goes on sleeping.
 * @throws TypeError when the scenario is wrong, or the stage has not what it takes.
 * @throws whatever a fault fails with that cannot be started or ended, having ended the others.
 */
export async function playFaults(scenario: Scenario, stage: Stage, clock: Clock, signal?: AbortSignal): Promise<void> {
  const { id, faults, regions, duration } = parseScenario(scenario);
  const startedAt = clock.now();
  const names = regions.map((region) => region.id);
  const stages = new Map(names.map((name) => [name, stage.region(name)]));
  const clientOf = (): StageClient => {
    if (stage.client) return stage.client;
    throw new TypeError(`scenario "${id}" has a fault of the client, and its stage must have one, got none`);
  };
  if (faults.some(([, , target]) => target === 'client')) clientOf();

  const on = new Map<ScenarioFault, readonly Endable[]>();
  const start = async (fault: ScenarioFault): Promise<void> => {
    const [from, to, target, text] = fault;
    if (target === 'client') {
      on.set(fault, [befall(clientOf(), text, to - from)]);
      return;
    }
    const started: Endable[] = [];
    on.set(fault, started);
    for (const [name, region] of stages) {
      if (target === name || target === '*') started.push(await region.inject(text, target === '*' ? 'all' : 'region'));
    }
  };
  const end = async (fault: ScenarioFault): Promise<void> => {
    for (const started of on.get(fault) ?? []) await started.end();
    on.delete(fault);
  };

  const steps = [
    ...faults.map((fault) => ({ at: fault[1], take: () => end(fault) })),
    ...faults.map((fault) => ({ at: fault[0], take: () => start(fault) })),
    { at: duration, take: async () => {} },
    // Stable: what ends makes room for what starts at the same moment.
  ].sort((a, b) => a.at - b.at);
  try {
    for (const { at, take } of steps) {
      const ms = startedAt + at * 1000 - clock.now();
      if (ms > 0) await clock.sleep(ms, signal);
      signal?.throwIfAborted();
      await take();
    }
  } catch (error) {
    await Promise.allSettled([...on.keys()].map(end));
    throw error;
  }
}

/** @param seconds how long it will be on. */
function befall(client: StageClient, text: string, seconds: number): Endable {
  const fault = parseClientFault(text);
  switch (fault.kind) {
    case 'offline':
      client.offline(true);
      return { end: () => client.offline(false) };
    case 'sleep':
      client.sleepFor(seconds * 1000);
      return { end: () => {} };
    case 'reload':
      client.reload();
      return { end: () => {} };
    case 'forget':
      client.forget();
      return { end: () => {} };
    case 'clock':
      client.jump(fault.seconds * 1000);
      return { end: () => client.jump(-fault.seconds * 1000) };
  }
}
