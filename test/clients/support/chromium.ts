import { commands } from 'vitest/browser';
import type {} from './commands.ts';
import type { Place } from './world.ts';

/** The regions live in Vitest's server; the page calls them over the network, as another origin. */
export const chromium: Place = {
  name: 'chromium',
  async open() {
    const { id, endpoints } = await commands.openWorld();
    return {
      endpoints,
      inject: (region, fault) => commands.injectFault(id, region, fault),
      heal: (region) => commands.healRegion(id, region),
      journal: () => commands.readJournal(id),
      settled: () => commands.settleWorld(id),
      close: () => commands.closeWorld(id),
    };
  },
};
