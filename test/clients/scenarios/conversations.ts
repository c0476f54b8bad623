import { expect, test } from 'vitest';
import { type Adapter, CHAT_MODEL } from '../support/client.ts';
import { scene } from '../support/scene.ts';
import { told } from '../support/told.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';

/** What one region remembers is asked of that region, and of no other. */
export function conversations(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    const lacking = adapter.lacks.respond;
    const can = test.skipIf(lacking !== undefined);
    const why = lacking === undefined ? '' : ` (${lacking})`;
    const pinned = adapter.manners.pinned?.[place.name];

    can(
      `${adapter.name}: what follows a response is asked of the region that made it${why}`,
      { concurrent: true },
      async (context) => {
        const { client, account } = await scene(place, adapter, {}, context);
        const first = await client.respond?.('One');
        const second = await client.respond?.('Two', first?.id);
        expect(second?.text).toBe(`${CHAT_MODEL} in ${HOME} heard: Two`);
        expect(await account()).toEqual({
          calls: 2,
          tried: [[HOME], [HOME]],
          arrived: { [HOME]: 2, [BACKUP]: 0 },
          answered: [HOME, HOME],
        });
      },
    );

    can(
      `${adapter.name}: what follows a response of the second region is asked there too${why}`,
      { concurrent: true },
      async (context) => {
        const { client, world, account } = await scene(place, adapter, { faults: { [HOME]: '429(1)' } }, context);
        const first = await client.respond?.('One');
        await world.heal(HOME);
        const second = await client.respond?.('Two', first?.id);
        expect(second?.text).toBe(`${CHAT_MODEL} in ${BACKUP} heard: Two`);
        expect(await account()).toEqual({
          calls: 2,
          tried: [[HOME, BACKUP], [BACKUP]],
          arrived: { [HOME]: 1, [BACKUP]: 2 },
          answered: [BACKUP, BACKUP],
        });
      },
    );

    can(
      `${adapter.name}: when that region is gone, what follows a response throws ${pinned}, and no other is asked${why}`,
      { concurrent: true },
      async (context) => {
        const { client, world, account } = await scene(place, adapter, { faults: { [HOME]: '429(1)' } }, context);
        const first = await client.respond?.('One');
        await world.inject(BACKUP, 'refused');
        await world.heal(HOME);
        const error = await client.respond?.('Two', first?.id).catch((thrown: unknown) => thrown);
        expect(told(error)).toBe(pinned);
        const { calls, arrived, answered } = await account();
        expect({ calls, arrived, answered }).toEqual({
          calls: 2,
          arrived: { [HOME]: 1, [BACKUP]: 1 },
          answered: [BACKUP],
        });
      },
    );
  }
}
