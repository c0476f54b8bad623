import fc from 'fast-check';
import type { Known } from '../../src/health/choose.ts';
import { freshRecord, type RegionRecord } from '../../src/health/record.ts';
import { type HealthEvent, reduce } from '../../src/health/reduce.ts';
import { type BreakerOptions, defaults } from '../../src/options.ts';
import { resolveRegions } from '../../src/region-options.ts';
import type { RegionOptions, Verdict, VerdictKind } from '../../src/types.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const BREAKER: BreakerOptions = defaults.breaker;

/** Verdicts as `azure/` gives them, by what happened. */
export const VERDICTS = {
  ok: ['ok', 'nobody'],
  aborted: ['aborted', 'nobody'],
  offline: ['offline', 'nobody'],
  'token-source': ['token-source', 'nobody'],
  invalid: ['invalid', 'caller'],
  'state-bound': ['state-bound', 'caller'],
  unauthorized: ['unauthorized', 'credential'],
  forbidden: ['forbidden', 'credential'],
  blocked: ['blocked', 'credential'],
  'no-deployment': ['no-deployment', 'deployment'],
  throttled: ['throttled', 'deployment'],
  'no-capacity': ['no-capacity', 'deployment'],
  slow: ['timeout', 'deployment'],
  'server-error': ['server-error', 'region'],
  gateway: ['gateway', 'region'],
  timeout: ['timeout', 'region'],
  connect: ['connect', 'network'],
  network: ['network', 'network'],
  'bad-body': ['bad-body', 'network'],
} as const satisfies Record<string, readonly [VerdictKind, Verdict['blame']]>;
export type What = keyof typeof VERDICTS;

export const verdict = (what: What, retryAfterMs?: number): Verdict => ({
  kind: VERDICTS[what][0],
  blame: VERDICTS[what][1],
  action: 'failover',
  worked: 'no',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** What an attempt teaches that was sent just now. */
export const outcome = (
  record: RegionRecord,
  what: What,
  more: Partial<Extract<HealthEvent, { type: 'outcome' }>> & {
    readonly retryAfterMs?: number;
    readonly now?: number;
  } = {},
): HealthEvent => {
  const { retryAfterMs, now = NOW, ...rest } = more;
  const { generation } = record;
  return {
    type: 'outcome',
    verdict: verdict(what, retryAfterMs),
    deployment: 'gpt',
    generation,
    startedAt: now,
    probe: record.circuit.state === 'half-open',
    ...rest,
  };
};

/** The record after several outcomes in a row, at one moment. */
export const after = (record: RegionRecord, whats: readonly What[], now = NOW, chance = 0.5): RegionRecord =>
  whats.reduce((last, what) => reduce(last, outcome(last, what, { now }), BREAKER, now, () => chance), record);

const kinds: fc.Arbitrary<VerdictKind> = fc.constantFrom(...Object.values(VERDICTS).map(([kind]) => kind));
const aTime = fc.oneof(fc.integer({ min: -200_000, max: 700_000 }), fc.constantFrom(0, 1, 1e12)).map((ms) => NOW + ms);
const anExclusion = fc.record({ until: aTime, cause: kinds, streak: fc.nat(20) });

/** Any record that could come about, and some that could not. */
export const anyRecord: fc.Arbitrary<RegionRecord> = fc
  .record({
    circuit: fc.oneof(
      fc.constant({ state: 'closed' } as const),
      fc.record({ state: fc.constant('open' as const), until: aTime, cause: kinds }),
      fc.record({
        state: fc.constant('half-open' as const),
        cause: kinds,
        probeUntil: fc.oneof(fc.constant(0), aTime),
        successes: fc.nat(3),
      }),
    ),
    generation: fc.nat(9),
    points: fc.double({ min: 0, max: 20, noNaN: true }),
    at: aTime,
    opens: fc.nat(30),
    closedAt: fc.oneof(fc.constant(0), aTime),
    excluded: fc.option(anExclusion, { nil: undefined }),
    deployments: fc.dictionary(fc.constantFrom('', 'gpt', 'o3', '__proto__', 'constructor'), anExclusion),
  })
  .map(({ excluded, ...rest }) => ({ ...freshRecord, ...rest, ...(excluded && { excluded }) }));

export const aWhat = fc.constantFrom(...(Object.keys(VERDICTS) as What[]));
export const anyEvent: fc.Arbitrary<HealthEvent> = fc.oneof(
  fc.record({
    type: fc.constant('outcome' as const),
    verdict: fc.tuple(aWhat, fc.option(fc.nat(1e8), { nil: undefined })).map(([what, ms]) => verdict(what, ms)),
    deployment: fc.constantFrom('', 'gpt', 'o3', '__proto__'),
    generation: fc.nat(9),
    startedAt: aTime,
    probe: fc.boolean(),
  }),
  fc.record({ type: fc.constant('probe' as const), until: aTime }),
  fc.record({ type: fc.constant('release' as const), generation: fc.nat(9) }),
);
export const aChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Regions as `choose` knows them, fresh unless said otherwise. */
export function known(
  list: readonly (Partial<RegionOptions> & Partial<Pick<Known, 'record' | 'forced'>>)[],
): readonly Known[] {
  const regions = resolveRegions({
    regions: list.map(({ record: _, forced: __, ...options }, index) => ({
      name: `r${index}`,
      endpoint: `https://r${index}.openai.azure.com`,
      credential: 'caller' as const,
      ...options,
    })) as [RegionOptions, ...RegionOptions[]],
  });
  return regions.map((region, index) => ({
    region,
    record: list[index]?.record ?? freshRecord,
    forced: list[index]?.forced,
    inFlight: 0,
  }));
}
