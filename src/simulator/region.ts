import { preflightHeaders, type Stamp } from './azure-headers.ts';
import { meetBrought } from './brought-fault.ts';
import { type CorsProfile, preflightUnderCors, underCors } from './cors.ts';
import { type CutAction, cutOff } from './cut-off.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import type { Strike, Target } from './fault-entry.ts';
import { chance, uuid } from './hash.ts';
import { rampAt, sampleLatency } from './latency.ts';
import type { Json } from './record.ts';
import type { RegionMemory } from './region-memory.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import { apiOf, readRoute } from './route.ts';
import { readBody } from './sent-body.ts';
import { serve } from './service.ts';
import type { Moment, ServiceReply } from './visit.ts';

/** A request as it arrived, read to its end. */
export interface SimRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** Whether its connection had carried another. @default false */
  readonly reused?: boolean;
  /** Before its body was read. Unix time, ms. @default when it is decided on */
  readonly arrivedAt?: number;
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
  /** How much too early it came, where the deployment had said when to come back. */
  readonly earlyByMs?: number;
  /** The region goes on with it when the client has left. */
  readonly outlivesClient?: true;
}

export type Action = { readonly kind: 'respond'; readonly reply: Reply; readonly delivery: Delivery } | CutAction;

/** The `apim-request-id` of a region's nth request. */
export function requestIdOf(seed: number, region: string, nth: number): string {
  return uuid('apim-request-id', seed, region, nth);
}

/** Decides what a region does with a request. Depends on nothing but its arguments, and writes into `memory` alone. */
export function decide(region: RegionModel, memory: RegionMemory, request: SimRequest, moment: Moment): Decision {
  const { faults, stored, stayAway } = memory;
  const { seed, nth, now } = moment;
  // Put together rather than resolved: a path such as `//[` is no address.
  const url = new URL(`http://region.invalid${request.path}`);
  const path = url.pathname.startsWith(region.prefix) ? url.pathname.slice(region.prefix.length) : '';
  const route = readRoute(request.method, path);
  const { json, files } = readBody(request.headers, request.body);
  const deployment = route?.deployment ?? (route?.stored ? undefined : modelOf(json));
  const stream = json?.['stream'] === true;
  const facts = { stream, ...(deployment !== undefined && { deployment }) };
  const { method, headers, reused = false, arrivedAt = now } = request;
  const target: Target = {
    now,
    request: { method, path, headers, deployment, stream },
    // By the request, and not in the order they come in, where it is told apart from others.
    draw: ({ text }, attempt) => chance('fault', seed, region.name, ...(attempt ?? [nth]), text),
  };
  const stamp: Stamp = {
    region: region.display,
    requestId: requestIdOf(seed, region.name, nth),
    clientRequestId: request.headers.get('x-ms-client-request-id'),
    ...(deployment !== undefined && { deployment }),
  };
  const unmet = meetBrought(faults, target, stamp);
  const cut = cutOff(faults, target, reused);
  const networkMs = sampleLatency(region.latency, (half) => chance('network', seed, region.name, nth, half));

  const byCors = cut ? undefined : faults.take(['cors'], target);
  const cors = byCors?.shape.profile ?? region.cors;
  // A preflight meets a broken connection like any request, but no fault of the service behind it.
  if (method === 'OPTIONS' && !cut) return preflight(headers, stamp, cors, networkMs, byCors);

  const early = deployment === undefined ? undefined : stayAway.earlyAt(deployment, arrivedAt);
  const late = faults.takeAll('latency', target);
  const added = late.map(({ shape: { latency }, text, forMs }) =>
    latency.of === 'ramp'
      ? rampAt(latency, forMs)
      : sampleLatency(latency, (half) => chance('latency', seed, region.name, nth, text, half)),
  );
  const lasting = cut ? [] : faults.takeAll('duplicate-slow', target);
  const delayMs = [...added, ...lasting.map(({ shape }) => shape.ms)].reduce((sum, ms) => sum + ms, networkMs);
  const settle = (action: Action, by: Strike | undefined, modelMs = 0, slowedBy?: Strike): Decision => {
    const fault = by ?? late[0] ?? lasting[0] ?? slowedBy ?? byCors;
    return {
      delayMs: delayMs + modelMs,
      action,
      ...facts,
      ...(fault && { fault: fault.text }),
      ...(early && { earlyByMs: early.byMs }),
      ...(lasting.length > 0 && { outlivesClient: true }),
    };
  };
  if (cut) return settle(cut.action, cut.by);

  const at = { region, faults, stored, target, headers, moment, url, api: apiOf(path), route };
  const served = unmet
    ? { reply: unmet }
    : serve({ ...at, body: request.body, json, files, deployment, stamp, early, delayMs });
  const { reply, by, modelMs, slowedBy }: ServiceReply = served;
  const { brokenBy, pacedBy, ...sending } = deliver(reply, faults, target, (event) =>
    chance('stream', seed, region.name, nth, event),
  );
  const sent = { ...sending, reply: underCors(cors, sending.reply) };
  return settle({ kind: 'respond', ...sent }, by ?? brokenBy, modelMs, slowedBy ?? pacedBy);
}

function preflight(headers: Headers, stamp: Stamp, cors: CorsProfile, networkMs: number, by?: Strike): Decision {
  const asked = {
    method: headers.get('access-control-request-method'),
    headers: headers.get('access-control-request-headers'),
  };
  const reply = preflightUnderCors(cors, { status: 200, headers: preflightHeaders(stamp, asked), body: '' });
  return {
    delayMs: networkMs + (cors.of === 'preflight-slow' ? cors.ms : 0),
    action: { kind: 'respond', reply, delivery: {} },
    stream: false,
    ...(by && { fault: by.text }),
  };
}

function modelOf(json: Json | undefined): string | undefined {
  return typeof json?.['model'] === 'string' ? json['model'] : undefined;
}
