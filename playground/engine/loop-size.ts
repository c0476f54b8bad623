import type { ScenarioLoad } from '../../src/simulator/index.ts';

/** How many clients a loop has; a burst is none. */
export function loopSize(load: ScenarioLoad): number {
  if ('users' in load) return load.users;
  return 'clients' in load ? load.clients : 0;
}
