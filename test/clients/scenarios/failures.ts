import { expect, test } from 'vitest';
import { type Adapter, CHAT_MODEL } from '../support/client.ts';
import { type Given, scene } from '../support/scene.ts';
import { BACKUP, HOME, type Place, type RegionName } from '../support/world.ts';

interface Row {
  /** What the first region does. */
  readonly name: string;
  readonly fault: string;
  readonly timeouts?: Given['timeouts'];
  readonly tried: readonly RegionName[];
  /** By the call that follows. @default the second region alone */
  readonly again?: readonly RegionName[];
  /** Requests that got as far as the first region: a page asks by a preflight first, which such a fault strikes too. */
  readonly arrived: { readonly [Name in Place['name']]: number };
}

const twice = [HOME, HOME, BACKUP] as const;
const once = [HOME, BACKUP] as const;

const rows: readonly Row[] = [
  { name: 'refuses connections', fault: 'refused', tried: twice, arrived: { node: 0, chromium: 0 } },
  {
    name: 'is silent',
    fault: 'silence',
    timeouts: { livenessMs: 500 },
    tried: once,
    arrived: { node: 1, chromium: 0 },
  },
  {
    name: 'resets the connection in the middle of a request',
    fault: 'rst:request',
    tried: twice,
    arrived: { node: 2, chromium: 0 },
  },
  {
    name: 'is throttled and says for how long in a header',
    fault: '429(20)',
    tried: once,
    arrived: { node: 1, chromium: 1 },
  },
  {
    name: 'is throttled and says for how long in its text only',
    fault: '429(20,text)',
    tried: once,
    arrived: { node: 1, chromium: 1 },
  },
  {
    name: 'answers with the 503 page of a gateway',
    fault: 'status(503,html)',
    tried: twice,
    arrived: { node: 2, chromium: 2 },
  },
  { name: 'cuts its answers off', fault: 'clen', tried: twice, arrived: { node: 2, chromium: 2 } },
  { name: 'sends half of its answers', fault: 'badjson', tried: once, again: once, arrived: { node: 2, chromium: 2 } },
  { name: 'answers nothing', fault: 'empty200', tried: once, again: once, arrived: { node: 2, chromium: 2 } },
  {
    name: 'falls silent behind its headers',
    fault: 'hang:headers',
    timeouts: { idleMs: 300 },
    tried: once,
    again: once,
    arrived: { node: 2, chromium: 2 },
  },
  { name: 'refuses its key', fault: 'key', tried: once, arrived: { node: 1, chromium: 1 } },
  {
    name: 'lacks the deployment',
    fault: `nodeploy(${CHAT_MODEL})`,
    tried: once,
    arrived: { node: 1, chromium: 1 },
  },
];

/** A region that fails: the other one answers, the client hears nothing of it, and the next call goes there at once. */
export function failures(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, fault, timeouts, tried, again = [BACKUP], arrived } of rows) {
      test(`${adapter.name}: a region that ${name} costs the client nothing`, { concurrent: true }, async (context) => {
        const given = { faults: { [HOME]: fault }, ...(timeouts && { timeouts }) };
        const { client, account } = await scene(place, adapter, given, context);
        expect(await client.chat('One')).toBe(`${CHAT_MODEL} in ${BACKUP} heard: One`);
        expect(await client.chat('Two')).toBe(`${CHAT_MODEL} in ${BACKUP} heard: Two`);
        expect(await account()).toEqual({
          calls: 2,
          tried: [tried, again],
          arrived: { [HOME]: arrived[place.name], [BACKUP]: 2 },
          answered: [BACKUP, BACKUP],
        });
      });
    }
  }
}
