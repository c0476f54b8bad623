import { expect, test } from 'vitest';
import { type Adapter, CHAT_MODEL, PRELUDE } from '../support/client.ts';
import { type Given, scene } from '../support/scene.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';

interface Row {
  /** What becomes of the stream. */
  readonly name: string;
  /** Given the number of events before it. */
  readonly fault: (after: number) => string;
  /** Where the two kinds of streams differ. */
  readonly only?: Adapter['api'];
  readonly timeouts?: Given['timeouts'];
}

const rows: readonly Row[] = [
  { name: 'is reset', fault: (after) => `rst:sse:${after}` },
  { name: 'is closed before its end', fault: (after) => `fin:sse:${after}` },
  {
    name: 'stalls',
    fault: (after) => `stall:sse:${after}`,
    timeouts: { firstEventMs: 800 },
  },
  { name: 'ends too early, in order', fault: (after) => `trunc:sse:${after}` },
  { name: 'brings half an event', fault: (after) => `badsse:sse:${after}` },
  { name: 'brings an error of the server', fault: (after) => `sse-error(server):sse:${after}` },
  { name: 'brings the error that it is throttled', fault: (after) => `sse-error(rate):sse:${after}` },
  { name: 'brings the error that capacity is used up', fault: (after) => `sse-error(capacity):sse:${after}` },
  { name: 'brings a flat error', fault: (after) => `sse-error(rate,flat):sse:${after}`, only: 'responses' },
  { name: 'brings a failed response', fault: (after) => `sse-error(rate,failed):sse:${after}`, only: 'responses' },
];

/** What goes wrong before a stream has said anything: the client reads one whole answer from the other region. */
export function earlyStreams(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, fault, only, timeouts } of rows) {
      if (only && only !== adapter.api) continue;
      const moments = [
        ['before its first event', 0],
        ['before the first event that says anything', PRELUDE[adapter.api] / 2],
      ] as const;
      for (const [when, after] of moments) {
        test(`${adapter.name}: a stream that ${name} ${when} is answered whole by the second region`, {
          concurrent: true,
        }, async (context) => {
          const given = { faults: { [HOME]: fault(after) }, ...(timeouts && { timeouts }) };
          const { client, account } = await scene(place, adapter, given, context);
          const { text, finish, error } = await client.stream('Hello');
          expect({ text, error }).toEqual({ text: `${CHAT_MODEL} in ${BACKUP} heard: Hello` });
          expect(finish).toMatch(/^(stop|completed)$/);
          const { calls, tried, arrived, answered } = await account();
          expect({ calls, arrived: arrived[BACKUP], answered }).toEqual({ calls: 1, arrived: 1, answered: [BACKUP] });
          expect(tried.map((regions) => [...new Set(regions)])).toEqual([[HOME, BACKUP]]);
        });
      }
    }
  }
}
