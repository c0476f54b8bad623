import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WHATS } from '../support/health.ts';
import { opsAfterOutage } from './ops.ts';
import { aWorld, isLive, LEASE_MS, type Sent, someChances, type World } from './world.ts';

interface Probe {
  readonly sent: Sent;
  readonly until: number;
}

/** The scopes of which an attempt is the probe: those that were down when it was sent. */
function scopesOf(world: World, { ticket: { region, deployment } }: Sent): readonly string[] {
  const isDown = (record: { readonly circuit: { readonly state: string } }) => record.circuit.state === 'half-open';
  return [
    ...(isDown(world.recordOf(region)) ? [region] : []),
    ...(isDown(world.targetOf(region, deployment)) ? [`${region}/${deployment}`] : []),
  ];
}

test('Invariant 3: of each region and deployment, one probe is under way at most', () => {
  fc.assert(
    fc.property(opsAfterOutage(WHATS, { jumps: true, hears: true, maxLength: 40 }), someChances, (list, chances) => {
      const world = aWorld({ regions: 2, chances });
      const probes = new Map<string, Probe[]>();
      for (const op of list) {
        const count = world.running.length;
        world.do(op);
        const now = world.clock.now();
        const sent = world.running.length > count ? world.running.at(-1) : undefined;
        // What has left the state of being asked again has no probe any more: the old one teaches nothing.
        for (const { scope, record } of world.records()) {
          if (record.circuit.state !== 'half-open') probes.delete(scope);
        }
        if (sent?.choice.as === 'probe') {
          for (const scope of scopesOf(world, sent)) {
            const live = (probes.get(scope) ?? []).filter(
              (one) => world.running.includes(one.sent) && isLive(one.until, now),
            );
            expect(live).toEqual([]);
            probes.set(scope, [{ sent, until: now + LEASE_MS }]);
          }
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('Invariant 3: a probe that was lost frees its place with its lease, one that was given up at once', () => {
  fc.assert(
    fc.property(
      opsAfterOutage(WHATS, { hears: true, maxLength: 20 }),
      someChances,
      fc.boolean(),
      (list, chances, lost) => {
        const world = aWorld({ regions: 2, chances });
        for (const op of list) {
          world.do(op);
          const sent = world.running.at(-1);
          if (op.do !== 'call' || sent?.choice.as !== 'probe') continue;
          if (lost) world.clock.jump(LEASE_MS);
          else {
            world.take(world.running.length - 1);
            world.book.end(sent.ticket, []);
          }
          const again = world.book.plan(world.callOf(sent.deployment)).choices;
          expect(again.find(({ region }) => region.name === sent.ticket.region)?.as).toBe('probe');
          return;
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
