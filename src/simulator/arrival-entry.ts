import { credentialFacts } from './credential-facts.ts';
import type { JournalEntry } from './journal.ts';
import { requestIdOf } from './region.ts';
import type { RegionModel } from './region-model.ts';

/** What is seen of a request before its body. */
export interface ArrivingRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly connection: number;
  /** Whether the connection had carried another. */
  readonly reused: boolean;
  /** The `seq` of the request that it repeats. */
  readonly dupOf: number | undefined;
}

/** Where it arrives, and when. */
export interface ArrivalPlace {
  readonly region: RegionModel;
  /** All of them, as a secret may be any region's. */
  readonly models: readonly RegionModel[];
  readonly seed: number;
  /** Which request of this region it is, from 1. */
  readonly nth: number;
  /** Unix time, ms. */
  readonly now: number;
  /** Stands for a secret, and must not reveal it. */
  readonly fingerprint: (secret: string) => string;
}

/** What the journal says of a request as it arrives. */
export function arrivalEntry(
  { method, path, headers, connection, reused, dupOf }: ArrivingRequest,
  { region, models, seed, nth, now, fingerprint }: ArrivalPlace,
): Omit<JournalEntry, 'seq'> {
  const clientRequestId = headers.get('x-ms-client-request-id');
  return {
    arrivedAt: now,
    region: region.name,
    requestId: requestIdOf(seed, region.name, nth),
    ...(clientRequestId !== null && { clientRequestId }),
    connection,
    reused,
    method,
    path,
    stream: false,
    ...(dupOf !== undefined && { dupOf }),
    ...credentialFacts(headers, region, models, fingerprint),
    bytesIn: 0,
    bytesOut: 0,
    events: 0,
  };
}
