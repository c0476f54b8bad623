import fc from 'fast-check';
import { vi } from 'vitest';
import {
  type Credential,
  createFailoverFetch,
  explain,
  type FailoverOptions,
  type HealthStore,
  type Middleware,
  type TokenSource,
} from '../../src/index.ts';
import { createVirtualSimulator, type VirtualClock } from '../../src/simulator/index.ts';
import { chat, outcomeOf } from '../support/setup.ts';

const KINDS = ['key', 'keys', 'token', 'shared', 'failing', 'caller'] as const;
const FAULTS = [
  ...['refused', 'dns', 'silence~20s', 'rst:request', 'key', 'key*1', 'key-expired', 'key-expired*1', 'firewall'],
  ...[
    'status(500)',
    'status(401)',
    'status(403)',
    'status(302)',
    'status(503,html)',
    '429(1)',
    '429(60)',
    'capacity(0)',
  ],
  ...['trunc:sse:1', 'sse-error:sse:0', 'hang:headers', 'latency(4000)', 'nodeploy(gpt)'],
] as const;
const MIDDLEWARE = ['none', 'astray', 'abroad', 'copies', 'answers', 'throws'] as const;

export const leakWorlds = fc.record({
  kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 2, maxLength: 3 }),
  /** Before each call, one of the regions is healed, and gets this fault. */
  faults: fc.array(fc.tuple(fc.nat(2), fc.option(fc.constantFrom(...FAULTS))), { minLength: 1, maxLength: 8 }),
  middleware: fc.constantFrom(...MIDDLEWARE),
  perCall: fc.boolean(),
  /** What the caller signs with: the home region's key, in either way, or a token. */
  caller: fc.constantFrom('api-key', 'bearer-key', 'jwt', 'nothing', 'another'),
  stream: fc.boolean(),
  hedge: fc.constantFrom(false as const, { afterMs: 100, budget: 1 }),
  /** Which requests are sent on to the next region, as by a proxy. */
  redirects: fc.array(fc.boolean(), { maxLength: 6 }),
  /** Which answers quote the request that they answer, as a proxy that debugs does. */
  echoes: fc.array(fc.boolean(), { maxLength: 6 }),
  waitMs: fc.constantFrom(0, 500, 70_000, 400_000),
});
export type LeakWorld = typeof leakWorlds extends fc.Arbitrary<infer T> ? T : never;

const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0aGUtY2FsbGVyIn0.c2VjcmV0LWp3dC1vZi10aGUtY2FsbGVy';
const ELSE = 'secret-of-another-service';
const secretOf = (index: number, which: string): string => `secret-${which}-of-region${index}`;

/** A request as it left the library. */
interface Left {
  /** Of the region that got it; -1 is a stranger. */
  readonly to: number;
  readonly text: string;
  readonly isQuestion: boolean;
}

