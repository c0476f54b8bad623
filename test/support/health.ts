import fc from 'fast-check';
import { type Absorb, adopt } from '../../src/health/absorb.ts';
import type { Ticket } from '../../src/health/attempt.ts';
import { HealthBook } from '../../src/health/book.ts';
import type { Choice, Known } from '../../src/health/choose.ts';
import { effectsOf } from '../../src/health/effects.ts';
import { weightOf } from '../../src/health/evidence.ts';
import type { Exclusion } from '../../src/health/exclusion.ts';
import { freshRecord, type HealthRecord, type RegionStatus } from '../../src/health/record.ts';
import { type Conditions, type HealthEvent, reduce } from '../../src/health/reduce.ts';
import { type RegionIds, type RegionRecords, regionId } from '../../src/health/snapshot.ts';
import { type BreakerOptions, defaults, resolveOptions } from '../../src/options.ts';
import { resolveRegions } from '../../src/region-options.ts';
import type { FailoverOptions, RegionOptions, Verdict, VerdictKind } from '../../src/types.ts';
import { ManualClock } from './clock.ts';
import { aCall } from './setup.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const BREAKER: BreakerOptions = defaults.breaker;
/** Numbers that `src/health` keeps to itself. */
export const TUNED = {
  halfLifeMs: 300_000,
  /** Results are remembered for so long, and so many of them. */
  memoryMs: 60_000,
  memory: 50,
  togetherMs: 1_000,
  forgivenMs: 120_000,
  mostOpens: 10,
  callsPerProbe: 3,
  longestFirstOpenMs: 30_000,
  rampsFrom: 0.1,
  rampingThreshold: 2.4,
  leastShare: 0.1,
  /** Of a region's budget: the most that comes by itself, how long one of it takes, and the most that can be saved. */
  reserve: 2,
  reserveMs: 60_000,
  mostSaved: 20,
  savedMs: 60_000,
  /** An answer so much later says nothing of a suspicion any more. */
  staleMs: 30_000,
  mostSuspicions: 200,
  coolDownMs: 10_000,
  longestCoolDownMs: 60_000,
  misconfiguredMs: 300_000,
  longestJitterMs: 1_000,
  ttlMs: 3_600_000,
  /** Clocks differ by so much and are still believed. */
  skewMs: 300_000,
  /** What was just tested, and was well, is not doubted for so long. */
  trustedMs: 60_000,
  patienceMs: 30_000,
} as const;

/** Verdicts as `azure/` gives them, by what happened. */
export const VERDICTS = {
  ok: ['ok', 'nobody'],
  aborted: ['aborted', 'nobody'],
  offline: ['offline', 'nobody'],
  'token-source': ['token-source', 'nobody'],
  unknown: ['unknown', 'nobody'],
  'gave up': ['gateway', 'nobody'],
  invalid: ['invalid', 'caller'],
  'state-bound': ['state-bound', 'caller'],
  unauthorized: ['unauthorized', 'credential'],
  forbidden: ['forbidden', 'credential'],
  blocked: ['blocked', 'credential'],
  'no-deployment': ['no-deployment', 'deployment'],
  throttled: ['throttled', 'deployment'],
  'no-capacity': ['no-capacity', 'deployment'],
  slow: ['timeout', 'deployment'],
  dependency: ['server-error', 'deployment'],
  'server-error': ['server-error', 'region'],
  gateway: ['gateway', 'region'],
  timeout: ['timeout', 'region'],
  silent: ['timeout', 'network'],
  connect: ['connect', 'network'],
  network: ['network', 'network'],
  'bad-body': ['bad-body', 'network'],
} as const satisfies Record<string, readonly [VerdictKind, Verdict['blame']]>;
export type What = keyof typeof VERDICTS;
export const WHATS = Object.keys(VERDICTS) as readonly What[];
/** The client's own network may be at fault. */
export const UNREACHABLE = ['timeout', 'silent', 'connect', 'network', 'bad-body'] as const satisfies readonly What[];
/** The response's, where there is one. */
export const STATUS: Partial<Record<What, number>> = {
  ok: 200,
  'gave up': 499,
  invalid: 400,
  'state-bound': 404,
  unauthorized: 401,
  forbidden: 403,
  blocked: 403,
  'no-deployment': 404,
  throttled: 429,
  'no-capacity': 503,
  slow: 408,
  dependency: 424,
  'server-error': 500,
  gateway: 502,
  'bad-body': 511,
};

