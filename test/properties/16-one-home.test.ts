import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FailoverError } from '../../src/index.ts';
import { type Answer, refused, reset, status, throttled } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';
import { keepers } from '../support/stateful.ts';

const REGIONS = ['sweden', 'eastus', 'westus'];
const RESPONSES = CHAT.replace('chat/completions', 'responses');
const TURNS = 50;
/** What a region does in one of its turns, besides answering. */
const FAULTS: readonly (Answer | undefined)[] = [
  ...[undefined, undefined, undefined, refused, reset, throttled(20), status(500), status(503)],
];

test('Invariant 16: each turn of a conversation reaches the region that keeps it, or fails, and none another', async () => {
  let [reached, failed, pinned] = [0, 0, 0];
  const aTurn = fc.record({
    fault: fc.integer({ min: 0, max: FAULTS.length - 1 }),
    forced: fc.constantFrom('out' as const, ...Array<'auto'>(8).fill('auto')),
    pauseMs: fc.constantFrom(0, 0, 1_000, 60_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.array(aTurn, { minLength: TURNS, maxLength: TURNS }), async (first, turns) => {
      const { script } = keepers(...REGIONS);
      const home = REGIONS[first] ?? '';
      let fault: Answer | undefined;
      const failing: Answer = (sent, clock) => (fault ?? (script[home] as Answer))(sent, clock);
      const { fetch, clock, requests } = setup({ regions: REGIONS, script: { ...script, [home]: failing } });
      const send = (previous?: string) =>
        outcomeOf(clock.run(fetch(RESPONSES, chat({ body: JSON.stringify({ previous_response_id: previous }) }))));
      for (const region of REGIONS) if (region !== home) fetch.force(region, 'out');
      const begun = await send();
      if (!('response' in begun)) throw begun.error;
      let { id } = await begun.response.json();
      for (const region of REGIONS) fetch.force(region, 'auto');
      for (const turn of turns) {
        await clock.advance(turn.pauseMs);
        fetch.force(home, turn.forced);
        fault = FAULTS[turn.fault];
        requests.length = 0;
        const ended = await send(id);
        for (const { region } of requests) expect(region).toBe(home);
        if ('error' in ended) {
          expect(ended.error).toBeInstanceOf(FailoverError);
          const { code } = ended.error as FailoverError;
          // It may be the client's own network, as far as this call can tell.
          expect(['ERR_REGION_PINNED', 'ERR_OFFLINE']).toContain(code);
          pinned++;
          continue;
        }
        const { response } = ended;
        const body = await response.json();
        if (response.ok) {
          expect(body.region).toBe(home);
          ({ id } = body);
          reached++;
        } else {
          expect([429, 500, 503]).toContain(response.status);
          failed++;
        }
      }
      await clock.run(fetch.close());
    }),
    { numRuns: 100 },
  );
  // That all three happen is what makes it worth anything.
  expect(Math.min(reached, failed, pinned)).toBeGreaterThan(100);
}, 60_000);
