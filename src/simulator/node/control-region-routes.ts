import { type ControlParts, regionOf } from './control-parts.ts';
import { Problem } from './control-problem.ts';
import { readRegion } from './control-region-input.ts';
import { changing, guarded, type Route } from './control-route.ts';

/** Which regions there are. */
export function regionRoutes({ simulator, clock, events }: ControlParts): readonly Route[] {
  const tell = (): void => {
    const regions = simulator.endpoints().map(({ region }) => region);
    events.tell({ type: 'regions', at: clock.now(), regions });
  };
  return [
    changing('POST', '/regions', async ({ json }) => {
      const { name, ...options } = readRegion(json);
      await simulator.add(name, options).catch((error: Error) => {
        throw new Problem(error instanceof TypeError ? 422 : 409, error.message);
      });
      tell();
      const added = simulator.endpoints().find(({ region }) => region === name);
      return { status: 201, json: { ...added, deployments: added?.deployments ?? null } };
    }),
    guarded('DELETE', '/regions/:region', async (asked) => {
      const { name } = regionOf(simulator, asked);
      await simulator.remove(name).catch((error: Error) => {
        throw new Problem(409, error.message);
      });
      tell();
      return { status: 204 };
    }),
  ];
}
