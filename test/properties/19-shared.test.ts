import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adopt, suspect } from '../../src/health/absorb.ts';
import { decode } from '../../src/health/read-snapshot.ts';
import { encode, type RegionIds, type RegionRecords, regionId } from '../../src/health/snapshot.ts';
import { type HealthStore, type Middleware, memoryStore, mergeSnapshots, type Strategy } from '../../src/index.ts';
import { aBook, BREAKER, NOW, WHATS, type What } from '../support/health.ts';
import { type Answer, after, ok } from '../support/service.ts';
import { CHAT, chat, outcomeOf } from '../support/setup.ts';
import { setupSharing } from '../support/setup-sharing.ts';
import { ANSWERS, type Kind } from './chain-world.ts';
import { ops } from './ops.ts';
import { aWorld, type World } from './world.ts';

const REGIONS = ['sweden', 'eastus', 'norway'] as const;
const KINDS = [
  'ok',
  'refused',
  'server-error',
  'gateway',
  'throttled',
  'silence',
  'failed to fetch',
  'invalid',
] as const satisfies readonly Kind[];

const aTurn = fc.record({
  kind: fc.constantFrom<Kind>(...KINDS, 'ok', 'ok', 'server-error', 'server-error'),
  ms: fc.constantFrom(0, 0, 5, 300, 4_000),
});
const aCaller = fc.record({
  client: fc.nat(2),
  gapMs: fc.constantFrom(0, 0, 10, 1_000, 8_000, 31_000),
  stream: fc.boolean(),
  abortMs: fc.option(fc.constantFrom(0, 1, 50, 1_600), { nil: undefined, freq: 4 }),
});
const aStory = fc.record({
  scripts: fc.array(fc.array(aTurn, { minLength: 1, maxLength: 12, size: 'max' }), { minLength: 2, maxLength: 3 }),
  doors: fc.array(fc.constantFrom<Kind>('ok', 'refused', 'silence'), { minLength: 1, maxLength: 3 }),
  callers: fc.array(aCaller, { minLength: 5, maxLength: 30, size: 'max' }),
  hedge: fc.boolean(),
  livenessMs: fc.constantFrom(0, 3_000),
  /** How long it takes until a store says who may test a region. */
  claimMs: fc.constantFrom(0, 0, 20, 500),
  breaks: fc.boolean(),
});

