import fc from 'fast-check';
import { type AttemptRecord, explain, type FailoverOptions, type Trace } from '../../src/index.ts';
import {
  type Answer,
  after,
  endless,
  failedToFetch,
  ok,
  refused,
  reset,
  type Sent,
  silence,
  status,
  throttled,
} from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

export const ANSWERS = {
  ok,
  refused,
  reset,
  'failed to fetch': failedToFetch,
  silence,
  throttled: throttled(1),
  'throttled for long': throttled(45),
  'throttled without a hint': status(429),
  'no capacity': status(503, { 'retry-after': '3' }, 'too many requests'),
  'server-error': status(500),
  gateway: status(502),
  forbidden: status(403),
  'no-deployment': status(404, {}, 'It does not exist.', 'DeploymentNotFound'),
  invalid: status(400),
  'timed out': status(408),
  page: () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  'endless error': endless(503, 'x'),
  'endless answer': endless(),
} satisfies Record<string, Answer>;
export type Kind = keyof typeof ANSWERS;
const KINDS = Object.keys(ANSWERS) as readonly Kind[];

/** What a region says, one after the other; the last one again and again. */
const aScript = (kinds: readonly Kind[]) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(
        ...kinds,
        ...kinds.filter((kind) => kind === 'ok'),
        ...kinds.filter((kind) => kind === 'ok'),
      ),
      ms: fc.constantFrom(0, 0, 5, 300, 1_100, 4_000, 30_000),
    }),
    { minLength: 1, maxLength: 12, size: 'max' },
  );
const someCallers = fc.array(
  fc.record({
    gapMs: fc.constantFrom(0, 0, 0, 50, 1_000, 8_000),
    stream: fc.boolean(),
    abortMs: fc.option(fc.constantFrom(0, 1, 250, 1_000, 1_600, 25_000), { nil: undefined, freq: 4 }),
  }),
  { minLength: 1, maxLength: 12, size: 'max' },
);
type Hedge = NonNullable<FailoverOptions['hedge']>;
const anyHedge = fc.constantFrom<Hedge>(false, false, { budget: 1, afterMs: 0 }, { budget: 0.05, afterMs: 1_000 }, {});

/** A few regions, a few callers, and all that may go wrong between them. */
export const someWorlds = (kinds: readonly Kind[] = KINDS, hedges: fc.Arbitrary<Hedge> = anyHedge) =>
  fc.record({
    scripts: fc.array(aScript(kinds), { minLength: 1, maxLength: 3 }),
    doors: fc.array(fc.constantFrom(status(401), refused, silence), { minLength: 1, maxLength: 3 }),
    callers: someCallers,
    chances: fc.array(fc.constantFrom(0, 0.3, 0.5, 0.999), { minLength: 1, maxLength: 4 }),
    retry: fc.record({
      attempts: fc.integer({ min: 1, max: 6 }),
      sameRegion: fc.nat(2),
      maxWaitMs: fc.constantFrom(0, 30_000),
    }),
    totalMs: fc.constantFrom(700, 5_000, 60_000, 600_000),
    hedge: hedges,
  });
export type ChainWorld = ReturnType<typeof someWorlds> extends fc.Arbitrary<infer T> ? T : never;

/** How one call went. */
export interface Ran {
  readonly startedAt: number;
  readonly settledAt: number;
  readonly result: Response | { readonly thrown: unknown };
  readonly aborted: boolean;
  readonly trace: Trace | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly requests: readonly Sent[];
  /** On the caller's signal, when all was over. */
  readonly listeners: number;
}

/** Lets all of it happen, reads what is handed over, and waits until nothing can come any more. */
export async function play({ scripts, doors, callers, chances, retry, totalMs, hedge }: ChainWorld) {
  const names = scripts.map((_, index) => `region${index}`);
  let drawn = 0;
  const world = setup({
    regions: names,
    script: Object.fromEntries(
      names.map((name, index) => [name, (scripts[index] ?? []).map(({ kind, ms }) => after(ms, ANSWERS[kind]))]),
    ),
    doors: Object.fromEntries(names.map((name, index) => [name, doors[index % doors.length] ?? ok])),
    random: () => chances[drawn++ % chances.length] ?? 0.5,
    timeouts: { totalMs },
    retry,
    hedge,
  });
  const { fetch, clock, requests } = world;
  let start = 0;
  const running = callers.map(async ({ gapMs, stream, abortMs }, index) => {
    start += gapMs;
    await clock.sleep(start);
    const caller = new AbortController();
    const counted = listenersOf(caller.signal);
    const startedAt = clock.now();
    if (abortMs !== undefined) clock.sleep(abortMs).then(() => caller.abort('enough'));
    const headers = { 'content-type': 'application/json', 'x-call': String(index) };
    const { body } = chat({}, { stream });
    const outcome = await outcomeOf(
      fetch(CHAT.replace('sweden', 'region0'), chat({ headers, body: body ?? '', signal: caller.signal })),
    );
    const settledAt = clock.now();
    const result = 'response' in outcome ? outcome.response : { thrown: outcome.error };
    if (result instanceof Response) await result.body?.cancel().catch(() => {});
    const trace = explain(result instanceof Response ? result : result.thrown);
    return { index, startedAt, settledAt, result, trace, caller, counted };
  });
  const settled = await clock.run(Promise.all(running));
  await clock.advance(1_000_000);
  const calls = settled.map(
    ({ index, caller, counted, trace, ...rest }): Ran => ({
      ...rest,
      trace,
      aborted: caller.signal.aborted,
      attempts: trace?.attempts ?? [],
      requests: requests.filter(({ headers }) => headers.get('x-call') === String(index)),
      listeners: counted(),
    }),
  );
  return { ...world, names, calls };
}

/** Counts who listens to a signal. */
function listenersOf(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
    listeners.add(args[1]);
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    listeners.delete(args[1]);
    Reflect.apply(removeEventListener, signal, args);
  };
  // Each of them listens once.
  return () => (signal.aborted ? 0 : listeners.size);
}
