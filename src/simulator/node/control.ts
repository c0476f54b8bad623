import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import type { Scenario } from '../scenario.ts';
import { EventLog } from './control-events.ts';
import { ControlledFaults } from './control-faults.ts';
import { readOrigins } from './control-gate.ts';
import { controlListener } from './control-listener.ts';
import { ControlMetrics } from './control-metrics.ts';
import { prefix } from './control-route.ts';
import { controlRoutes } from './control-routes.ts';
import { ScenarioPlayer } from './control-scenario.ts';
import type { ScenarioState } from './control-types.ts';
import type { Simulator } from './server.ts';

/** What {@link startControl} takes. */
export interface ControlOptions {
  /** On 127.0.0.1, the only address that it listens on. @default any that is free */
  readonly port?: number;
  /** Pages that may ask, by their origin: `http://127.0.0.1:5173`. @default none */
  readonly origins?: readonly string[];
  /** The simulator's, where that has one of its own. @default the system's */
  readonly clock?: Clock;
}

/** A simulator's control API over HTTP, while it listens. */
export interface Control extends AsyncDisposable {
  /** `http://127.0.0.1:18090/__sim/v1` */
  readonly url: string;
  /** What changes it must carry as `authorization: Bearer …`; made anew each time. */
  readonly token: string;
  /**
   * Plays a scenario as `POST /scenario` does, so that whoever asks can see and stop it. Resolves to how it ended.
   *
   * @throws Error when it is wrong, or not one for these regions.
   */
  play(scenario: Scenario): Promise<ScenarioState>;
  /** Stops the scenario that it plays and ends what is open. The simulator goes on. */
  close(): Promise<void>;
}

/**
 * Lets other processes and pages of this machine see what a simulator does, break its regions and heal them.
 *
 * | under `/__sim/v1` | |
 * | --- | --- |
 * | `GET /health`, `/version` | that it is there, and which run of it |
 * | `GET /state`, `/regions/{region}/faults` | what is wrong with which region |
 * | `PUT /state`, `PATCH /state` * | what is to be wrong; with `if-match`, if nothing has changed |
 * | `POST /regions` *, `DELETE /regions/{region}` * | one more region, or one less |
 * | `POST /regions/{region}/faults` * | one more fault: `"429(20)"` or `{"fault": "refused", "ttlMs": 30000}` |
 * | `POST /regions/{region}/next` * | the fault that the next request meets |
 * | `DELETE /regions/{region}/faults` *, `…/faults/{id}` * | the end of all, or of one |
 * | `POST /scenario` *, `/scenario/pause` *, `/resume` *, `/stop` * | faults in their time |
 * | `GET /journal?since=&region=&request=` | the requests that arrived |
 * | `GET /events` | all that happens, as it happens, as server-sent events |
 * | `GET /metrics` | counts, as Prometheus reads them |
 * | `GET /endpoints` * | where the regions are, with their keys |
 * | `POST /reset?what=faults` *, `journal` *, `limits` *, `all` * | a fresh start |
 *
 * What is marked * takes the token as `authorization: Bearer …`. Refusals are problem details (RFC 9457).
 *
 * @throws TypeError when an option is wrong.
 * @throws Error when the port is taken.
 * @example
 * const simulator = await startSimulator({ regions: { eastus: {}, westeurope: {} } });
 * const control = await startControl(simulator);
 * await fetch(`${control.url}/regions/eastus/faults`, {
 *   method: 'POST',
 *   headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
 *   body: JSON.stringify('status(503)~30s'),
 * });
 */
export async function startControl(simulator: Simulator, options: ControlOptions = {}): Promise<Control> {
  const { clock = systemClock } = options;
  const origins = readOrigins(options.origins ?? []);
  const token = randomBytes(24).toString('base64url');
  const run = randomBytes(6).toString('base64url');

  const events = new EventLog(run);
  const faults = new ControlledFaults(simulator, (type, region, fault) =>
    events.tell({ type, at: clock.now(), region, fault }),
  );
  const scenario = new ScenarioPlayer(simulator, clock, (state) => {
    events.tell({ type: 'scenario', at: clock.now(), scenario: state });
  });
  const metrics = new ControlMetrics(simulator.journal);
  const unsubscribe = simulator.journal.subscribe((type, entry) => {
    faults.look();
    events.tell({ type, entry });
  });
  const routes = controlRoutes({ simulator, clock, run, faults, scenario, events, metrics });

  let port = options.port ?? 0;
  const listener = controlListener(routes, {
    token,
    origins,
    port: () => port,
    changed: () => faults.look(),
  });
  const server = createServer(listener.answer);

  server.listen({ host: '127.0.0.1', port });
  try {
    await once(server, 'listening');
  } catch (error) {
    unsubscribe();
    metrics.stop();
    throw new Error(`port ${port} must be free for the control API to listen on, and is not`, { cause: error });
  }
  port = (server.address() as AddressInfo).port;

  const shutDown = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    events.close();
    server.closeAllConnections();
    await closed;
    // A scenario may be about to start.
    await listener.settled();
    await scenario.stop();
    unsubscribe();
    metrics.stop();
    faults.stopLooking();
    // The event comes before the handle is gone.
    await nextTurn();
    await nextTurn();
  };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= shutDown();
    return closed;
  };
  const play: Control['play'] = async (json) => (await scenario.start(json)).over;
  return { url: `http://127.0.0.1:${port}${prefix}`, token, play, close, [Symbol.asyncDispose]: close };
}