export const verdict = (what: What, retryAfterMs?: number): Verdict => ({
  kind: VERDICTS[what][0],
  blame: VERDICTS[what][1],
  action: 'failover',
  worked: 'no',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

export const conditions = (more: Partial<Conditions> = {}): Conditions => ({
  options: BREAKER,
  // As many as make a client a busy one.
  perSecond: 1,
  bestPeer: () => undefined,
  mayOpen: () => true,
  now: NOW,
  tick: () => more.now ?? NOW,
  random: () => 0.5,
  ...more,
});

type More = {
  readonly generation?: number;
  readonly probe?: boolean;
  readonly startedAt?: number;
  readonly endedAt?: number;
};
/** What happened, to the record as it is by then: of its generation, sent and over at that moment, unless said otherwise. */
export type Step = (record: HealthRecord, now: number) => HealthEvent;
/** Of a region that is asked whether it is back, an attempt is its probe, unless said otherwise. */
const attempted = ({ generation, circuit }: HealthRecord) => ({ generation, probe: circuit.state === 'half-open' });
export const success =
  (more: More = {}): Step =>
  (record, now) => ({ type: 'success', startedAt: now, ...attempted(record), ...more });
export const alive =
  (more: More = {}): Step =>
  (record) => ({ type: 'alive', ...attempted(record), ...more });
/** As much evidence as failures of its kind are. */
export const failure =
  (kind: VerdictKind, more: More & { readonly points?: number } = {}): Step =>
  (record, now) => {
    const points = weightOf({ ...verdict('gateway'), kind });
    return { type: 'failure', kind, points, startedAt: now, endedAt: now, ...attempted(record), ...more };
  };
export const refusal =
  (kind: VerdictKind, retryAfterMs?: number, more: More = {}): Step =>
  (record, now) => ({ type: 'refusal', kind, retryAfterMs, startedAt: now, ...attempted(record), ...more });
export const release =
  (more: More = {}): Step =>
  (record) => ({ type: 'release', ...attempted(record), ...more });
export const question =
  (ms = 3_000): Step =>
  (_, now) => ({ type: 'question', until: now + ms });
export const answer =
  (reached: boolean, more: More = {}): Step =>
  ({ generation }) => ({ type: 'answer', generation, reached, ...more });
export const probe =
  (leaseMs = 9_000): Step =>
  (_, now) => ({ type: 'probe', until: now + leaseMs });
/** What a verdict shows of a scope. */
export const shows =
  (what: What, scope: 'region' | 'deployment', retryAfterMs?: number): Step =>
  (record, now) => {
    const { kind } = verdict(what);
    switch (effectsOf(verdict(what))[scope]) {
      case 'success':
        return success()(record, now);
      case 'alive':
        return alive()(record, now);
      case 'failure':
        return failure(kind, { points: weightOf(verdict(what)) })(record, now);
      case 'refusal':
        return refusal(kind, retryAfterMs)(record, now);
      case 'release':
        return release()(record, now);
    }
  };

/** The record after several steps, at one moment. */
export const after = (record: HealthRecord, steps: readonly Step[], more: Partial<Conditions> = {}): HealthRecord => {
  const all = conditions(more);
  return steps.reduce((last, step) => reduce(last, step(last, all.now), all), record);
};
export const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

/** Open, until so much later. */
export const open = (
  later: number,
  more: Partial<HealthRecord> = {},
  cause: VerdictKind = 'connect',
): HealthRecord => ({
  ...freshRecord,
  circuit: { state: 'open', until: NOW + later, cause },
  ...more,
});
/** Half-open; its probe holds its place until so much later. */
export const halfOpen = (
  later: number,
  more: Partial<HealthRecord> = {},
  cause: VerdictKind = 'connect',
  successes = 0,
): HealthRecord => ({
  ...freshRecord,
  circuit: { state: 'half-open', cause, probeUntil: NOW + later, successes },
  ...more,
});
/** On its ramp since so much earlier. */
export const ramping = (earlier: number, more: Partial<HealthRecord> = {}, overMs = BREAKER.rampMs): HealthRecord => ({
  ...freshRecord,
  circuit: { state: 'ramping', since: NOW - earlier, overMs },
  ...more,
});
export const excluded = (
  later: number,
  cause: VerdictKind = 'throttled',
  more: Partial<Exclusion> = {},
): HealthRecord => ({
  ...freshRecord,
  excluded: { until: NOW + later, cause, streak: 1, ...more },
});

const kinds: fc.Arbitrary<VerdictKind> = fc.constantFrom(...Object.values(VERDICTS).map(([kind]) => kind));

export const aChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
export const aPace = fc.oneof(fc.constantFrom(0, 0.1, 1), fc.double({ min: 0, max: 20, noNaN: true }));
const aTime = fc.oneof(fc.integer({ min: -200_000, max: 700_000 }), fc.constantFrom(0, 1, 1e12)).map((ms) => NOW + ms);
/** Only others say so. */
const hearsay = fc.constant(true as const);
const anExclusion = fc.record(
  { until: aTime, cause: kinds, streak: fc.integer({ min: 1, max: 20 }), since: aTime },
  { requiredKeys: ['until', 'cause', 'streak'] },
);

/** Any record that could come about, and some that could not. */
export const anyRecord: fc.Arbitrary<HealthRecord> = fc
  .record({
    circuit: fc.oneof(
      fc.constant({ state: 'closed' } as const),
      fc.record(
        { state: fc.constant('open' as const), until: aTime, cause: kinds, hearsay },
        { requiredKeys: ['state', 'until', 'cause'] },
      ),
      fc.record(
        {
          state: fc.constant('half-open' as const),
          cause: kinds,
          probeUntil: fc.oneof(fc.constant(0), aTime),
          successes: fc.nat(BREAKER.successesToClose - 1),
          hearsay,
        },
        { requiredKeys: ['state', 'cause', 'probeUntil', 'successes'] },
      ),
      fc.record({ state: fc.constant('ramping' as const), since: aTime, overMs: fc.constantFrom(1, BREAKER.rampMs) }),
    ),
    generation: fc.nat(9),
    points: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20, noNaN: true })),
    counted: fc.tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    at: aTime,
    lost: fc.option(fc.record({ startedAt: aTime, endedAt: aTime }), { nil: undefined }),
    opens: fc.nat(TUNED.mostOpens),
    closedAt: fc.oneof(fc.constant(0), aTime),
    learnedAt: fc.oneof(fc.constant(0), aTime),
    excluded: fc.option(anExclusion, { nil: undefined }),
  })
  .map(({ excluded, lost, counted: [results, share], ...rest }) => ({
    ...rest,
    results,
    failures: results * share,
    ...(lost && { lost }),
    ...(excluded && { excluded }),
  }));

