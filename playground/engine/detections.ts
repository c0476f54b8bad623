import { parseFault, type Scenario } from '../../src/simulator/index.ts';
import { concerns } from './can-answer.ts';
import { isHarm, stateOf } from './fault-state.ts';
import type { CallRecord, Detection } from './types.ts';

/** How long calls have to go elsewhere until that counts as noticed, ms, and the share that may still go there. */
const WINDOW_MS = 5_000;
const STILL = 0.2;

type Fault = Pick<Detection, 'region' | 'fault' | 'from' | 'to'>;

/** How each fault of a region that a call met was noticed, and its end. One that only slows it down need not be noticed. */
export function detectionsOf(scenario: Scenario, calls: readonly CallRecord[]): readonly Detection[] {
  const { faults, regions } = scenario;
  return faults
    .flatMap(([from, to, target, fault]) =>
      regions
        .filter(({ id }) => target === id || target === '*')
        .map(({ id }) => ({ region: id, fault, from: from * 1_000, to: to * 1_000 })),
    )
    .filter(({ fault }) => isHarm(stateOf(parseFault(fault), scenario)))
    .toSorted((a, b) => a.from - b.from)
    .flatMap((fault) => {
      const metAt = firstMet(fault, calls);
      if (metAt === undefined) return [];
      const concerned = calls.filter((call) => concerns(fault.fault, call, scenario));
      const skippedAt = skipped(fault, metAt, concerned);
      const recoveredAt = recovered(fault.region, fault.to, calls);
      return {
        ...fault,
        metAt,
        ...(skippedAt !== undefined && { skippedAt }),
        ...(recoveredAt !== undefined && { recoveredAt }),
      };
    });
}

/** When the first request was sent that met a fault. */
function firstMet({ region, fault, from, to }: Fault, calls: readonly CallRecord[]): number | undefined {
  const times = calls.flatMap(({ attempts }) =>
    attempts
      .filter((one) => one.region === region && one.fault === fault && from <= one.endedAt && one.sentAt < to)
      .map(({ sentAt }) => Math.max(sentAt, from)),
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The first call that went elsewhere first, as nearly all did in the five seconds from then on. */
function skipped({ region, to }: Fault, metAt: number, calls: readonly CallRecord[]): number | undefined {
  const firsts = calls.flatMap(({ beganAt, attempts: [first] }) =>
    first && metAt <= beganAt && beganAt < to ? { beganAt, isThere: first.region === region } : [],
  );
  return firsts.find(({ beganAt, isThere }) => {
    if (isThere) return false;
    const soon = firsts.filter((one) => beganAt <= one.beganAt && one.beganAt < beganAt + WINDOW_MS);
    return soon.filter((one) => one.isThere).length <= STILL * soon.length;
  })?.beganAt;
}

/** When a region that was asked after a moment first answered. */
export function recovered(region: string, after: number, calls: readonly CallRecord[]): number | undefined {
  const times = calls.flatMap((call) => {
    const attempt =
      call.fate === 'ok' && call.region === region && call.attempts.findLast((one) => one.region === region);
    return attempt && attempt.sentAt >= after ? (call.headersAt ?? []) : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}
