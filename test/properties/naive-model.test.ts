import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureShare, pointsOf, threshold, weightOf } from '../../src/health/evidence.ts';
import { freshRecord, type HealthRecord, shareOf } from '../../src/health/record.ts';
import { type HealthEvent, reduce } from '../../src/health/reduce.ts';
import { aChance, BREAKER, conditions, NOW, verdict } from '../support/health.ts';
import { type Happened, look, type Seen, type Setting } from './naive-model.ts';

const FAILURES = ['connect', 'network', 'gateway', 'timeout', 'silent', 'server-error', 'bad-body'] as const;
const CONNECTIONS: readonly string[] = ['connect', 'network'];
const REACH: readonly string[] = ['connect', 'network', 'timeout', 'silent'];

/** Something that a client may do or meet. Numbers that say which attempt are taken round and round. */
const anAct = fc.record({
  laterMs: fc.constantFrom(0, 0, 0, 1, 400, 900, 1_000, 2_000, 5_000, 15_000, 61_000, 130_000, 400_000),
  do: fc.constantFrom(
    ...(['send', 'send', 'send', 'end', 'end', 'end', 'end', 'ask', 'ask', 'ask', 'probe', 'probe'] as const),
    ...(['question', 'answer'] as const),
  ),
  which: fc.nat(9),
  what: fc.constantFrom(
    ...(['success', 'success', 'success', 'alive', 'release', 'refusal'] as const),
    ...(['failure', 'failure', 'failure', 'failure', 'failure', 'failure'] as const),
  ),
  kind: fc.constantFrom(...FAILURES),
  hintMs: fc.option(fc.constantFrom(0, 700, 20_000, 90_000), { nil: undefined }),
  reached: fc.boolean(),
  elsewhere: fc.constantFrom(true, true, true, false),
  chance: aChance,
});
type Act = typeof anAct extends fc.Arbitrary<infer T> ? T : never;
const aSetting = fc.record({
  perSecond: fc.constantFrom(0, 0.05, 0.1, 0.4, 1, 8),
  bestPeer: fc.option(fc.constantFrom(0, 0.1, 0.3), { nil: undefined }),
  rampMs: fc.constantFrom(0, 1_000, BREAKER.rampMs),
  successesToClose: fc.constantFrom(1, 2, 3),
});

/** What is to be seen of the real record. */
function seen(record: HealthRecord, now: number): Seen {
  const { circuit } = record;
  const share = shareOf(circuit, now);
  const until = circuit.state === 'open' ? circuit.until : circuit.state === 'half-open' ? circuit.probeUntil : 0;
  return {
    state: share === 1 ? 'closed' : circuit.state,
    share,
    until,
    points: pointsOf(record, now),
    failureShare: failureShare(record),
    opens: record.opens,
    excludedUntil: record.excluded?.until ?? 0,
  };
}

/** The same happens to both, and both are looked at after each of it. */
function compare(
  acts: readonly Act[],
  { perSecond, bestPeer, ...given }: typeof aSetting extends fc.Arbitrary<infer T> ? T : never,
  reached: (state: string) => void,
): void {
  const options = { ...BREAKER, ...given };
  const setting: Setting = { options, perSecond, bestPeer, threshold: threshold(perSecond) };
  const list: Happened[] = [];
  const running: {
    readonly sent: number;
    readonly generation: number;
    readonly probe: boolean;
    readonly startedAt: number;
  }[] = [];
  let [record, now]: [HealthRecord, number] = [freshRecord, NOW];

  const happen = (one: Happened, event: HealthEvent): void => {
    list.push(one);
    record = reduce(
      record,
      event,
      conditions({
        options,
        perSecond,
        bestPeer: () => bestPeer,
        mayOpen: () => one.what === 'failure' && one.elsewhere,
        random: () => ('chance' in one ? one.chance : 0),
        now,
      }),
    );
  };
  const send = (probe = false): void =>
    void running.push({ sent: list.length, generation: record.generation, probe, startedAt: now });
  const end = (act: Act, at: number): void => {
    const [attempt] = running.splice(at % Math.max(1, running.length), 1);
    if (!attempt) return;
    const { sent, generation, probe, startedAt } = attempt;
    const { what, hintMs, chance, elsewhere } = act;
    switch (what) {
      case 'failure': {
        const { kind } = verdict(act.kind);
        const points = weightOf(verdict(act.kind));
        const [isConnection, isReach] = [CONNECTIONS.includes(act.kind), REACH.includes(act.kind)];
        happen(
          { at: now, what, sent, startedAt, isConnection, isReach, points, chance, elsewhere },
          { type: what, kind, points, generation, probe, startedAt, endedAt: now },
        );
        return;
      }
      case 'refusal':
        happen(
          { at: now, what, sent, probe, startedAt, hintMs, chance },
          { type: what, kind: 'throttled', retryAfterMs: hintMs, generation, probe, startedAt },
        );
        return;
      default:
        happen({ at: now, what, sent, probe, startedAt }, { type: what, generation, probe, startedAt });
    }
  };

  for (const act of acts) {
    now += act.laterMs;
    const { circuit } = record;
    switch (act.do) {
      case 'send':
        send();
        break;
      case 'end':
        end(act, act.which);
        break;
      case 'ask':
        send();
        end(act, running.length - 1);
        break;
      case 'probe': {
        const due = circuit.state === 'open' ? circuit.until : circuit.state === 'half-open' ? circuit.probeUntil : 0;
        if (due > now) break;
        happen({ at: now, what: 'probe', until: now + 9_000 }, { type: 'probe', until: now + 9_000 });
        send(true);
        break;
      }
      case 'question':
        happen({ at: now, what: 'question', until: now + 3_000 }, { type: 'question', until: now + 3_000 });
        break;
      case 'answer':
        happen(
          { at: now, what: 'answer', sent: list.length, reached: act.reached, chance: act.chance },
          { type: 'answer', generation: record.generation, reached: act.reached },
        );
    }
    const [real, naive] = [seen(record, now), look(list, setting, now)];
    reached(real.state);
    for (const key of ['state', 'until', 'opens', 'excludedUntil'] as const) {
      if (real[key] !== naive[key])
        expect({ [key]: real[key], after: list }).toEqual({ [key]: naive[key], after: list });
    }
    for (const key of ['share', 'points', 'failureShare'] as const) {
      const close = Math.abs((real[key] ?? -1) - (naive[key] ?? -1)) < 1e-6;
      if (!close) expect({ [key]: real[key], after: list }).toEqual({ [key]: naive[key], after: list });
    }
  }
}

test('the reducer sees what a model sees that goes through all that happened anew each time', () => {
  const reached = new Set<string>();
  const acts = fc.array(anAct, { minLength: 1, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(acts, aSetting, (list, setting) => compare(list, setting, (state) => reached.add(state))),
    { numRuns: 3_000 },
  );
  expect([...reached].sort()).toEqual(['closed', 'half-open', 'open', 'ramping']);
});
