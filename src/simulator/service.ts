import type { ActiveFaults, Strike, Target } from './active-faults.ts';
import type { Question } from './answer-text.ts';
import {
  deploymentNotFound,
  firewallDenied,
  invalidRequest,
  keyRefused,
  resourceNotFound,
  tokenRefused,
  versionNotSupported,
} from './azure-errors.ts';
import { backendHeaders, deniedHeaders, frontDoorHeaders, modelHeaders, type Stamp } from './azure-headers.ts';
import { chatAnswer } from './chat-answer.ts';
import { isKey, opens, presentedIn } from './credentials.ts';
import { embeddingsAnswer } from './embeddings-answer.ts';
import { chance, hex } from './hash.ts';
import { sampleLatency } from './latency.ts';
import { modelsAnswer } from './models-answer.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import { responsesAnswer } from './responses-answer.ts';
import type { Api, Operation, Route } from './route.ts';
import { type StatusContext, statusReply } from './status-reply.ts';
import { type ThrottleContext, throttleReply } from './throttle-reply.ts';

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
  readonly target: Target;
  readonly headers: Headers;
  readonly moment: Moment;
  readonly url: URL;
  readonly api: Api;
  readonly route: Route | undefined;
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly deployment: string | undefined;
  readonly stamp: Stamp;
  /** What it takes without the model. */
  readonly delayMs: number;
}

/** A reply, and the fault that made it this one. */
export interface ServiceReply {
  readonly reply: Reply;
  readonly by?: Strike;
  /** What the model took, and the fault that made it slow. */
  readonly modelMs?: number;
  readonly slowedBy?: Strike | undefined;
}

/** `undefined` lets the request pass. */
type Stage = (visit: Visit) => ServiceReply | undefined;

/** What the service answers when the connection holds. */
export function serve(visit: Visit): ServiceReply {
  return frontDoor(visit) ?? credential(visit) ?? address(visit) ?? quota(visit) ?? capacity(visit) ?? model(visit);
}

const frontDoor: Stage = (visit) => {
  const { faults, target, stamp } = visit;
  const by = faults.take(['firewall', 'status'], target);
  if (!by) return undefined;
  if (by.shape.kind === 'firewall')
    return { reply: { status: 403, headers: deniedHeaders(stamp), body: firewallDenied }, by };
  return { reply: statusReply(by.shape.status, by.shape.format, statusContext(visit)), by };
};

function statusContext({ headers, api, stamp }: Visit): StatusContext {
  const [presented] = presentedIn(headers);
  return { stamp, api, withKey: presented !== undefined && isKey(presented, api) };
}

const credential: Stage = ({ region, faults, target, headers, api, stamp }) => {
  const [presented] = presentedIn(headers);
  const refused = (body: string): Reply => ({ status: 401, headers: frontDoorHeaders(stamp, 'json'), body });
  if (!presented || !opens(presented, api, region)) {
    return { reply: refused(presented && isKey(presented, api) ? keyRefused : tokenRefused) };
  }
  const by = faults.take(['key'], target, () => region.keys.includes(presented.value));
  return by && { reply: refused(keyRefused), by };
};

const address: Stage = ({ region, faults, target, url, api, route, json, deployment, stamp }) => {
  const refused = (status: number, body: string): ServiceReply => ({
    reply: { status, headers: frontDoorHeaders(stamp, 'json'), body },
  });
  const version = url.searchParams.get('api-version');
  if (!route || (api === 'classic' && !/^\d{4}-\d\d-\d\d(-preview)?$/.test(version ?? '')))
    return refused(404, resourceNotFound);
  if (api === 'v1' && version !== null && version !== 'v1' && version !== 'preview')
    return refused(400, versionNotSupported);
  if (route.operation === 'models') return undefined;
  if (!json) return refused(400, invalidRequest('We could not parse the JSON body of your request.', null));
  if (deployment === undefined) return refused(400, invalidRequest('you must provide a model parameter', 'model'));
  const by = faults.take(['nodeploy'], target, (shape) => shape.deployment === deployment);
  if (!by && (region.deployments?.includes(deployment) ?? true)) return undefined;
  return { ...refused(404, deploymentNotFound(api)), ...(by && { by }) };
};

const quota: Stage = (visit) => {
  const context = throttleContext(visit);
  const by = context && visit.faults.take(['429'], visit.target);
  return by && { reply: throttleReply(by.shape, context), by };
};

const capacity: Stage = (visit) => {
  const context = throttleContext(visit);
  if (!context || context.operation === 'models') return undefined;
  const by = visit.faults.take(['capacity'], visit.target);
  if (!by) return undefined;
  if (by.shape.style === '503') return { reply: statusReply(503, 'json', statusContext(visit)), by };
  // There is room again within the second for which the capacity is counted.
  return { reply: throttleReply({ kind: '429', seconds: 1, style: 'capacity', wording: 'b' }, context), by };
};

function throttleContext({ moment, url, api, route, deployment, stamp }: Visit): ThrottleContext | undefined {
  if (!route || deployment === undefined) return undefined;
  const apiVersion = url.searchParams.get('api-version') ?? api;
  return { stamp: { ...stamp, deployment }, operation: route.operation, apiVersion, now: moment.now };
}

/** Nothing is wrong any more: the model answers. */
function model(visit: Visit): ServiceReply {
  const { region, moment, route, json = {}, deployment = '', stamp } = visit;
  const id = hex(24, 'answer', moment.seed, region.name, moment.nth);
  const question: Question = { region: region.name, deployment, body: json, id, now: moment.now };
  const operation = route?.operation ?? 'chat';
  const body = operation === 'models' ? modelsAnswer(region) : answers[operation](question);
  const time = operation === 'models' ? { modelMs: 0 } : modelTime(visit);
  const sent = {
    ...backendHeaders(stamp, typeof body === 'string' ? 'json' : 'stream'),
    ...modelHeaders(visit.delayMs + time.modelMs),
  };
  return { reply: { status: 200, headers: sent, body }, ...time };
}

function modelTime({ region, faults, target, moment: { seed, nth } }: Visit): Pick<ServiceReply, 'slowedBy'> & {
  readonly modelMs: number;
} {
  const slow = faults.takeAll('slow', target);
  const sampled = sampleLatency(region.modelTime, (half) => chance('model', seed, region.name, nth, half));
  return { modelMs: slow.reduce((ms, { shape }) => ms * shape.factor, sampled), slowedBy: slow[0] };
}

const answers: Readonly<Record<Exclude<Operation, 'models'>, (question: Question) => string | readonly string[]>> = {
  chat: chatAnswer,
  responses: responsesAnswer,
  embeddings: embeddingsAnswer,
};
