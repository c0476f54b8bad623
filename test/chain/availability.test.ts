import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latency, priority, weighted } from '../../src/index.ts';
import { seeded } from '../support/random.ts';
import {
  type Answer,
  after,
  endless,
  failedToFetch,
  ok,
  refused,
  reset,
  silence,
  status,
  throttled,
} from '../support/service.ts';
import { outcomeOf, setup } from '../support/setup.ts';

/** All that can go wrong with a region, and is not the caller's fault. */
const FAILURES = {
  refused,
  reset,
  failedToFetch,
  silence,
  ...Object.fromEntries([401, 403, 408, 429, 500, 502, 503, 504].map((code) => [code, status(code)])),
  'no deployment': status(404, {}, 'The API deployment for this resource does not exist.', 'DeploymentNotFound'),
  throttled: throttled(7),
  'for a day': throttled(86_400),
  'endless error': endless(503, 'x'),
  page: () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  redirect: status(302, { location: 'https://elsewhere.example' }),
} satisfies Record<string, Answer>;
const aFailure = fc
  .tuple(fc.constantFrom(...(Object.keys(FAILURES) as (keyof typeof FAILURES)[])), fc.constantFrom(0, 0, 300, 2_000))
  .map(([name, ms]) => Object.assign(after(ms, FAILURES[name]), { toString: () => `${name} after ${ms} ms` }));
const anAnswer = fc.oneof({ weight: 3, arbitrary: aFailure }, { weight: 1, arbitrary: fc.constant(ok) });
const aDoor: fc.Arbitrary<Answer> = fc.constantFrom(status(401), status(503), silence, refused, after(1_400, ok));
const aClient = fc.record({
  strategy: fc.constantFrom(priority(), weighted(), latency()),
  hedge: fc.constantFrom(false as const, {}, { afterMs: 0, budget: 1 }),
  callsPerSecond: fc.constantFrom(0, 0, 0.2),
});
const somePauses = fc.array(fc.constantFrom(0, 10, 1_000, 6_000, 70_000, 400_000), { minLength: 1, maxLength: 12 });

test('L: while one region answers, no call fails, whatever the others do', { timeout: 120_000 }, async () => {
  const aWorld = fc.record({
    sweden: fc.array(anAnswer, { minLength: 1, maxLength: 12 }),
    eastus: fc.array(anAnswer, { minLength: 1, maxLength: 12 }),
    good: fc.constantFrom('sweden', 'eastus', 'france'),
    doors: fc.record({ sweden: aDoor, eastus: aDoor, france: aDoor }),
    client: aClient,
    pauses: somePauses,
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(aWorld, async ({ sweden, eastus, good, doors, client, pauses, seed }) => {
      const { chat, clock, left } = setup({
        ...client,
        doors,
        regions: ['sweden', 'eastus', 'france'],
        script: { sweden, eastus, france: eastus, [good]: ok },
        random: seeded(seed),
      });
      for (const pause of pauses) {
        const response = await chat();
        expect(response.status).toBe(200);
        await response.body?.cancel();
        await clock.advance(pause);
      }
      // A region may be being asked still whether it is alive.
      await clock.advance(1_500);
      expect(left()).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('K: whatever happened, once all regions are well the first has its traffic back', {
  timeout: 120_000,
}, async () => {
  const aPast = fc.record({
    sweden: fc.array(aFailure, { maxLength: 12 }),
    eastus: fc.array(aFailure, { maxLength: 12 }),
    doors: fc.record({ sweden: aDoor, eastus: aDoor }),
    pauses: somePauses,
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(aPast, async ({ sweden, eastus, doors, pauses, seed }) => {
      let over = false;
      const until = (answers: readonly Answer[]): Answer => {
        let turn = 0;
        return (sent, clock) => (over ? ok : (answers[turn++ % answers.length] ?? ok))(sent, clock);
      };
      const { chat, clock, asked, fetch } = setup({
        script: { sweden: until(sweden), eastus: until(eastus) },
        doors: { sweden: until([doors.sweden]), eastus: until([doors.eastus]) },
        random: seeded(seed),
      });
      for (const pause of pauses) {
        const outcome = await outcomeOf(chat());
        if ('response' in outcome) await outcome.response.body?.cancel();
        await clock.advance(pause);
      }
      over = true;
      await clock.advance(602_000);
      // One that finds its front door open, those that test it, and one more after its ramp.
      for (let i = 0; i < 4; i++) {
        expect((await chat()).status).toBe(200);
        await clock.advance(60_000);
      }
      expect((await chat()).status).toBe(200);
      expect(asked().at(-1)).toBe('sweden');
      expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', state: 'closed' });
    }),
    { numRuns: 1_000 },
  );
});

test('L: a call does not fail before every region has been asked', async () => {
  const { chat, asked } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: refused, eastus: refused },
  });
  expect((await chat()).status).toBe(200);
  expect(asked().at(-1)).toBe('france');
});
