import type { ControlParts } from './control-parts.ts';
import { Problem } from './control-problem.ts';
import { type Answer, type Asked, changing, guarded, type Route, route } from './control-route.ts';
import { applyStateChange, etagOf, readState, readStateChange } from './control-state.ts';
import type { ControlEndpoints, ControlHealth, ControlVersion, SimulatorState } from './control-types.ts';

/** What there is, as a whole. */
export function stateRoutes({ simulator, clock, run, faults, scenario }: ControlParts): readonly Route[] {
  const state = (): SimulatorState => readState(simulator, faults, scenario.state);
  const names = (): readonly string[] => simulator.endpoints().map(({ region }) => region);
  const answerState = (): Answer => {
    const json = state();
    return { json, headers: { etag: etagOf(json) } };
  };
  const change = async ({ request, json }: Asked, all: boolean): Promise<Answer> => {
    const wanted = readStateChange(json, names(), all);
    const match = request.headers['if-match'];
    if (match !== undefined && match !== '*' && match !== etagOf(state())) {
      throw new Problem(412, `state must be ${match}, and is ${etagOf(state())}`);
    }
    await applyStateChange(wanted, simulator);
    return answerState();
  };
  return [
    route('GET', '/health', () => ({ json: { status: 'ok', now: clock.now() } satisfies ControlHealth })),
    route('GET', '/version', () => ({ json: { api: 1, run } satisfies ControlVersion })),
    route('GET', '/state', ({ request }) => {
      const etag = etagOf(state());
      return request.headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : answerState();
    }),
    changing('PUT', '/state', (asked) => change(asked, true)),
    changing('PATCH', '/state', (asked) => change(asked, false)),
    guarded('GET', '/endpoints', () => {
      const endpoints = simulator.endpoints().map((one) => ({ ...one, deployments: one.deployments ?? null }));
      return { json: { endpoints } satisfies ControlEndpoints };
    }),
  ];
}
