import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain, FailoverError } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { refused, status } from '../support/service.ts';
import { CHAT, outcomeOf } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import { events, type Step, streamed, streaming, wait, word } from '../support/stream.ts';

/** A step of a stream, and what it sends. */
const aStep: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(word('a'), sse.FILTERS, sse.ROLE, sse.FINISH, sse.DONE).map((one) => [one]) },
  { weight: 2, arbitrary: fc.constantFrom(1, 200, 5_000, 70_000).map((ms) => [wait(ms)]) },
  fc
    .constantFrom(
      sse.failing(),
      sse.FAILED,
      sse.LIMITED,
      sse.data('oops'),
      sse.data('null'),
      ': ping\n\n',
      '\n',
      'data: {',
    )
    .map((one) => [one]),
  fc.constantFrom(sse.breaks, sse.breaksWith(undefined), sse.stalls).map((one) => [one]),
  fc.constant([word('b').slice(0, 20), word('b').slice(20)]),
  fc.constant([word('c') + sse.FINISH + sse.DONE]),
);
const anAnswer = fc.oneof(
  { weight: 6, arbitrary: fc.array(aStep, { maxLength: 8 }).map((steps) => events(...steps.flat())) },
  { weight: 1, arbitrary: fc.constant(status(500)) },
  { weight: 1, arbitrary: fc.constant(refused) },
);
/** What the caller does, and when: aborts or cancels, or reads on, slowly or not. */
const aCaller = fc.record({
  does: fc.constantFrom('read', 'read', 'abort', 'cancel'),
  afterMs: fc.constantFrom(0, 1, 150, 300, 6_000, 75_000),
  pauseMs: fc.constantFrom(0, 0, 100, 100_000),
  most: fc.constantFrom(1, 3, 1_000),
});

test('V, R, B: whatever streams and callers do, each call ends in one way, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anAnswer, { minLength: 1, maxLength: 3 }),
      anAnswer,
      fc.array(aCaller, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (sweden, eastus, callers, hedged) => {
        const { fetch, clock, left, inFlight, heard } = streaming({
          script: { sweden, eastus },
          ...(hedged && { hedge: { afterMs: 100, budget: 1 } }),
        });
        const play = async ({ does, afterMs, pauseMs, most }: (typeof callers)[number]) => {
          const caller = new AbortController();
          const stop = clock.timer(afterMs, () => does === 'abort' && caller.abort('enough'));
          const outcome = await outcomeOf(fetch(CHAT, streamed({ signal: caller.signal })));
          if ('error' in outcome) {
            stop();
            return { error: outcome.error };
          }
          const { response } = outcome;
          const reader = response.body?.getReader();
          const cancel = does === 'cancel' ? clock.timer(afterMs, () => void reader?.cancel().catch(() => {})) : stop;
          try {
            for (let count = 0; count < most; count++) {
              const step = await reader?.read();
              if (!step || step.done) return { response };
              if (pauseMs > 0) await clock.sleep(pauseMs);
            }
            await reader?.cancel();
            return { response };
          } catch (error) {
            return { response, error };
          } finally {
            cancel();
            stop();
          }
        };
        const ends = await clock.run(Promise.all(callers.map(play)));
        for (const [index, { response, error }] of ends.entries()) {
          if (error === undefined) continue;
          if (error === 'enough') expect(callers[index]?.does).toBe('abort');
          else expect(error).toBeInstanceOf(FailoverError);
          if (response && error !== 'enough') expect(error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
        }
        // One event for each stream that was begun and broke; what failed before is an attempt like any other.
        const broken = ends.filter(
          ({ response, error }) =>
            error instanceof FailoverError &&
            explain(response)?.attempts.some(({ status, verdict }) => status === 200 && verdict.worked === 'yes'),
        );
        expect(heard('stream-broken')).toHaveLength(broken.length);
        await settled();
        await clock.advance(300_000);
        expect(left()).toEqual([]);
        expect([inFlight('sweden'), inFlight('eastus')]).toEqual([0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});
