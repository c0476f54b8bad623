import type { ActiveFaults, Strike, Target } from './active-faults.ts';
import { preflightHeaders, type Stamp } from './azure-headers.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { isConnectionShape } from './fault-shape.ts';
import { chance, uuid } from './hash.ts';
import { sampleLatency } from './latency.ts';
import type { Json } from './record.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import { apiOf, readRoute } from './route.ts';
import { readBody } from './sent-body.ts';
import { serve } from './service.ts';
import { StoredObjects } from './stored-objects.ts';
import type { Moment } from './visit.ts';

/** A request as it arrived, read to its end. */
export interface SimRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What becomes of a request. Whoever carries it out brings the sockets and the clock. */
export interface Decision {
  /** To wait before anything else, ms. */
  readonly delayMs: number;
  readonly action: Action;
  /** The fault that decided, else the one that delayed. */
  readonly fault?: string;
  readonly deployment?: string;
  readonly stream: boolean;
}

export type Action =
  | { readonly kind: 'respond'; readonly reply: Reply; readonly delivery: Delivery }
  /** Nothing is ever sent, the connection stays. */
  | { readonly kind: 'silence' }
  /** The connection ends at once: abruptly, or in order. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'close' };

/** The `apim-request-id` of a region's nth request. */
export function requestIdOf(seed: number, region: string, nth: number): string {
  return uuid('apim-request-id', seed, region, nth);
}

/**
 * Decides what a region does with a request. Depends on nothing but its arguments; counts the `*times` of the faults, and
 * keeps what the region is to keep.
 */
export function decide(
  region: RegionModel,
  faults: ActiveFaults,
  request: SimRequest,
  moment: Moment,
  stored = new StoredObjects(),
): Decision {
  const { seed, nth, now } = moment;
  // Put together rather than resolved: a path such as `//[` is no address.
  const url = new URL(`http://region.invalid${request.path}`);
  const path = url.pathname.startsWith(region.prefix) ? url.pathname.slice(region.prefix.length) : '';
  const route = readRoute(request.method, path);
  const { json, files } = readBody(request.headers, request.body);
  const deployment = route?.deployment ?? (route?.stored ? undefined : modelOf(json));
  const facts = { stream: json?.['stream'] === true, ...(deployment !== undefined && { deployment }) };
  const target: Target = { now, deployment, draw: ({ text }) => chance('fault', seed, region.name, nth, text) };
  const cut = faults.take(['refused', 'dns', 'silence', 'rst', 'fin'], target, (shape) => isConnectionShape(shape));
  const networkMs = sampleLatency(region.latency, (half) => chance('network', seed, region.name, nth, half));
  const stamp: Stamp = {
    region: region.display,
    requestId: requestIdOf(seed, region.name, nth),
    clientRequestId: request.headers.get('x-ms-client-request-id'),
    ...(deployment !== undefined && { deployment }),
  };

  // A preflight meets a broken connection like any request, but no fault of the service behind it.
  if (request.method === 'OPTIONS' && !cut) {
    const asked = {
      method: request.headers.get('access-control-request-method'),
      headers: request.headers.get('access-control-request-headers'),
    };
    const reply: Reply = { status: 200, headers: preflightHeaders(stamp, asked), body: '' };
    return { delayMs: networkMs, action: { kind: 'respond', reply, delivery: {} }, stream: false };
  }

  const late = faults.takeAll('latency', target);
  const added = late.map(({ shape, text }) =>
    sampleLatency(shape.latency, (half) => chance('latency', seed, region.name, nth, text, half)),
  );
  const delayMs = added.reduce((sum, ms) => sum + ms, networkMs);
  const settle = (action: Action, by: Strike | undefined, modelMs = 0, slowedBy?: Strike): Decision => {
    const fault = by ?? late[0] ?? slowedBy;
    return { delayMs: delayMs + modelMs, action, ...facts, ...(fault && { fault: fault.text }) };
  };
  if (cut) return settle(actionOf(cut.shape.kind), cut);

  const { headers } = request;
  const at = { region, faults, stored, target, headers, moment, url, api: apiOf(path), route };
  const { reply, by, modelMs, slowedBy } = serve({ ...at, json, files, deployment, stamp, delayMs });
  const { brokenBy, pacedBy, ...sending } = deliver(reply, faults, target);
  return settle({ kind: 'respond', ...sending }, by ?? brokenBy, modelMs, slowedBy ?? pacedBy);
}

function actionOf(kind: 'refused' | 'dns' | 'silence' | 'rst' | 'fin'): Action {
  switch (kind) {
    case 'silence':
      return { kind: 'silence' };
    case 'fin':
      return { kind: 'close' };
    // Who got in before the listener closed is reset with it.
    case 'refused':
    case 'dns':
    case 'rst':
      return { kind: 'reset' };
  }
}

function modelOf(json: Json | undefined): string | undefined {
  return typeof json?.['model'] === 'string' ? json['model'] : undefined;
}
