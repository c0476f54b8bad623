import type { ActiveFault, ActiveFaults, Draw } from './active-faults.ts';
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
import { hex } from './hash.ts';
import { modelsAnswer } from './models-answer.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import { responsesAnswer } from './responses-answer.ts';
import type { Api, Operation, Route } from './route.ts';
import { statusReply } from './status-reply.ts';
import { throttleReply } from './throttle-reply.ts';

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
  readonly draw: Draw;
  readonly headers: Headers;
  readonly moment: Moment;
  readonly url: URL;
  readonly api: Api;
  readonly route: Route | undefined;
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly deployment: string | undefined;
  readonly stamp: Stamp;
  readonly delayMs: number;
}

/** A reply, and the fault that made it this one. */
export interface ServiceReply {
  readonly reply: Reply;
  readonly by?: ActiveFault;
}
/** `undefined` lets the request pass. */
type Stage = (visit: Visit) => ServiceReply | undefined;

/** What the service answers when the connection holds. */
export function serve(visit: Visit): ServiceReply {
  return frontDoor(visit) ?? credential(visit) ?? address(visit) ?? quota(visit) ?? model(visit);
}

const frontDoor: Stage = ({ faults, draw, headers, api, stamp }) => {
  const by = faults.take(['firewall', 'status'], draw);
  if (by?.fault.kind === 'firewall')
    return { reply: { status: 403, headers: deniedHeaders(stamp), body: firewallDenied }, by };
  if (by?.fault.kind !== 'status') return undefined;
  const [presented] = presentedIn(headers);
  const withKey = presented !== undefined && isKey(presented, api);
  return { reply: statusReply(by.fault.status, by.fault.format, { stamp, api, withKey }), by };
};

const credential: Stage = ({ region, faults, draw, headers, api, stamp }) => {
  const [presented] = presentedIn(headers);
  const refused = (body: string): Reply => ({ status: 401, headers: frontDoorHeaders(stamp, 'json'), body });
  if (!presented || !opens(presented, api, region)) {
    return { reply: refused(presented && isKey(presented, api) ? keyRefused : tokenRefused) };
  }
  const by = faults.take(['key'], draw, () => region.keys.includes(presented.value));
  return by && { reply: refused(keyRefused), by };
};

const address: Stage = ({ region, faults, draw, url, api, route, json, deployment, stamp }) => {
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
  const by = faults.take(['nodeploy'], draw, (fault) => fault.deployment === deployment);
  if (!by && (region.deployments?.includes(deployment) ?? true)) return undefined;
  return { ...refused(404, deploymentNotFound(api)), ...(by && { by }) };
};

const quota: Stage = ({ faults, draw, moment, url, api, route, deployment, stamp }) => {
  if (!route || deployment === undefined) return undefined;
  const by = faults.take(['429'], draw);
  if (!by) return undefined;
  const apiVersion = url.searchParams.get('api-version') ?? api;
  const context = { stamp: { ...stamp, deployment }, operation: route.operation, apiVersion, now: moment.now };
  return { reply: throttleReply(by.fault, context), by };
};

/** Nothing is wrong any more: the model answers. */
function model({ region, moment, route, json = {}, deployment = '', stamp, delayMs }: Visit): ServiceReply {
  const id = hex(24, 'answer', moment.seed, region.name, moment.nth);
  const question: Question = { region: region.name, deployment, body: json, id, now: moment.now };
  const body = route?.operation === 'models' ? modelsAnswer(region) : answers[route?.operation ?? 'chat'](question);
  const sent = { ...backendHeaders(stamp, typeof body === 'string' ? 'json' : 'stream'), ...modelHeaders(delayMs) };
  return { reply: { status: 200, headers: sent, body } };
}

const answers: Readonly<Record<Exclude<Operation, 'models'>, (question: Question) => string | readonly string[]>> = {
  chat: chatAnswer,
  responses: responsesAnswer,
  embeddings: embeddingsAnswer,
};
