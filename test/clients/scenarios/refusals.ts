import { expect, test } from 'vitest';
import type { Adapter } from '../support/client.ts';
import { type Given, scene } from '../support/scene.ts';
import { retryAfterOf, told } from '../support/told.ts';
import { BACKUP, HOME, type Place, type RegionName } from '../support/world.ts';
import { wordsFor } from './endings.ts';

interface Row {
  readonly name: string;
  readonly faults?: Given['faults'];
  readonly question?: string;
  readonly manner: 'throttled' | 'filtered' | 'unreachable' | 'down';
  readonly tried: readonly RegionName[];
  readonly arrived: Readonly<Record<RegionName, number>>;
}

const everywhere = (fault: string) => ({ [HOME]: fault, [BACKUP]: fault });

const rows: readonly Row[] = [
  {
    name: 'two regions that are throttled',
    faults: everywhere('429(60)'),
    manner: 'throttled',
    tried: [HOME, BACKUP],
    arrived: { [HOME]: 1, [BACKUP]: 1 },
  },
  {
    name: 'two regions that are throttled and say so in their text only',
    faults: everywhere('429(60,text)'),
    manner: 'throttled',
    tried: [HOME, BACKUP],
    arrived: { [HOME]: 1, [BACKUP]: 1 },
  },
  {
    name: 'a prompt that the content filter stops',
    question: 'Hello [content filter]',
    manner: 'filtered',
    tried: [HOME],
    arrived: { [HOME]: 1, [BACKUP]: 0 },
  },
  {
    name: 'two regions that refuse connections',
    faults: everywhere('refused'),
    manner: 'unreachable',
    tried: [HOME, HOME, BACKUP, BACKUP],
    arrived: { [HOME]: 0, [BACKUP]: 0 },
  },
  {
    name: 'two regions that answer with the 503 page of a gateway',
    faults: everywhere('status(503,html)'),
    manner: 'down',
    // The last after a back-off.
    tried: [HOME, HOME, BACKUP, HOME],
    arrived: { [HOME]: 3, [BACKUP]: 1 },
  },
];

/** What no region can help with: the client throws what it always throws, once, for a whole answer and a stream alike. */
export function refusals(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, faults = {}, question = 'Hello', manner, tried, arrived } of rows) {
      const { [manner]: ending, asPart = String } = adapter.manners;
      const expected = typeof ending === 'string' ? ending : ending[place.name];

      test(`${adapter.name}: ${name}: a whole answer throws ${expected}`, { concurrent: true }, async (context) => {
        const { client, account } = await scene(place, adapter, { faults }, context);
        const error = await client.chat(question).catch((thrown: unknown) => thrown);
        expect(told(error)).toBe(expected);
        if (manner === 'throttled') expect(retryAfterOf(error)).toSatisfy((s: number) => s > 50 && s < 90);
        expect(await account()).toEqual({ calls: 1, tried: [tried], arrived, answered: [] });
      });

      test(`${adapter.name}: ${name}: a stream ${wordsFor(asPart(expected))}`, {
        concurrent: true,
      }, async (context) => {
        const { client, account } = await scene(place, adapter, { faults }, context);
        expect(await client.stream(question)).toMatchObject({ text: '', error: asPart(expected) });
        expect(await account()).toEqual({ calls: 1, tried: [tried], arrived, answered: [] });
      });
    }
  }
}