const attempt = { generation: fc.nat(9), probe: fc.boolean() };
export const anyEvent: fc.Arbitrary<HealthEvent> = fc.oneof(
  fc.record({ type: fc.constant('success' as const), startedAt: aTime, ...attempt }),
  fc.record({ type: fc.constant('alive' as const), ...attempt }),
  fc.record({
    type: fc.constant('failure' as const),
    kind: kinds,
    points: fc.double({ min: 0.5, max: 5, noNaN: true }),
    startedAt: aTime,
    endedAt: aTime,
    ...attempt,
  }),
  fc.record({
    type: fc.constant('refusal' as const),
    kind: kinds,
    retryAfterMs: fc.option(fc.nat(1e8), { nil: undefined }),
    startedAt: aTime,
    ...attempt,
  }),
  fc.record({ type: fc.constant('release' as const), ...attempt }),
  fc.record({ type: fc.constant('probe' as const), until: aTime }),
  fc.record({ type: fc.constant('question' as const), until: aTime }),
  fc.record({ type: fc.constant('answer' as const), generation: fc.nat(9), reached: fc.boolean() }),
);
export const anyConditions: fc.Arbitrary<Conditions> = fc
  .record({
    perSecond: aPace,
    peer: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    now: aTime,
    chance: aChance,
    others: fc.boolean(),
  })
  .map(({ peer, chance, others, ...rest }) =>
    conditions({ ...rest, bestPeer: () => peer, mayOpen: () => others, random: () => chance }),
  );

/** Names of regions by what a store calls them, each region at an endpoint of its own. */
export const idsOf = (...names: readonly string[]): RegionIds =>
  new Map(names.map((name) => [regionId(name, `https://${name}.openai.azure.com`), name]));

type Targets = Readonly<Record<string, HealthRecord>>;
/** What is known of a region: a record, those of deployments, and what else is said. */
export const regionOf = (
  record: HealthRecord = freshRecord,
  targets: Targets = {},
  more: Partial<RegionRecords> = {},
): RegionRecords => ({
  record,
  targets: new Map(Object.entries(targets)),
  latency: {},
  forced: undefined,
  ...more,
});
/** A record that was learned then. */
export const learnedAt = (at: number, record: HealthRecord): HealthRecord => ({ ...record, learnedAt: at });

