import { faultRoutes } from './control-fault-routes.ts';
import type { ControlParts } from './control-parts.ts';
import { pastRoutes } from './control-past-routes.ts';
import { regionRoutes } from './control-region-routes.ts';
import { changing, guarded, type Route } from './control-route.ts';
import { stateRoutes } from './control-state-routes.ts';

/** All that can be asked. */
export function controlRoutes(parts: ControlParts): readonly Route[] {
  return [
    ...stateRoutes(parts),
    ...regionRoutes(parts),
    ...faultRoutes(parts),
    ...scenarioRoutes(parts),
    ...pastRoutes(parts),
  ];
}

function scenarioRoutes({ scenario }: ControlParts): readonly Route[] {
  return [
    changing('POST', '/scenario', async ({ json }) => {
      await scenario.start(json);
      return { status: 201, json: scenario.state };
    }),
    guarded('POST', '/scenario/pause', () => ({ json: scenario.pause() })),
    guarded('POST', '/scenario/resume', () => ({ json: scenario.resume() })),
    guarded('POST', '/scenario/stop', async () => {
      await scenario.stop();
      return { json: scenario.state ?? null };
    }),
  ];
}
