import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose } from '../../src/health/choose.ts';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { LONGEST_LEASE_MS, shareOf } from '../../src/health/record.ts';
import { priority, type Strategy } from '../../src/health/strategies.ts';
import { defaults } from '../../src/options.ts';
import { aChance, anyRecord, BREAKER, known, NOW, TUNED, WHATS, type What } from '../support/health.ts';
import { seeded } from '../support/random.ts';
import { aCall } from '../support/setup.ts';
import { DEPLOYMENTS, type Op, ops, opsAfterOutage } from './ops.ts';
import { aWorld, LEASE_MS, someChances, type World } from './world.ts';

const { maxOpenMs, rampMs } = BREAKER;
const REFUSALS: readonly What[] = ['unauthorized', 'forbidden', 'blocked', 'no-deployment', 'throttled', 'no-capacity'];
/** A call for each deployment so often, ms. */
const TICK_MS = 2_000;
/** A few calls more, until enough of them have come to each region. */
const EPSILON_MS = 20 * TICK_MS;

/** Each call begins with any of the regions, so that all of them have calls. */
function anywhere(): Strategy {
  const random = seeded(2);
  return (candidates) => {
    const first = Math.floor(random() * candidates.length);
    return [...candidates.slice(first), ...candidates.slice(0, first)];
  };
}

test('Invariant 2: what is open is asked before its time only when nothing else is left', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ record: anyRecord, target: anyRecord }), { minLength: 1 }),
      aChance,
      (list, chance) => {
        const all = known(list);
        const settings = { ...defaults, strategy: priority(), random: () => chance };
        const { choices } = choose(all, settings, aCall(), NOW);
        const lastUsual = choices.findLastIndex(({ as }) => as !== 'last-resort');
        for (const [index, { region, as }] of choices.entries()) {
          const one = all.find((other) => other.region === region);
          for (const record of [one?.record, one?.target]) {
            const { circuit } = record ?? {};
            if (circuit?.state === 'open' && circuit.until > NOW && circuit.until <= NOW + maxOpenMs)
              expect(as).toBe('last-resort');
            if (
              circuit?.state === 'half-open' &&
              circuit.probeUntil > NOW &&
              circuit.probeUntil <= NOW + LONGEST_LEASE_MS
            )
              expect(as).toBe('last-resort');
          }
          if (as === 'last-resort') expect(index).toBeGreaterThan(lastUsual);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

/** All regions are well: how long until every one of them, and every deployment, has all of its traffic. */
function recovery(world: World, longestMs: number): number {
  world.settleAll();
  const start = world.clock.now();
  const isWell = (): boolean => {
    const now = world.clock.now();
    return (
      world.records().every(({ record }) => shareOf(record.circuit, now) === 1) &&
      world.book
        .statuses()
        .every(({ state, deployments }) => state === 'closed' && Object.keys(deployments).length === 0)
    );
  };
  while (!isWell()) {
    if (world.clock.now() - start > longestMs) return Number.POSITIVE_INFINITY;
    world.clock.jump(TICK_MS);
    for (const deployment of DEPLOYMENTS) {
      const sent = world.first(deployment);
      world.answerAll(true);
      if (!sent) continue;
      world.take(world.running.indexOf(sent));
      world.end(sent, 'ok');
      world.book.settle(sent.ticket.callId, true, 1);
    }
  }
  return world.clock.now() - start;
}

function recovers(list: readonly Op[], chances: readonly number[], longestMs: number): void {
  const world = aWorld({ regions: 3, chances, strategy: anywhere() });
  for (const op of list) world.do(op);
  // What was to end at a time ends so much later, when the clock is set back.
  const setBackMs = list.reduce((sum, op) => sum + (op.do === 'jump' ? Math.max(0, -op.ms) : 0), 0);
  expect(recovery(world, longestMs + setBackMs)).toBeLessThanOrEqual(longestMs + setBackMs);
}

test('Invariant 2: from every state that failures lead to, good answers close every region in time', () => {
  const failures = WHATS.filter((what) => !REFUSALS.includes(what));
  const longestMs = Math.max(maxOpenMs, LEASE_MS) + rampMs + EPSILON_MS;
  fc.assert(
    fc.property(fc.oneof(ops(failures), opsAfterOutage(failures)), someChances, (list, chances) =>
      recovers(list, chances, longestMs),
    ),
    { numRuns: 150 },
  );
});

test('Invariant 2: from every state at all, good answers close every region in time, wherever the clock went and whatever others said', () => {
  const refusedMs = LONGEST_EXCLUSION_MS + TUNED.longestJitterMs;
  const longestMs = Math.max(maxOpenMs, LEASE_MS, refusedMs) + rampMs + EPSILON_MS;
  const all = { jumps: true, hears: true };
  fc.assert(
    fc.property(fc.oneof(ops(WHATS, all), opsAfterOutage(WHATS, all)), someChances, (list, chances) =>
      recovers(list, chances, longestMs),
    ),
    { numRuns: 100 },
  );
});

test('Invariant 2: a region that is well gets calls again, whatever became of the call that suspected it', () => {
  const world = aWorld();
  const call = world.callOf();
  const first = world.book.plan(call).choices[0];
  if (!first) throw new Error('There is no choice');
  // The call goes on elsewhere, and never comes to an end.
  const ticket = world.book.begin(first, call, LEASE_MS);
  const at = { startedAt: NOW, durationMs: 0 };
  world.book.end(ticket, [
    { verdict: { kind: 'gateway', blame: 'region', action: 'failover', worked: 'no' }, status: 502, ...at },
  ]);
  for (let ms = 0; ms <= 2 * TUNED.staleMs; ms += 1_000) {
    world.clock.jump(1_000);
    const sent = world.first('gpt');
    if (sent) world.end(sent, 'ok');
  }
  expect(world.book.plan(world.callOf()).choices[0]?.region.name).toBe('r0');
});
