import type { ActiveFaults } from './active-faults.ts';
import type { HeaderMap, Stamp } from './azure-headers.ts';
import type { Strike, Target } from './fault-entry.ts';
import type { FormFile } from './form.ts';
import type { Json } from './record.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import type { Api, Route } from './route.ts';
import type { Early } from './stay-away.ts';
import type { StoredObjects } from './stored-objects.ts';

/** When a request is decided on. */
export interface Moment {
  readonly seed: number;
  /** Which request of this region it is, from 1. */
  readonly nth: number;
  /** Unix time, ms. */
  readonly now: number;
}

/** A request on its way through a region's service. */
export interface Visit {
  readonly region: RegionModel;
  readonly faults: ActiveFaults;
  readonly stored: StoredObjects;
  readonly target: Target;
  readonly headers: Headers;
  /** As it was sent. */
  readonly body: string;
  readonly moment: Moment;
  readonly url: URL;
  readonly api: Api;
  readonly route: Route | undefined;
  /** Of a form, its texts. */
  readonly json: Json | undefined;
  readonly files: readonly FormFile[];
  readonly deployment: string | undefined;
  readonly stamp: Stamp;
  /** Where it came before its deployment wanted it. */
  readonly early: Early | undefined;
  /** What it takes without the model. */
  readonly delayMs: number;
  /** What is left of its quota, where that is counted. */
  readonly limits?: HeaderMap;
}

/** A reply, and the fault that made it this one. */
export interface ServiceReply {
  readonly reply: Reply;
  readonly by?: Strike;
  /** What the model took, and the fault that made it slow. */
  readonly modelMs?: number;
  readonly slowedBy?: Strike | undefined;
}
