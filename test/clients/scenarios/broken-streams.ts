import { expect, test } from 'vitest';
import { type Adapter, CHAT_MODEL, PRELUDE } from '../support/client.ts';
import { type Given, scene } from '../support/scene.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';
import { endingOf, wordsFor } from './endings.ts';

interface Row {
  /** What becomes of the stream. */
  readonly name: string;
  /** Given the number of events before it. */
  readonly fault: (after: number) => string;
  readonly manner: 'broken' | 'malformed' | 'errorEvent';
  readonly timeouts?: Given['timeouts'];
}

const QUESTION = 'one two three four five six seven eight nine ten';
const WORDS = 10;
/** The first ten words of the answer. */
const SAID = `${CHAT_MODEL} in ${HOME} heard: one two three four five six`;
/** The first words come at once; the last ones, and what befalls them, when those have long been handed over. */
const PACE = 'slice(2500,300)';

const rows: readonly Row[] = [
  { name: 'is reset', fault: (after) => `rst:sse:${after}`, manner: 'broken' },
  { name: 'is closed before its end', fault: (after) => `fin:sse:${after}`, manner: 'broken' },
  { name: 'stalls', fault: (after) => `stall:sse:${after}`, timeouts: { idleMs: 800 }, manner: 'broken' },
  { name: 'ends too early, in order,', fault: (after) => `trunc:sse:${after}`, manner: 'broken' },
  { name: 'brings half an event', fault: (after) => `badsse:sse:${after}`, manner: 'malformed' },
  { name: 'brings an error', fault: (after) => `sse-error(server):sse:${after}`, manner: 'errorEvent' },
];

/** What goes wrong when words have been said already: the client is told, keeps them, and nothing is said twice. */
export function brokenStreams(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, fault, manner, timeouts } of rows) {
      const ending = adapter.manners[manner];
      const title = `${adapter.name}: a stream that ${name} after ten words ${wordsFor(ending)}`;
      // What was sent right before a reset, its receiver may never see; before a silence, all of it.
      const keeps = name !== 'is reset';
      test(`${title}, and nothing is replayed`, { concurrent: true }, async (context) => {
        const after = PRELUDE[adapter.api] + WORDS;
        const { client, world, account } = await scene(place, adapter, timeouts ? { timeouts } : {}, context);
        await world.inject(HOME, fault(after));
        await world.inject(HOME, PACE);
        const streamed = await client.stream(QUESTION);
        expect(endingOf(streamed)).toEqual(ending);
        expect(streamed.text).toSatisfy((text: string) => (keeps ? text === SAID : isBegun(text)));
        expect(await account()).toEqual({
          calls: 1,
          tried: [[HOME]],
          arrived: { [HOME]: 1, [BACKUP]: 0 },
          answered: [],
        });
      });
    }
  }
}

const hopeless = [
  { name: 'bring an error', fault: 'sse-error(server):sse:1', manner: 'errorFirst' },
  { name: 'end', fault: 'trunc:sse:1', manner: 'neverBegun' },
] as const;

/** Streams that go wrong in every region before they say anything: the last one as it came, or our error where there is none. */
export function hopelessStreams(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, fault, manner } of hopeless) {
      const { asPart = String, neverBegun, errorFirst } = adapter.manners;
      const expected = manner === 'neverBegun' ? [asPart(neverBegun)] : [errorFirst].flat();
      const title = `${adapter.name}: a stream of two regions whose streams ${name} before they say anything`;
      test(`${title} ${expected.map(wordsFor).join(', or ')}`, { concurrent: true }, async (context) => {
        const { client, account } = await scene(
          place,
          adapter,
          { faults: { [HOME]: fault, [BACKUP]: fault } },
          context,
        );
        const streamed = await client.stream(QUESTION);
        expect(streamed.text).toBe('');
        expect(expected).toContain(streamed.error);
        const { calls, tried, answered } = await account();
        expect({ calls, answered }).toEqual({ calls: 1, answered: [] });
        expect(new Set(tried.flat())).toEqual(new Set([HOME, BACKUP]));
      });
    }
  }
}

const isBegun = (text: string): boolean => text !== '' && SAID.startsWith(text);
