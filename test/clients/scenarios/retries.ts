import { expect, test } from 'vitest';
import type { Adapter } from '../support/client.ts';
import { hurry, steady } from '../support/hurry.ts';
import { scene } from '../support/scene.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';

const rows = [
  { name: 'refuse connections', fault: 'refused', kind: 'unreachable' },
  { name: 'answer with the 503 page of a gateway', fault: 'status(503,html)', kind: 'down' },
  { name: 'are throttled for a minute', fault: '429(60)', kind: 'throttled' },
] as const;

/** Why `maxRetries: 0` is said for every client: how often each calls when that is forgotten and no region helps. */
export function retries(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, fault, kind } of rows) {
      const times = adapter.manners.ownCalls[kind];
      const expected = typeof times === 'number' ? times : times[place.name];
      test(`${adapter.name}: with its own retries, it calls ${expected} × when both regions ${name}`, async (context) => {
        const given = { faults: { [HOME]: fault, [BACKUP]: fault }, retries: 'usual', clock: steady } as const;
        const { client, account } = await scene(place, adapter, given, context);
        if (expected > 1) hurry(context);
        await expect(client.chat('Hello')).rejects.toThrow();
        expect((await account()).calls).toBe(expected);
      });
    }
  }
}
