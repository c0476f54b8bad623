import { createDestinations, type Destination } from './call/destination.ts';
import { isA } from './call/is-a.ts';
import { readCall, UnreadableBody } from './call/read-call.ts';
import { affinity } from './chain/affinity.ts';
import { auth } from './chain/auth.ts';
import { createClaim } from './chain/claim.ts';
import { classify, createJudge, createStreamJudge } from './chain/classify.ts';
import { compose } from './chain/compose.ts';
import { failover } from './chain/failover.ts';
import { guard } from './chain/guard.ts';
import { attachTrace, beginJournal, emptyTrace } from './chain/journal.ts';
import { learn, learnFromEvents } from './chain/learn.ts';
import { createLiveness } from './chain/liveness.ts';
import { observe } from './chain/observe.ts';
import { retry } from './chain/retry.ts';
import { route } from './chain/route.ts';
import { createStreams } from './chain/stream.ts';
import { checked, transport } from './chain/transport.ts';
import { createSigners } from './credential/signer.ts';
import { FailoverError, type FailoverErrorCode } from './errors.ts';
import { createEvents, type Events, type FailoverEvent } from './events.ts';
import { HealthBook } from './health/book.ts';
import { Pins } from './health/pins.ts';
import type { RegionStatus } from './health/record.ts';
import { resolveOptions, type Settings } from './options.ts';
import { keepInStore } from './store/keep.ts';
import type { Call, FailoverOptions, Middleware, Next } from './types.ts';
import { TimeLimit } from './within.ts';

export interface FailoverFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** What is believed about each region now, in the order they would be tried. */
  regions(): readonly RegionStatus[];
  /**
   * Takes a region out of rotation, or insists on it, until released (`'auto'`) or `ttlMs` have passed.
   * Beats everything learned. All who share the store do the same, and so do later sessions, for a day at most.
   * @throws {TypeError} when no region has that name.
   */
  force(
    region: string,
    to: 'out' | 'in' | 'auto',
    options?: { /** @default for ever */ readonly ttlMs?: number | undefined },
  ): void;
  /** Hears every event until the returned function is called. */
  subscribe(listener: (event: FailoverEvent) => void): () => void;
  /** Resolves when learned health has been read from the store. A call never waits for it. */
  readonly ready: Promise<void>;
  /** Writes what was learned and lets go of what is under way in the background. */
  close(): Promise<void>;
  /** Stops the OpenAI SDK from probing with `fetch('data:,')`. */
  readonly Response: typeof globalThis.Response;
}

/**
 * A drop-in `fetch` that keeps an Azure OpenAI call alive when a region is not.
 *
 * @example
 * const fetch = createFailoverFetch({
 *   regions: [
 *     { name: 'swedencentral', endpoint: 'https://contoso-sweden.openai.azure.com', credential: { apiKey: key1 } },
 *     { name: 'eastus2', endpoint: 'https://contoso-eastus2.openai.azure.com', credential: { apiKey: key2 } },
 *   ],
 * });
 * @throws {TypeError} naming option, rule and value, when an option is not as it must be.
 */
export function createFailoverFetch(options: FailoverOptions): FailoverFetch {
  const resolved = resolveOptions(options);
  const platform = globalThis.fetch;
  let sending = false;
  const settings: Settings = {
    ...resolved,
    fetch(input, init) {
      sending = true;
      try {
        return resolved.fetch(input, init);
      } finally {
        sending = false;
      }
    },
  };
  const { regions, clock, random, timeouts } = settings;
  const find = createDestinations(regions.map(({ endpoint }) => endpoint));
  const events = createEvents(options.onEvent);
  const closing = new AbortController();
  const health = new HealthBook(settings, (status, change) => {
    events.emit({ type: 'health', status });
    if (change === 'learned') kept.changed();
  });
  const pins = new Pins(() => kept.soon());
  const kept = keepInStore(settings, health, pins, events);
  const handle = createChain(options, settings, health, pins, events, closing.signal);
  const prefix = Math.floor(random() * 36 ** 6).toString(36);
  let count = 0;

  async function failoverFetch(input: Input, init?: RequestInit): Promise<Response> {
    // Put in place of the global one it would be sent to itself.
    if (sending) return platform(input, init);
    const [method, url] = lineOf(input, init);
    const destination = find(method, url);
    if (!destination) {
      warnOfForeign(url, events);
      return settings.fetch(input, init);
    }
    const id = `${prefix}-${++count}`;
    const addressed = regions[destination.address.index]?.name ?? '';
    const startedAt = clock.now();
    let call: Call;
    try {
      const read = readCall(input, init, { id, method, url, destination, addressed, totalMs: timeouts.totalMs }, clock);
      call = read instanceof Promise ? await read : read;
    } catch (error) {
      throw refusal(error, id, init?.signal ?? (input as Partial<Request>).signal);
    }
    warnOfMisuse(call, destination, events);
    beginJournal(call, startedAt);
    return handle(call);
  }

  return Object.assign(failoverFetch, {
    regions: () => health.statuses(),
    force(
      region: string,
      to: 'out' | 'in' | 'auto',
      { ttlMs = Number.POSITIVE_INFINITY }: { readonly ttlMs?: number | undefined } = {},
    ) {
      const names = regions.map(({ name }) => name);
      if (!names.includes(region))
        throw new TypeError(`force: region must be one of ${names.join(', ')}, got ${JSON.stringify(region)}`);
      if (!['out', 'in', 'auto'].includes(to))
        throw new TypeError(`force: to must be 'out', 'in' or 'auto', got ${JSON.stringify(to)}`);
      if (!(ttlMs > 0)) throw new TypeError(`force: ttlMs must be a number above 0, got ${ttlMs}`);
      health.force(region, to, ttlMs);
    },
    subscribe: events.subscribe,
    ready: kept.ready,
    async close() {
      closing.abort();
      await kept.close();
    },
    Response: globalThis.Response,
  });
}

