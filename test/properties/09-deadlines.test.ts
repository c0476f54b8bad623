import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FailoverError } from '../../src/index.ts';
import { after, endless } from '../support/service.ts';
import { outcomeOf, setup } from '../support/setup.ts';
import { play, someWorlds } from './chain-world.ts';

/** A call may settle so much later than it should, ms. */
const SLACK_MS = 50;
const check = (name: string, holds: (played: Awaited<ReturnType<typeof play>>, totalMs: number) => void) =>
  test(`Invariant 9: ${name}`, { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(someWorlds(), async (world) => holds(await play(world), world.totalMs)),
      { numRuns: 80 },
    ),
  );

check('no attempt starts after the deadline, or after its call has settled', ({ calls }, totalMs) => {
  for (const { startedAt, settledAt, requests } of calls) {
    for (const { at } of requests) {
      expect(at).toBeLessThan(startedAt + totalMs);
      expect(at).toBeLessThanOrEqual(settledAt);
    }
  }
});

check(
  'every call settles by its deadline, once, with a response, a FailoverError or its caller’s reason',
  (world, totalMs) => {
    for (const { startedAt, settledAt, result, aborted } of world.calls) {
      expect(settledAt).toBeLessThanOrEqual(startedAt + totalMs + SLACK_MS);
      if (result instanceof Response) continue;
      if (aborted && result.thrown === 'enough') continue;
      expect(result.thrown).toBeInstanceOf(FailoverError);
    }
    const settled = world.heard('settled').map(({ callId }) => callId);
    expect(settled).toHaveLength(world.calls.length);
    expect(new Set(settled).size).toBe(settled.length);
  },
);

check(
  'nothing is left when all is over: no timer, no open body, no question',
  ({ left, requests, questions, clock }) => {
    expect(left()).toEqual([]);
    for (const { at } of [...requests, ...questions]) expect(at).toBeLessThan(clock.now());
  },
);

check('what came with a response may be cut by an abort; nobody else listens to its caller’s signal', ({ calls }) => {
  for (const { attempts, aborted, listeners } of calls) {
    const responses = attempts.filter(({ status }) => status !== undefined).length;
    // The first to listen to a signal goes with it: most signals serve one call.
    expect(listeners).toBeLessThanOrEqual(aborted ? 0 : responses + 1);
  }
});

check('every attempt that was made is told of, in its call’s trace', ({ calls }) => {
  for (const { attempts, requests, aborted } of calls) {
    if (aborted) continue;
    expect(attempts.length).toBeLessThanOrEqual(requests.length);
    for (const { region } of attempts) expect(requests.map((sent) => sent.region)).toContain(region);
  }
});

test('Invariant 9: an error whose body goes on and on does not outlast the deadline of its call', async () => {
  const { chat, clock } = setup({
    regions: ['sweden'],
    script: { sweden: after(990, endless(503, 'x')) },
    timeouts: { totalMs: 1_000 },
  });
  const start = clock.now();
  const outcome = await outcomeOf(chat());
  expect(clock.now() - start).toBeLessThanOrEqual(1_000 + SLACK_MS);
  if ('response' in outcome) await outcome.response.body?.cancel();
});