/** Lets it all happen. */
export async function playLeaks(world: LeakWorld) {
  const { kinds, faults, middleware, perCall, caller, stream, hedge, redirects, echoes, waitMs } = world;
  const shared = 'secret-token-of-those-that-share';
  const keysOf = (index: number): readonly string[] => [secretOf(index, 'key1'), secretOf(index, 'key2')];
  const tokensOf = (index: number): readonly string[] => {
    if (kinds[index] === 'shared') return [shared, `${shared}-2`];
    return [secretOf(index, 'token'), `${secretOf(index, 'token')}-2`];
  };
  const simulator = createVirtualSimulator({
    regions: Object.fromEntries(
      kinds.map((kind, index) => [
        `region${index}`,
        { keys: keysOf(index), acceptsToken: kind === 'caller' ? [JWT] : tokensOf(index) },
      ]),
    ),
  });
  const { clock } = simulator;
  const endpoints = simulator.endpoints().map(({ url }) => url);
  const sharing = source(clock, [shared, `${shared}-2`]);
  const credentialOf = (index: number): Credential => {
    switch (kinds[index]) {
      case 'key':
        return { apiKey: secretOf(index, 'key1') };
      case 'keys':
        return { apiKey: [secretOf(index, 'key1'), secretOf(index, 'key2')] };
      case 'token':
        return source(clock, tokensOf(index));
      case 'shared':
        return sharing;
      case 'failing':
        return source(clock, [`${secretOf(index, 'token')}\nbroken`]);
      default:
        return 'caller';
    }
  };
  const left: Left[] = [];
  let sent = 0;
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const url = String(input);
    const to = endpoints.findIndex((endpoint) => url.startsWith(`${endpoint}/`));
    const text = JSON.stringify([url, ...new Headers(init.headers), typeof init.body === 'string' ? init.body : '']);
    left.push({ to, text, isQuestion: init.method === 'GET' });
    const nth = sent++;
    if (to < 0) return Response.json({ error: { code: '404', message: text } }, { status: 404 });
    if (redirects[nth]) {
      const next = endpoints[(to + 1) % endpoints.length] ?? '';
      const moved = url.replace(endpoints[to] ?? '', next);
      // Whoever follows takes all headers along.
      if (init.redirect !== 'manual') return fetch(moved, init);
      return new Response(null, { status: 307, headers: { location: moved } });
    }
    if (echoes[nth]) return new Response(`<html>${text}`, { status: 502, headers: { 'content-type': 'text/html' } });
    return simulator.fetch(input, init);
  };

  const said: unknown[] = [];
  const shows = (...values: readonly unknown[]): void => void said.push(...values);
  const own: Middleware = (call, next) => {
    // What it sees but for what the caller sent itself.
    shows({ ...call, headers: null, init: null, signal: null, body: null });
    switch (middleware) {
      case 'astray':
        return next({ ...call, url: call.url.replace(/region\d/, `region${kinds.length - 1}`) });
      case 'abroad':
        return next({ ...call, url: 'https://elsewhere.invalid/openai/v1/chat/completions' });
      case 'copies':
        return next({ ...call, headers: new Headers([...call.headers, ['x-copied', 'yes']]) });
      case 'answers':
        return next(call).then((response) => new Response('mine', { status: response.status === 200 ? 200 : 500 }));
      case 'throws':
        return next(call).then(() => Promise.reject(new Error('mine')));
      default:
        return next(call);
    }
  };
  const store: HealthStore = {
    load: async () => undefined,
    save: async (snapshot) => shows(snapshot),
  };
  const regions = kinds.map((_, index) => ({
    name: `region${index}`,
    endpoint: endpoints[index] ?? '',
    credential: credentialOf(index),
  }));
  const options: FailoverOptions = {
    regions,
    fetch,
    clock,
    store,
    hedge,
    random: () => 0.5,
    timeouts: { totalMs: 60_000 },
    use: perCall ? { perCall: [own] } : { perAttempt: [own] },
    strategy: (candidates) => {
      shows(candidates);
      return candidates;
    },
    classify: (outcome, verdict) => {
      shows(verdict, outcome.error);
      return undefined;
    },
    onEvent: (event) => shows(event),
  };
  const logged = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(shows));
  const failover = createFailoverFetch(options);
  for (const [region, fault] of faults) {
    const target = simulator.region(`region${region % kinds.length}`);
    target.heal();
    if (fault) target.inject(fault);
    const init = chat({ headers: headersOf(caller) }, { stream });
    const outcome = await clock.run(outcomeOf(failover(`${endpoints[0]}/openai/v1/chat/completions`, init)));
    const result = 'response' in outcome ? outcome.response : outcome.error;
    if (result instanceof Response) {
      shows([...result.headers], result.status);
      // One that is not streamed may never come.
      await clock.run(Promise.race([result.text().catch(shows), clock.sleep(100_000)]));
    } else shows(result);
    shows(explain(result), String(explain(result)));
    await clock.run(clock.sleep(waitMs));
  }
  shows(failover, failover.regions());
  await clock.run(failover.close());
  for (const one of logged) one.mockRestore();
  const allowed = (index: number): readonly string[] => [
    ...(kinds[index] === 'caller' ? (index === 0 ? [...keysOf(0), JWT, ELSE] : [JWT]) : keysOf(index)),
    ...tokensOf(index),
  ];
  const secrets = [...kinds.flatMap((_, index) => [...keysOf(index), ...tokensOf(index)]), shared, JWT, ELSE];
  return { left, said, secrets, allowed, journal: simulator.journal };
}

/** What an object says to whoever prints it, its errors included. */
export function printed(value: unknown, depth = 0): string {
  const text = [String(value), JSON.stringify(value) ?? ''];
  if (value instanceof Error && depth < 5) text.push(value.stack ?? '', printed(value.cause, depth + 1));
  return text.join('\n');
}

function source(clock: VirtualClock, tokens: readonly string[]): TokenSource {
  let nth = 0;
  return {
    getToken: async ({ refresh }) => {
      await clock.sleep(20);
      if (refresh) nth++;
      return { token: tokens[nth % tokens.length] ?? '', expiresAt: clock.now() + 300_000 };
    },
  };
}

function headersOf(caller: LeakWorld['caller']): Record<string, string> {
  const type = { 'content-type': 'application/json' };
  switch (caller) {
    case 'api-key':
      return { ...type, 'api-key': secretOf(0, 'key1') };
    case 'bearer-key':
      return { ...type, authorization: `Bearer ${secretOf(0, 'key2')}` };
    case 'jwt':
      return { ...type, authorization: `Bearer ${JWT}` };
    case 'another':
      return { ...type, authorization: `Bearer ${ELSE}`, 'ocp-apim-subscription-key': ELSE };
    default:
      return type;
  }
}