/** The way of a call, outermost first. */
function createChain(
  options: FailoverOptions,
  settings: Settings,
  health: HealthBook,
  pins: Pins,
  events: Events,
  closing: AbortSignal,
): Next {
  const { clock, fetch, random, regions, timeouts } = settings;
  const siteOf = (name: string): string | undefined => regions.find((one) => one.name === name)?.endpoint.base;
  const judge = createJudge(clock, events, options.classify);
  const claim = createClaim(settings);
  const liveness = createLiveness(settings, health, claim, closing);
  const judgeStream = createStreamJudge(clock, events, options.classify);
  const openStream = createStreams(clock, timeouts.idleMs, judgeStream, learnFromEvents(pins, clock));
  const tries = (attempts: number): Middleware =>
    failover({ ...settings, retry: { ...settings.retry, attempts } }, health, liveness, claim, events);
  const chain = compose(
    observe(clock, events),
    ...(options.use?.perCall ?? []).map(checked),
    affinity(settings, pins, health, events, tries(settings.retry.attempts), tries(1)),
    learn(pins, clock),
    retry(settings.retry, health, clock),
    route(settings),
    ...(options.use?.perAttempt ?? []).map(checked),
    auth(regions, createSigners({ clock, random, closing }, siteOf), judge, clock, events),
    classify(judge, clock),
    guard(settings, liveness, openStream),
  );
  return chain(transport(fetch));
}

type Input = Parameters<FailoverFetch>[0];

/** Method and URL; empty for what no request can be made of, which is the base fetch's to refuse. */
function lineOf(input: Input, init: RequestInit | undefined): readonly [method: string, url: string] {
  try {
    const request = isA(Request, input) ? input : undefined;
    return [String(init?.method ?? request?.method ?? 'GET').toUpperCase(), request?.url ?? String(input)];
  } catch {
    return ['', ''];
  }
}

/** A request that cannot even be read, in the words of a failed `fetch`; the caller's own reason stays its own. */
function refusal(error: unknown, id: string, signal: AbortSignal | null | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const trace = emptyTrace(id);
  const [code, what]: readonly [FailoverErrorCode, string] =
    error instanceof TimeLimit
      ? ['ERR_TIMEOUT', 'The body of the request did not come in time']
      : error instanceof UnreadableBody
        ? ['ERR_BODY_NOT_REPLAYABLE', 'The body of the request could not be read']
        : ['ERR_INVALID_REQUEST', 'The request cannot be sent as it is'];
  // The platform quotes the header or the URL that it does not take, and with it a key or a password.
  const cause = code === 'ERR_INVALID_REQUEST' ? undefined : error;
  const refused = new FailoverError(
    code,
    cause === undefined ? `${what}: fetch does not take its method, a header or its URL` : what,
    { trace, cause },
  );
  attachTrace(refused, trace);
  return refused;
}

/** Addresses that the service, or a gateway before it, has, and OpenAI's own, which its client goes to when it is told no other. */
const LOOKS_OURS = /^https?:\/\/(api\.openai\.com|[^/?#]+(\/[^?#]*)?\/openai)\//i;

function warnOfForeign(url: string, events: Events): void {
  if (!LOOKS_OURS.test(url) || !URL.canParse(url)) return;
  const { origin } = new URL(url);
  events.warn(
    `foreign-address:${origin}`,
    `calls to ${origin} go out without failover: give the client the address of one of the regions instead`,
  );
}

function warnOfMisuse({ headers }: Call, { address }: Destination, events: Events): void {
  const { base, path } = address;
  if (path.startsWith('/openai/v1/deployments/')) {
    events.warn(
      'base-url',
      `${base}${path} does not exist: AzureOpenAI was given a baseURL that ends in /openai/v1. ` +
        'Give it `endpoint` instead, or use the OpenAI client with that baseURL',
    );
  }
  if (Number(headers.get('x-stainless-retry-count')) > 0) {
    events.warn(
      'nested-retries',
      'The OpenAI SDK retries on top of failover, which multiplies the load: set maxRetries: 0',
    );
  }
}