test('Invariant 19: of all who share a store, one at a time tests a region, and none keeps another from it for ever', async () => {
  let probes = 0;
  await fc.assert(
    fc.asyncProperty(aStory, async ({ scripts, doors, callers, hedge, livenessMs, claimMs, breaks }) => {
      const names = REGIONS.slice(0, scripts.length);
      let isWell = false;
      const unlessWell =
        (answer: Answer): Answer =>
        (...args) =>
          (isWell ? ok : answer)(...args);
      const [held, testing] = [new Set<string>(), new Map<string, number>()];
      let most = 0;
      const counts: Middleware = async (call, next) => {
        const { kind, region } = call.attempt ?? {};
        if (kind !== 'probe' || !region) return next(call);
        probes++;
        testing.set(region.name, (testing.get(region.name) ?? 0) + 1);
        most = Math.max(most, ...testing.values());
        return next(call).finally(() => testing.set(region.name, (testing.get(region.name) ?? 0) - 1));
      };
      const inner = memoryStore();
      const store: HealthStore = {
        ...inner,
        async claim(region) {
          await clock.sleep(claimMs);
          if (breaks && clock.now() % 3 === 0) throw new Error('gone');
          const release = await inner.claim?.(region);
          if (!release) return undefined;
          held.add(region);
          return () => {
            held.delete(region);
            release();
          };
        },
      };
      let turn = 0;
      // Each call begins with another region, so that all of them have calls.
      const strategy: Strategy = (all) => {
        turn++;
        return [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
      };
      const { members, clock } = setupSharing(3, {
        strategy,
        regions: names,
        script: Object.fromEntries(
          names.map((name, index) => [
            name,
            (scripts[index] ?? []).map(({ kind, ms }) => unlessWell(after(ms, ANSWERS[kind]))),
          ]),
        ),
        doors: Object.fromEntries(
          names.map((name, index) => [name, unlessWell(ANSWERS[doors[index % doors.length] ?? 'ok'])]),
        ),
        store,
        timeouts: { livenessMs },
        hedge: hedge && { afterMs: 1_000, budget: 1 },
        use: { perAttempt: [counts] },
      });
      let start = 0;
      const running = callers.map(async ({ client, gapMs, stream, abortMs }) => {
        start += gapMs;
        await clock.sleep(start);
        const caller = new AbortController();
        if (abortMs !== undefined) clock.sleep(abortMs).then(() => caller.abort('enough'));
        const fetch = members[client]?.fetch;
        if (!fetch) throw new Error('There is no such client');
        const outcome = await outcomeOf(fetch(CHAT, chat({ signal: caller.signal }, { stream })));
        if ('response' in outcome) await outcome.response.body?.cancel().catch(() => {});
      });
      await clock.run(Promise.all(running));
      await clock.advance(1_000_000);
      expect([...held]).toEqual([]);
      // Who is not told in time tests for itself.
      if (claimMs <= 100 && !breaks) expect(most).toBeLessThanOrEqual(1);
      expect([...testing.values()].every((count) => count === 0)).toBe(true);
      isWell = true;
      for (let i = 0; i < 20; i++) {
        for (const { fetch } of members) await clock.run(fetch(CHAT, chat()));
        await clock.advance(31_000);
      }
      for (const { fetch } of members)
        expect(fetch.regions().map(({ state, deployments }) => [state, Object.keys(deployments)])).toEqual(
          names.map(() => ['closed', []]),
        );
      expect([...held]).toEqual([]);
      for (const { fetch } of members) await clock.run(fetch.close());
      expect(clock.open).toBe(0);
    }),
    { numRuns: 120 },
  );
  expect(probes).toBeGreaterThan(100);
}, 60_000);

const idsIn = ({ settings }: Pick<World, 'settings'>): RegionIds =>
  new Map(settings.regions.map(({ name, endpoint }) => [regionId(name, endpoint.base), name]));
const read = (snapshot: unknown, ids: RegionIds, now: number): ReadonlyMap<string, RegionRecords> =>
  decode(snapshot, ids, now, BREAKER.maxOpenMs);

test('Invariant 19: who has heard all agrees with all others, in whatever order it came, and however often', () => {
  const stories = fc.array(ops(WHATS, { maxLength: 25 }), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(stories, fc.infiniteStream(fc.nat(2)), (lists, picks) => {
      const worlds = lists.map((list, index) => {
        const world = aWorld({ regions: 2 });
        // No two learn anything at the same moment.
        world.clock.jump(index * 100);
        for (const op of list) {
          world.do(op);
          world.clock.jump(1_000 - (world.clock.now() % 1_000) + index * 100);
        }
        return world;
      });
      const latest = Math.max(...worlds.map(({ clock }) => clock.now()));
      for (const { clock } of worlds) clock.jump(latest - clock.now());
      const [first] = worlds;
      if (!first) return;
      const ids = idsIn(first);
      const saved = worlds.map(({ book }) => encode(book.records(), ids, latest));
      const hear = (world: World, snapshot: unknown): void => world.book.absorb(read(snapshot, ids, latest), adopt);
      for (const world of worlds) {
        for (let i = 0; i < 5; i++) hear(world, saved[picks.next().value % saved.length]);
        for (const one of saved) hear(world, one);
      }
      const all = saved.reduce((stored, one) => mergeSnapshots(stored, one));
      const reborn = aWorld({ regions: 2 });
      reborn.clock.jump(latest - reborn.clock.now());
      hear(reborn, all);
      // What a credential was refused is nobody else's business, and evidence that is none yet is not told.
      const told = (world: World) => read(encode(world.book.records(), ids, latest), ids, latest);
      const verdicts = (world: World) =>
        [...told(world)].map(([name, { record, targets }]) => [name, record, [...targets].sort()]).sort();
      for (const world of [...worlds, reborn]) expect(verdicts(world)).toEqual(verdicts(reborn));
    }),
    { numRuns: 150 },
  );
});

const aLie = fc.record({
  region: fc.nat(2),
  part: fc.constantFrom('', '/gpt', '/o3', '/'),
  atMs: fc.integer({ min: -10_000, max: 300_000 }),
  open: fc.option(
    fc.record({
      untilMs: fc.constantFrom(-1, 1, 60_000, 1e9),
      cause: fc.constantFrom('connect', 'server-error', 'gateway'),
    }),
    { nil: undefined },
  ),
  excluded: fc.option(
    fc.record({
      untilMs: fc.constantFrom(1, 20_000, 60_000, 1e9),
      cause: fc.constantFrom('throttled', 'no-capacity', 'blocked', 'forbidden', 'no-deployment'),
    }),
    { nil: undefined },
  ),
});

test('Invariant 19: whatever a fleet says, a region is left that calls are sent to, or may test', () => {
  const lies = fc.array(fc.array(aLie, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
  const own = fc.array(fc.tuple(fc.nat(2), fc.constantFrom<What>('ok', 'throttled', 'gateway', 'dependency')), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(lies, own, fc.constantFrom(1, 2, 3), (snapshots, experience, count) => {
      const world = aBook({ regions: count });
      const ids = idsIn(world);
      const names = [...ids.keys()];
      for (const [region, what] of experience) if (what === 'ok') world.ask(`r${region % count}`, what);
      for (const list of snapshots) {
        const records = Object.fromEntries(
          list.map(({ region, part, atMs, open, excluded }) => [
            names[region % count] + part,
            {
              at: NOW + atMs,
              ...(open && { open: { until: NOW + open.untilMs, cause: open.cause } }),
              ...(excluded && { excluded: { until: NOW + excluded.untilMs, cause: excluded.cause, streak: 1 } }),
            },
          ]),
        );
        world.book.absorb(read({ version: 1, records }, ids, NOW), suspect);
        for (const deployment of ['gpt', 'o3', '']) {
          const { choices, questions } = world.book.plan(world.callOf(deployment));
          const free = choices.filter(({ as }) => as !== 'last-resort').length + questions.length;
          expect(free).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
