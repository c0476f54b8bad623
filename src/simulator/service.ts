import {
  deploymentNotFound,
  firewallDenied,
  invalidRequest,
  keyRefused,
  resourceNotFound,
  tokenRefused,
  versionNotSupported,
} from './azure-errors.ts';
import { claimsChallenge, deniedHeaders, frontDoorHeaders, type HeaderMap } from './azure-headers.ts';
import { backend } from './backend.ts';
import { isKey, opens, type Presented, presentedIn } from './credentials.ts';
import { isInForce } from './issued-token.ts';
import type { RegionModel } from './region-model.ts';
import type { Reply } from './reply.ts';
import { type StatusContext, statusReply } from './status-reply.ts';
import { limitHeaders, quotaReply, type ThrottleContext, throttleReply } from './throttle-reply.ts';
import { tokenCost } from './token-cost.ts';
import { asksForToken, tokenReply } from './token-endpoint.ts';
import type { Moment, ServiceReply, Visit } from './visit.ts';

/** `undefined` lets the request pass. */
type Stage = (visit: Visit) => ServiceReply | undefined;

/** What the service answers when the connection holds. */
export function serve(visit: Visit): ServiceReply {
  const refused = frontDoor(visit) ?? token(visit) ?? credential(visit) ?? address(visit) ?? throttled(visit);
  if (refused) return refused;
  const metered = quota(visit);
  return 'reply' in metered ? metered : (capacity(metered) ?? backend(metered));
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

const token: Stage = ({ region: { tokenSeconds }, target: { request }, body, moment, stamp }) => {
  if (tokenSeconds === undefined || !request || !asksForToken(request.method, request.path)) return undefined;
  return { reply: tokenReply(body, tokenSeconds, moment, stamp.requestId) };
};

const credential: Stage = ({ region, faults, target, headers, moment, api, stamp }) => {
  const [presented] = presentedIn(headers);
  const refused = (body: string, more: HeaderMap = {}): Reply => {
    return { status: 401, headers: { ...frontDoorHeaders(stamp, 'json'), ...more }, body };
  };
  const judged = presented !== undefined && (isIssued(presented, region, moment) || opens(presented, api, region));
  if (!judged) return { reply: refused(presented && isKey(presented, api) ? keyRefused : tokenRefused) };
  if (judged !== true) return { reply: refused(tokenRefused, claimsChallenge(judged.claims)) };
  const isOwnKey = region.keys.includes(presented.value);
  const by = faults.take(['key', 'key-expired'], target, ({ kind }) => (kind === 'key') === isOwnKey);
  return by && { reply: refused(isOwnKey ? keyRefused : tokenRefused), by };
};

function isIssued({ as, value }: Presented, { tokenSeconds }: RegionModel, { seed, now }: Moment): boolean {
  return tokenSeconds !== undefined && as === 'bearer' && isInForce(value, seed, now);
}

const address: Stage = ({ region, faults, target, url, api, route, json, deployment, stamp }) => {
  const refused = (status: number, body: string): ServiceReply => ({
    reply: { status, headers: frontDoorHeaders(stamp, 'json'), body },
  });
  const version = url.searchParams.get('api-version');
  if (!route || (api === 'classic' && !/^\d{4}-\d\d-\d\d(-preview)?$/.test(version ?? '')))
    return refused(404, resourceNotFound);
  if (api === 'v1' && version !== null && version !== 'v1' && version !== 'preview')
    return refused(400, versionNotSupported);
  if (route.operation === 'models' || route.operation === 'stored') return undefined;
  if (!json) return refused(400, invalidRequest('We could not parse the JSON body of your request.', null));
  if (deployment === undefined) return refused(400, invalidRequest('you must provide a model parameter', 'model'));
  const by = faults.take(['nodeploy'], target, (shape) => shape.deployment === deployment);
  if (!by && (region.deployments?.includes(deployment) ?? true)) return undefined;
  return { ...refused(404, deploymentNotFound(api)), ...(by && { by }) };
};

const throttled: Stage = (visit) => {
  const context = throttleContext(visit);
  if (!context) return undefined;
  const by = visit.faults.take(['429'], visit.target);
  if (by) return { reply: throttleReply(by.shape, context), by };
  const { region, early } = visit;
  if (!region.strictRetry || !early) return undefined;
  return { reply: throttleReply({ kind: '429', seconds: early.ofMs / 1000, style: 'both', wording: 'b' }, context) };
};

/** A visit that passes knows what is left. */
function quota(visit: Visit): ServiceReply | Visit {
  const context = throttleContext(visit);
  const by = context && visit.faults.take(['quota'], visit.target);
  if (!context || !by?.meter) return visit;
  const cost = tokenCost(context.operation, visit.json ?? {});
  const metered = by.meter.take(context.stamp.deployment, cost, visit.moment.now);
  if (metered.usedUp) return { reply: quotaReply(by.shape, metered, context), by };
  return { ...visit, limits: limitHeaders(by.shape, metered) };
}

const capacity: Stage = (visit) => {
  const context = throttleContext(visit);
  if (!context) return undefined;
  const by = visit.faults.take(['capacity'], visit.target);
  if (!by) return undefined;
  if (by.shape.style === '503') return { reply: statusReply(503, 'json', statusContext(visit)), by };
  // There is room again within the second for which the capacity is counted.
  return { reply: throttleReply({ kind: '429', seconds: 1, style: 'capacity', wording: 'b' }, context), by };
};

function throttleContext({ moment, url, api, route, deployment, stamp }: Visit): ThrottleContext | undefined {
  if (!route || deployment === undefined) return undefined;
  const { operation } = route;
  if (operation === 'models' || operation === 'stored') return undefined;
  const apiVersion = url.searchParams.get('api-version') ?? api;
  return { stamp: { ...stamp, deployment }, operation, apiVersion, now: moment.now };
}
