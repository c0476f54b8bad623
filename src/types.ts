import type { Clock } from './clock.ts';
import type { FailoverEvent } from './events.ts';
import type { Strategy } from './health/strategies.ts';
import type { BreakerOptions, HedgeOptions, Overrides, RetryOptions, Timeouts } from './options.ts';
import type { HealthStore } from './store/health-store.ts';

/** What {@link createFailoverFetch} takes. Only `regions` is needed; an option that is `undefined` is one that is not set. */
export interface FailoverOptions {
  /** At least one; the order is the order of preference unless `priority` says otherwise. */
  readonly regions: readonly RegionOptions[];
  /** For regions that name none. */
  readonly credential?: Credential | undefined;
  /** Which region is tried first, and which next. @default priority() */
  readonly strategy?: Strategy | undefined;
  /** Where learned health is kept. @default indexedDBStore() where the platform has IndexedDB, else memoryStore() */
  readonly store?: HealthStore | undefined;
  readonly retry?: Overrides<RetryOptions> | undefined;
  readonly timeouts?: Overrides<Timeouts> | undefined;
  readonly breaker?: Overrides<BreakerOptions> | undefined;
  /**
   * A second region is asked when the first has not begun to answer; the first to answer is taken. Costs tokens, as both do
   * the work. Calls that test whether a region is back are hedged in any case. @default false
   */
  readonly hedge?: false | Overrides<HedgeOptions> | undefined;
  /**
   * Your own middleware: around the whole call, or around each attempt (after its address is known, before it is signed).
   * Return the response you were given: one of your own is handed over as it is, and what it says is judged by nobody.
   */
  readonly use?:
    | { readonly perCall?: readonly Middleware[] | undefined; readonly perAttempt?: readonly Middleware[] | undefined }
    | undefined;
  /** Overrules the built-in verdict; `undefined` keeps it. */
  readonly classify?: ((outcome: Outcome, verdict: Verdict) => Verdict | undefined) | undefined;
  /** Hears every event. `subscribe` does the same later on. */
  readonly onEvent?: ((event: FailoverEvent) => void) | undefined;
  /** What sends the requests. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
}

export interface RegionOptions {
  /** Yours to choose: shown in events and errors, and the key of learned health. */
  readonly name: string;
  /**
   * `https://contoso-sweden.openai.azure.com`; a path prefix (a gateway's, a Foundry project's) is kept. Several regions may
   * have one endpoint if their `deployments` differ: a provisioned deployment first, and one that takes what spills over.
   */
  readonly endpoint: string | URL;
  /** Signs what goes to this region and nothing else. @default the `credential` of all regions */
  readonly credential?: Credential | undefined;
  /** Deployment name as the caller says it → as this region has it; `false` where the region lacks it. */
  readonly deployments?: Readonly<Record<string, string | false>> | undefined;
  /** Replaces the caller's `api-version` for this region (a dated one on classic routes, `v1` or `preview` on v1 routes). */
  readonly apiVersion?: string | undefined;
  /** Lower is preferred. @default position in the list */
  readonly priority?: number | undefined;
  /** Share among regions of equal priority. @default 1 */
  readonly weight?: number | undefined;
  /**
   * Regions that draw on one capacity pool (Global Standard, Data Zone) give it one name: when it is full for one of them, it
   * is full for all, and no time is lost in asking.
   */
  readonly pool?: string | undefined;
}

/** `'caller'` passes on what the caller sent: to the endpoint it was meant for, and elsewhere only a JWT. */
export type Credential = ApiKey | TokenSource | 'caller';

export interface ApiKey {
  /** One key, or both of a resource's keys: the second takes over when the first is refused. */
  readonly apiKey: string | readonly [string, string];
}

/**
 * Where tokens come from: `entra` and `msal` make one, and so can you. It is asked once however many calls wait, and its answer
 * is used by every region that shares it until shortly before it expires. What it throws ends a call as `ERR_CREDENTIAL`.
 */
