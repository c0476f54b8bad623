import { describe, expect, onTestFinished, test } from 'vitest';
import { everywhere } from '../../clients/adapters/everywhere.ts';
import { chromium } from '../../clients/support/chromium.ts';
import { CHAT_MODEL, PRELUDE } from '../../clients/support/client.ts';
import { scene } from '../../clients/support/scene.ts';
import { HOME } from '../../clients/support/world.ts';

const { gc } = globalThis as {
  readonly gc?: (options: { readonly type: 'minor' | 'major'; readonly execution: 'async' }) => Promise<void>;
};

/** Collects garbage all the time. A minor collection also drops what only the engine itself still uses, as of a stream in a pipe. */
function collect(): void {
  if (!gc) throw new Error('start Chromium with --js-flags=--expose-gc');
  const timer = setInterval(() => {
    gc({ type: 'minor', execution: 'async' });
    gc({ type: 'major', execution: 'async' });
  }, 20);
  onTestFinished(() => clearInterval(timer));
}

describe.for(everywhere)('$name', (adapter) => {
  test(`${adapter.name}: a stream goes on while garbage is collected`, async (context) => {
    const { client, account } = await scene(chromium, adapter, { faults: { [HOME]: 'slice(2000,100)' } }, context);
    collect();
    const { text, error } = await client.stream('one two three four five');
    expect({ text, error }).toEqual({ text: `${CHAT_MODEL} in ${HOME} heard: one two three four five` });
    expect((await account()).tried).toEqual([[HOME]]);
  });

  test(`${adapter.name}: a stream that is given up after garbage was collected is let go`, async (context) => {
    const stall = `stall:sse:${PRELUDE[adapter.api] + 3}`;
    const { client, requests, account } = await scene(chromium, adapter, { faults: { [HOME]: stall } }, context);
    collect();
    const giveUp = new AbortController();
    const { text } = await client.stream('Hello', {
      signal: giveUp.signal,
      onText: (said) => said === `${CHAT_MODEL} in ${HOME}` && setTimeout(() => giveUp.abort(), 100),
    });
    expect(text).toBe(`${CHAT_MODEL} in ${HOME}`);
    expect((await account()).tried).toEqual([[HOME]]);
    expect((await requests()).at(-1)).toMatchObject({ closedBy: 'client' });
  });
});
