import { readFault } from './control-fault-input.ts';
import { type ControlParts, regionOf } from './control-parts.ts';
import { Problem, refusalOf } from './control-problem.ts';
import { type Answer, type Asked, changing, guarded, prefix, type Route, route } from './control-route.ts';
import type { InjectedFault } from './simulated-region.ts';

/** What is wrong with one region. */
export function faultRoutes({ simulator, faults }: ControlParts): readonly Route[] {
  const inject = async (asked: Asked, how: 'inject' | 'next'): Promise<Answer> => {
    const region = regionOf(simulator, asked);
    const fault = readFault(asked.json, 'body');
    const start = async (): Promise<InjectedFault> => region[how](fault);
    const injected = await start().catch((error: unknown) => {
      throw refusalOf(error);
    });
    const json = faults.state(injected);
    const location = `${prefix}/regions/${encodeURIComponent(region.name)}/faults/${json.id}`;
    return { status: 201, headers: { location }, json };
  };
  return [
    route('GET', '/regions/:region/faults', (asked) => ({ json: faults.of(regionOf(simulator, asked).name) })),
    changing('POST', '/regions/:region/faults', (asked) => inject(asked, 'inject')),
    changing('POST', '/regions/:region/next', (asked) => inject(asked, 'next')),
    guarded('DELETE', '/regions/:region/faults', async (asked) => {
      await regionOf(simulator, asked).heal();
      return { status: 204 };
    }),
    guarded('DELETE', '/regions/:region/faults/:id', async (asked) => {
      const { name } = regionOf(simulator, asked);
      const { id = '' } = asked.params;
      const fault = faults.find(name, id);
      if (!fault) throw new Problem(404, `${name} has no fault "${id}", or not any more`);
      await fault.end();
      return { status: 204 };
    }),
  ];
}