export interface TokenSource {
  /** How long calls wait for its answer, ms, if they have the time: a person who signs in needs more. @default 30_000 */
  readonly patienceMs?: number | undefined;
  /** Also asked in the background, while the token it gave before is still good. */
  getToken(request: TokenRequest): Promise<{
    readonly token: string;
    /** Unix time, ms. */
    readonly expiresAt: number;
    /** From when on a newer one should be asked for, Unix time, ms. @default four minutes before it expires */
    readonly refreshAt?: number | undefined;
  }>;
}

export interface TokenRequest {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** The last token was refused: do not answer from a cache. */
  readonly refresh: boolean;
  /** What the service demanded of the next token (a claims challenge), as JSON. */
  readonly claims?: string;
  /** Where the regions are that it is for; regions in two clouds ask for a token each. @default 'public' */
  readonly cloud?: Cloud;
}

/** Azure's clouds, by the end of an endpoint's host: `.azure.us`, `.azure.cn`, and any other. */
export type Cloud = 'public' | 'us-government' | 'china';

/** First is outermost. `next` may be called again: that is what retry and failover are. */
export type Middleware = (call: Call, next: Next) => Promise<Response>;
export type Next = (call: Call) => Promise<Response>;

/** A body that can be sent again as it is. */
export type ReplayableBody = string | Uint8Array<ArrayBuffer> | ArrayBuffer | Blob | FormData | URLSearchParams | null;

/** One call on its way. Never changed in place: pass `next` a copy (`{ ...call, … }`). */
export interface Call {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** A stream has been read by now. */
  readonly body: ReplayableBody;
  readonly signal: AbortSignal;
  /** What else the caller passed to `fetch`: `keepalive`, undici's `dispatcher`, … */
  readonly init: RequestInit;
  readonly operation: Operation;
  /** The region whose endpoint the caller's URL names. */
  readonly addressed: string;
  /**
   * The region that keeps what the call names: no other resource is asked, whatever is believed of its health. Absent where
   * any region may answer.
   */
  readonly pinnedTo?: string;
  /** When the caller stops caring, in the clock's ms. */
  readonly deadline: number;
  /** Absent outside `failover`. */
  readonly attempt?: Attempt;
}

export interface Operation {
  /** `chat.completions`, `responses`, `embeddings`, … or `other`. */
  readonly kind: string;
  /** As the caller says it, before a region's own name replaces it. */
  readonly deployment?: string;
  readonly stream: boolean;
  /** Whether sending it twice is only a matter of cost. */
  readonly replayable: boolean;
  /**
   * What the request names that only one region can resolve: ids, a collection that is listed, or `#` and a digest, which
   * stands for an encrypted content.
   */
  readonly boundTo: readonly string[];
  /** Ids in the request's input that may be a region's, or only the caller's own labels: they bind once they are known. */
  readonly mentions?: readonly string[];
  /** The service keeps what it answers, so that the answer's ids bind the calls that name them. */
  readonly keeps?: true;
}

export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  readonly region: RegionOptions;
  readonly kind: 'first' | 'retry' | 'failover' | 'hedge' | 'probe';
}

/** How an attempt ended: with a response, or with what was thrown. */
export type Outcome =
  | { readonly response: Response; readonly error?: never }
  | { readonly error: unknown; readonly response?: never };

export interface Verdict {
  readonly kind: VerdictKind;
  /** Whose fault: decides what is remembered. */
  readonly blame: 'nobody' | 'caller' | 'credential' | 'deployment' | 'region' | 'network';
  /** What helps: hand it over, the same region again, or another region. */
  readonly action: 'return' | 'retry' | 'failover';
  /** How long the service asks to be left alone, ms. */
  readonly retryAfterMs?: number;
  /** Whether the service may have done, and billed, the work. */
  readonly worked: 'no' | 'maybe' | 'yes';
}

export type VerdictKind =
  | 'ok'
  | 'aborted'
  | 'offline'
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'blocked'
  | 'no-deployment'
  | 'throttled'
  | 'no-capacity'
  | 'server-error'
  | 'gateway'
  | 'connect'
  | 'network'
  | 'timeout'
  | 'stream-broken'
  | 'bad-body'
  | 'token-source'
  | 'state-bound'
  | 'unknown';
