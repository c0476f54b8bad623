import { expect, test } from 'vitest';
import { type Absorb, adopt, suspect } from '../../src/health/absorb.ts';
import { HealthBook } from '../../src/health/book.ts';
import { isHeld, LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { decode, decodePins } from '../../src/health/read-snapshot.ts';
import { isDown } from '../../src/health/record.ts';
import { encode, regionId } from '../../src/health/snapshot.ts';
import { type HealthSnapshot, mergeSnapshots } from '../../src/index.ts';
import { aBook, BREAKER, NOW, TUNED } from '../support/health.ts';
import { seeded } from '../support/random.ts';

const LONGEST = BREAKER.maxOpenMs;
const LATER_MS = 1_000;

/** A client that has been through something of everything, and what it stores. */
function aStored() {
  const world = aBook({ regions: 3 });
  const { book, settings, clock } = world;
  world.call({ r0: 'connect', r1: 'ok' });
  world.ask('r1', 'throttled', { retryAfterMs: 90_000 });
  for (let i = 0; i < 5; i++) world.call({ r2: 'dependency', r1: 'ok' }, { ms: 300 });
  book.force('r2', 'in', 600_000);
  world.ask('r0', 'ok', { as: 'last-resort' });
  for (let i = 0; i < 2; i++) world.ask('r0', 'ok', { as: 'probe' });
  world.call({ r0: 'gateway', r1: 'ok' });
  world.call({ r0: 'gateway', r1: 'ok' });
  const ids = new Map(settings.regions.map(({ name, endpoint }) => [regionId(name, endpoint.base), name]));
  const [region = ''] = ids.keys();
  const stored: HealthSnapshot = {
    ...encode(book.records(), ids, clock.now()),
    pins: { resp_1: { region, at: NOW }, resp_2: { region, at: NOW } },
  };
  return { stored, ids };
}
const { stored, ids } = aStored();
const bytes = new TextEncoder().encode(JSON.stringify(stored));

/** The snapshot with one byte of its text changed, if that can still be read at all. */
function corrupted(random: () => number): unknown {
  const copy = bytes.slice();
  copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  try {
    return JSON.parse(new TextDecoder().decode(copy));
  } catch {
    return undefined;
  }
}

/** A client in another session, when `stored` is read, and what is left of it in the store when it has saved something of its own. */
function reborn(odd: unknown, absorb: Absorb) {
  const world = aBook({ regions: 3 });
  const { clock, settings } = world;
  clock.jump(LATER_MS);
  // Its own, so that nothing of one snapshot is left for the next.
  const book = new HealthBook(settings, () => {});
  const read = (snapshot: unknown) => book.absorb(decode(snapshot, ids, clock.now(), LONGEST), absorb);
  read(odd);
  decodePins(odd, ids, clock.now());
  const merged = mergeSnapshots(odd, encode(book.records(), ids, clock.now()));
  read(merged);
  return { world, book, clock, read, merged };
}

/** Regions that no call would be sent to as usual, or to test them. */
function shunned({ book, world }: ReturnType<typeof reborn>): readonly string[] {
  const { choices } = book.plan(world.callOf());
  const free = choices.filter(({ as }) => as !== 'last-resort').map(({ region }) => region.name);
  // A front door is asked for free whether it can be reached, and then calls may test it.
  const asked = book.plan(world.callOf()).questions.map(({ name }) => name);
  return ['r0', 'r1', 'r2'].filter((name) => !free.includes(name) && !asked.includes(name));
}

test.each<[string, Absorb]>([
  ['the same person’s', adopt],
  ['a fleet’s', suspect],
])(
  'Invariant 12: whichever byte of %s store is wrong, nothing throws, and no region stays away for longer than ever',
  (_, absorb) => {
    const random = seeded(12);
    let readable = 0;
    const ends = { down: 0, held: 0 };
    for (let i = 0; i < 10_000; i++) {
      const odd = corrupted(random);
      if (odd !== undefined) readable++;
      const session = reborn(odd, absorb);
      const { book, clock } = session;
      const now = clock.now();
      expect(book.plan(session.world.callOf()).choices.length).toBeGreaterThan(0);
      for (const { record, targets } of book.records().values()) {
        for (const { circuit, excluded } of [record, ...targets.values()]) {
          if (circuit.state === 'open') {
            ends.down++;
            expect(circuit.until).toBeLessThanOrEqual(now + LONGEST);
          } else expect(isDown(circuit)).toBe(false);
          if (!excluded) continue;
          ends.held++;
          expect(isHeld(excluded, now)).toBe(true);
          expect(excluded.until).toBeLessThanOrEqual(now + LONGEST_EXCLUSION_MS);
        }
      }
      // What is forced out was said by somebody, and ends when they said; nothing else may last.
      clock.jump(LONGEST_EXCLUSION_MS);
      const forced = [...book.records()].filter(([, { forced }]) => forced?.to === 'out' && forced.until > clock.now());
      expect(shunned(session).filter((name) => !forced.some(([one]) => one === name))).toEqual([]);
      // However often the store is read again.
      session.read(session.merged);
      expect(shunned(session).filter((name) => !forced.some(([one]) => one === name))).toEqual([]);
    }
    expect(readable).toBeGreaterThan(1_000);
    expect(readable).toBeLessThan(9_999);
    expect(Math.min(ends.down, ends.held)).toBeGreaterThan(1_000);
  },
  60_000,
);

test('Invariant 12: what a corrupted store has is made good by what is learned next, and forgotten in time', () => {
  const random = seeded(13);
  for (let i = 0; i < 1_000; i++) {
    const { world, book, clock, merged } = reborn(corrupted(random), adopt);
    clock.jump(LONGEST_EXCLUSION_MS + TUNED.skewMs);
    for (const name of ['r0', 'r1', 'r2']) book.force(name, 'auto', 60_000);
    // Every region fails, and is seen to: that is later than whatever was stored.
    for (const [name, other] of [
      ['r0', 'r1'],
      ['r1', 'r2'],
      ['r2', 'r0'],
    ] as const) {
      for (const [region, what] of [
        [name, 'gateway'],
        [other, 'ok'],
      ] as const) {
        const call = world.callOf();
        const choice = book.plan(call).choices.find((one) => one.region.name === region);
        if (!choice) throw new Error(`${region} cannot be asked`);
        const ticket = book.begin(choice, call, 30_000);
        const verdict = {
          kind: what,
          blame: what === 'ok' ? 'nobody' : 'region',
          action: 'failover',
          worked: 'no',
        } as const;
        book.end(ticket, [{ verdict, startedAt: clock.now(), durationMs: 0, status: what === 'ok' ? 200 : 502 }]);
        book.settle(call.id, what === 'ok', 1);
      }
    }
    const saved = mergeSnapshots(merged, encode(book.records(), ids, clock.now()));
    const after = decode(saved, ids, clock.now(), LONGEST);
    for (const [name, { record, forced }] of book.records()) {
      expect(forced?.to).toBe('auto');
      expect(after.get(name)?.forced?.to).toBe('auto');
      expect(after.get(name)?.record.circuit.state).toBe(isDown(record.circuit) ? 'open' : record.circuit.state);
    }
    const muchLater = clock.now() + TUNED.skewMs + 86_400_000;
    for (const { record, targets, forced } of decode(saved, ids, muchLater, LONGEST).values())
      expect([record.circuit.state, targets.size, forced]).toEqual(['closed', 0, undefined]);
  }
}, 60_000);