type Given = Partial<RegionOptions> & Partial<Pick<Known, 'record' | 'target' | 'forced' | 'suspected' | 'inFlight'>>;

/** Regions as `choose` knows them, fresh unless said otherwise. */
export function known(list: readonly Given[]): readonly Known[] {
  const regions = resolveRegions({
    regions: list.map(
      ({ record: _, target: __, forced: ___, suspected: ____, inFlight: _____, ...options }, index) => ({
        ...region(`r${index}`),
        ...options,
      }),
    ),
  });
  return regions.map((region, index) => {
    const { record = freshRecord, target, forced, suspected = false, inFlight = 0 } = list[index] ?? {};
    const { name } = region;
    const status = (): RegionStatus => ({ region: name, state: 'closed', deployments: {} });
    return { region, record, target, forced, suspected, inFlight, status };
  });
}

const region = (name: string): RegionOptions => ({
  name,
  endpoint: `https://${name}.openai.azure.com`,
  credential: 'caller',
});

type BookGiven = Omit<Partial<FailoverOptions>, 'regions' | 'clock'> & {
  /** How many, or what each one is. */
  readonly regions?: number | readonly Partial<RegionOptions>[];
};

/** A book in a world where time and chance do as they are told. */
export function aBook({ regions = 2, ...options }: BookGiven = {}) {
  const clock = new ManualClock(NOW);
  const list = typeof regions === 'number' ? times(regions, {}) : regions;
  const settings = resolveOptions({
    random: () => 0.5,
    ...options,
    regions: list.map((own, index) => ({ ...region(`r${index}`), ...own })),
    clock,
  });
  const changes: RegionStatus[] = [];
  const book = new HealthBook(settings, (status) => changes.push(status));
  let calls = 0;
  const callOf = (deployment = 'gpt', stream = false) =>
    aCall({ deployment, stream }, { id: `call-${++calls}`, addressed: 'r0' });
  const choiceOf = (name: string, as: Choice['as'] = 'usual'): Choice => {
    const found = settings.regions.find((one) => one.name === name);
    if (!found) throw new Error(`There is no ${name}`);
    return { region: found, as };
  };
  /** Others learned something, now. */
  const hear = (name: string, record: HealthRecord, targets: Targets = {}, absorb: Absorb = adopt): void => {
    const now = clock.now();
    const theirs = Object.entries(targets).map(([deployment, target]) => [deployment, learnedAt(now, target)] as const);
    book.absorb(new Map([[name, regionOf(learnedAt(now, record), Object.fromEntries(theirs))]]), absorb);
  };
  const begin = (name: string, { as = 'usual', call = callOf(), leaseMs = 30_000 }: Begin = {}): Ticket =>
    book.begin(choiceOf(name, as), call, leaseMs);
  const end = (ticket: Ticket, what: What, { ms = 0, retryAfterMs, ...more }: End = {}): void =>
    book.end(ticket, [
      {
        verdict: verdict(what, retryAfterMs),
        startedAt: clock.now() - ms,
        durationMs: ms,
        ...(STATUS[what] !== undefined && { status: STATUS[what] }),
        ...more,
      },
    ]);
  return {
    book,
    clock,
    changes,
    settings,
    callOf,
    hear,
    begin,
    end,
    /** One attempt of a call of its own, which ends at once. */
    ask: (name: string, what: What, given: Begin & End = {}): Ticket => {
      const ticket = begin(name, given);
      end(ticket, what, given);
      return ticket;
    },
    /** A whole call: so many regions in order, each with what becomes of it there. */
    call: (endings: Readonly<Record<string, What>>, given: Begin & End = {}): void => {
      const call = given.call ?? callOf();
      book.arrive();
      for (const [name, what] of Object.entries(endings)) end(begin(name, { ...given, call }), what, given);
      book.settle(call.id, Object.values(endings).includes('ok'), Object.keys(endings).length);
    },
    statusOf: (name: string): RegionStatus => {
      const found = book.statuses().find((one) => one.region === name);
      if (!found) throw new Error(`There is no ${name}`);
      return found;
    },
    recordOf: (name: string): HealthRecord => book.records().get(name)?.record ?? freshRecord,
    targetOf: (name: string, deployment = 'gpt'): HealthRecord =>
      book.records().get(name)?.targets.get(deployment) ?? freshRecord,
  };
}

type Begin = {
  readonly as?: Choice['as'];
  readonly call?: ReturnType<typeof aCall>;
  readonly leaseMs?: number;
};
type End = {
  readonly ms?: number;
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly startedAt?: number;
  readonly durationMs?: number;
};
