import { simulation } from './simulation.ts';
import type { Place } from './world.ts';

/** The regions live in the process of the test. */
export const node: Place = {
  name: 'node',
  async open() {
    const simulator = await simulation();
    return {
      endpoints: simulator.endpoints(),
      inject: async (region, fault) => {
        await simulator.region(region).inject(fault);
      },
      heal: (region) => simulator.region(region).heal(),
      journal: async () => simulator.journal.entries(),
      settled: () => simulator.settled(),
      close: () => simulator.close(),
    };
  },
};
