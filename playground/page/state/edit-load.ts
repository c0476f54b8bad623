import type { Burst, ClosedLoop, OpenLoop, Scenario, ScenarioLoad } from '../../../src/simulator/index.ts';

export type Loop = OpenLoop | ClosedLoop;
/** How calls come, apart from bursts. */
export type LoadKind = 'steady' | 'ramp' | 'users' | 'none';

export const isBurst = (load: ScenarioLoad): load is Burst => 'at' in load;
const isLoop = (load: ScenarioLoad): load is Loop => !isBurst(load);

/** Where there was nobody, there is this. */
const usual: OpenLoop = { clients: 5, rps: 1 };
const THINK_MS = 1_000;
const RAMP_SECONDS = 30;
/** How much more is called for at the end of a new ramp. */
const GROWTH = 4;

/** The loop that can be edited: the first. */
export const loopOf = ({ load }: Scenario): Loop | undefined => load.find(isLoop);

export function kindOf(loop: Loop | undefined): LoadKind {
  if (!loop) return 'none';
  return 'users' in loop ? 'users' : loop.ramp ? 'ramp' : 'steady';
}

/** The scenario with another first loop; with one where it has none. */
export function withLoop(scenario: Scenario, loop: Loop): Scenario {
  const { load } = scenario;
  const at = load.findIndex(isLoop);
  return { ...scenario, load: at < 0 ? [loop, ...load] : load.with(at, loop) };
}

/** The scenario with calls that come in another way, of as many clients, and for the same. */
export function withKind(scenario: Scenario, kind: LoadKind): Scenario {
  const open = opened(loopOf(scenario) ?? usual);
  switch (kind) {
    case 'none':
      return { ...scenario, load: scenario.load.filter(isBurst) };
    case 'steady':
      return withLoop(scenario, open);
    case 'ramp':
      return withLoop(scenario, { ...open, ramp: { rps: figure(open.rps * GROWTH), seconds: RAMP_SECONDS } });
    case 'users': {
      const { clients, rps: _, ...rest } = open;
      return withLoop(scenario, { users: clients, thinkMs: THINK_MS, ...rest });
    }
  }
}

/** The same clients, at an even rate. */
function opened(loop: Loop): OpenLoop {
  if ('users' in loop) {
    const { users, thinkMs: _, ...rest } = loop;
    return { clients: users, rps: usual.rps, ...rest };
  }
  const { ramp: _, ...rest } = loop;
  return rest;
}

/** More or fewer clients, who together call as often as before; users, each of whom does as before. */
export function withClients(loop: Loop, clients: number): Loop {
  if ('users' in loop) return { ...loop, users: clients };
  const share = (rps: number): number => figure((rps * loop.clients) / clients);
  const { ramp } = loop;
  return { ...loop, clients, rps: share(loop.rps), ...(ramp && { ramp: { ...ramp, rps: share(ramp.rps) } }) };
}

/** What each client's part of so many calls per second is. */
export const shareOf = ({ clients }: OpenLoop, perSecond: number): number => figure(perSecond / clients);

/** What the clients call for together, per second. */
export const together = ({ clients }: OpenLoop, rps: number): number => Math.round(clients * rps * 10) / 10;

/** Exact enough to be read, and shared. */
const figure = (value: number): number => Number(value.toPrecision(6));
