import { expect, test, vi } from 'vitest';
import { type Adapter, CHAT_MODEL, PRELUDE } from '../support/client.ts';
import { scene } from '../support/scene.ts';
import { told } from '../support/told.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';
import { endingOf, wordsFor } from './endings.ts';

/** A minute is longer than any test takes: what ends the call is the caller. */
const SLOW = 'latency(60000)';
const SAID = `${CHAT_MODEL} in ${HOME}`;
const toHomeOnly = { calls: 1, tried: [[HOME]], arrived: { [HOME]: 1, [BACKUP]: 0 }, answered: [] };

/** The caller gives up: the client says so at once, the region is let go, and no other one is asked. */
export function aborts(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    const { aborted, abortedEarly, abortedStream } = adapter.manners;

    test(`${adapter.name}: a whole answer that is given up before it comes throws ${aborted}`, {
      concurrent: true,
    }, async (context) => {
      const { client, requests, account } = await scene(place, adapter, { faults: { [HOME]: SLOW } }, context);
      const giveUp = new AbortController();
      const error = client.chat('Hello', giveUp.signal).catch((thrown: unknown) => thrown);
      await vi.waitFor(async () => expect(await requests()).toHaveLength(1), { interval: 5, timeout: 5_000 });
      giveUp.abort();
      expect(told(await error)).toBe(aborted);
      expect(await account()).toEqual(toHomeOnly);
      expect((await requests()).at(-1)).toMatchObject({ closedBy: 'client' });
    });

    test(`${adapter.name}: a stream that is given up before it begins ${wordsFor(abortedEarly)}`, {
      concurrent: true,
    }, async (context) => {
      const { client, requests, account } = await scene(place, adapter, { faults: { [HOME]: SLOW } }, context);
      const giveUp = new AbortController();
      const streamed = client.stream('Hello', { signal: giveUp.signal });
      await vi.waitFor(async () => expect(await requests()).toHaveLength(1), { interval: 5, timeout: 5_000 });
      giveUp.abort();
      expect(endingOf(await streamed)).toEqual(abortedEarly);
      expect(await account()).toEqual(toHomeOnly);
      expect((await requests()).at(-1)).toMatchObject({ closedBy: 'client' });
    });

    test(`${adapter.name}: a stream that is given up in the middle ${wordsFor(abortedStream)}`, {
      concurrent: true,
    }, async (context) => {
      const stall = `stall:sse:${PRELUDE[adapter.api] + 3}`;
      const { client, requests, account } = await scene(place, adapter, { faults: { [HOME]: stall } }, context);
      const giveUp = new AbortController();
      const streamed = await client.stream('Hello', {
        signal: giveUp.signal,
        onText: (text) => text === SAID && giveUp.abort(),
      });
      expect(streamed.text).toBe(SAID);
      expect(endingOf(streamed)).toEqual(abortedStream);
      expect(await account()).toEqual(toHomeOnly);
      expect((await requests()).at(-1)).toMatchObject({ closedBy: 'client' });
    });
  }
}
