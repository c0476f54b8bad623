import type { AttemptRecord, Verdict, VerdictKind } from '../../src/index.ts';

/** One call, as its caller, the library and the regions saw it. Times are ms from the start of the run. */
export interface CallRecord {
  readonly nth: number;
  /** Which client's, from 0. */
  readonly client: number;
  readonly deployment: string;
  /** Whether it asked for a stream. */
  readonly stream: boolean;
  readonly beganAt: number;
  /** When its caller got a response; absent where it got an error instead. */
  readonly headersAt?: number;
  /** When its caller had read the body, or got an error. */
  readonly endedAt: number;
  /**
   * `ok`: answered, to the end. `failed`: an error, or a response that is none of the 200s. `broken`: a body that
   * failed with an error. `truncated`: a stream that ended as if it were whole, and is not. `open`: it was not over
   * when it was last looked at, in a live run; it ends with that look.
   */
  readonly fate: 'ok' | 'failed' | 'broken' | 'truncated' | 'open';
  /** Of the response that the caller got. */
  readonly status?: number;
  /** What the caller got instead, or while it read the body. */
  readonly error?: CallError;
  /** Whose response the caller got. */
  readonly region?: string;
  /** Events of a stream, and bytes of any body, that the caller has read. */
  readonly events: number;
  readonly bytes: number;
  /** Requests for an answer, in the order of sending. */
  readonly attempts: readonly AttemptSeen[];
  /** Pauses that the library made. */
  readonly waits: readonly Wait[];
  /** What the library says of it in words; absent for other policies. */
  readonly explain?: string;
}

export interface CallError {
  readonly name: string;
  readonly message: string;
  /** `ERR_…`, of the library's own errors; else the cause's, where it has one: `ECONNREFUSED`. */
  readonly code?: string;
}

export interface Wait {
  readonly at: number;
  readonly ms: number;
  readonly region: string;
  readonly because: VerdictKind;
}

/** What was sent, less its secrets. */
export interface SentRequest {
  readonly url: string;
  /** By name, in lower case; instead of a secret, `***`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request to one region: as its sender saw it, and as the region did. */
export interface AttemptSeen {
  /** Of its call, from 1. */
  readonly number: number;
  readonly region: string;
  /** Of policies that do not say: `first`, then `retry` in the same region and `failover` in another. */
  readonly kind: AttemptRecord['kind'];
  readonly sentAt: number;
  /** Absent where its body was no text. */
  readonly request?: SentRequest;
  /** When the region got it; absent where it never did. */
  readonly arrivedAt?: number;
  /** When its headers, or an error, came back; absent where it was given up before. */
  readonly headersAt?: number;
  /** When it was over on both sides. */
  readonly endedAt: number;
  /** Of its response. */
  readonly status?: number;
  /** Which fault struck it, as the scenario writes it. */
  readonly fault?: string;
  /** What the library made of it; absent for other policies. */
  readonly verdict?: Verdict;
  /** What came instead of a response. */
  readonly error?: CallError;
  /** Of its body, as the region sent them. */
  readonly bytes: number;
  readonly events: number;
  /** Who ended it; absent where it never arrived. `fault` of a response that had begun is a cut. */
  readonly closedBy?: 'client' | 'server' | 'fault';
  /** How much too early it came, ms, where the region had asked for patience. */
  readonly earlyByMs?: number;
  /** It brought the secret of another region. */
  readonly leak?: true;
  /** The service's own name for it. */
  readonly requestId?: string;
  /** Of the response, those that say something of limits and whereabouts. */
  readonly headers: Readonly<Record<string, string>>;
}
