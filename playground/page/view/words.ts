import type { VerdictKind } from '../../../src/index.ts';
import { displayName } from '../../../src/simulator/region-name.ts';
import type { ScenarioRegion } from '../../../src/simulator/scenario.ts';
import { duration } from './format.ts';

/** `East US 2`. */
export const regionTitle = ({ id, display }: Pick<ScenarioRegion, 'id' | 'display'>): string =>
  display ?? displayName(id);

const verdicts: Readonly<Record<VerdictKind, string>> = {
  ok: 'answered',
  aborted: 'given up by the caller',
  offline: 'the client has no network',
  invalid: 'the request is not valid',
  unauthorized: 'credential refused',
  forbidden: 'access denied',
  blocked: 'blocked by the content filter',
  'no-deployment': 'no such deployment',
  throttled: 'asked to be left alone',
  'no-capacity': 'no capacity left',
  'server-error': 'server error',
  gateway: 'gateway error',
  connect: 'cannot connect',
  network: 'connection lost',
  timeout: 'no answer in time',
  'stream-broken': 'stream broke off',
  'bad-body': 'answer cannot be read',
  'token-source': 'no token to be had',
  'state-bound': 'kept in one region only',
  unknown: 'no telling what',
};

export const verdictWords = (kind: VerdictKind): string => verdicts[kind];

type Say = (args: readonly string[], moment: string) => string;

const said: Readonly<Record<string, Say>> = {
  refused: () => 'refuses connections',
  blackhole: () => 'swallows connections',
  dns: () => 'has lost its name',
  silence: () => 'takes calls and never answers',
  noread: () => 'takes connections and never reads',
  status: ([status]) => `answers ${status}`,
  '429': ([asked]) => `is throttled: “retry after ${duration(Number(asked) * 1_000)}”`,
  quota: () => 'has a quota',
  key: () => 'refuses its key',
  'key-expired': () => 'says that its tokens have expired',
  firewall: () => 'denies the client',
  nodeploy: ([name]) => `has no deployment ${name}`,
  latency: () => 'is further away',
  slow: ([factor]) => `takes ${factor?.slice(1)} times as long`,
  capacity: ([most]) => `has room for ${most} calls a second`,
  flap: () => 'comes and goes',
  rst: (_, moment) =>
    moment.startsWith('sse') || moment.startsWith('bytes') ? 'cuts its streams' : 'drops connections',
  fin: (_, moment) =>
    moment.startsWith('sse') || moment.startsWith('bytes') ? 'cuts its streams' : 'drops connections',
  trunc: () => 'ends its streams too early',
  stall: () => 'falls silent in its streams',
  hang: () => 'begins answers and never goes on',
  'sse-error': () => 'ends its streams with an error',
  badsse: () => 'garbles its streams',
  badchunk: () => 'garbles its streams',
  garbage: () => 'answers with garbage',
  cors: ([what]) =>
    what === 'preflight-fail' || what === 'none' ? 'lets no page ask for anything' : 'lets browsers read less',
};

/** What a fault makes of a region: `refuses connections`. */
export function faultWords(fault: string): string {
  const [, kind = '', args = '', moment = ''] = /^([a-z0-9-]+)(?:\((.*?)\))?(?::([^@*%~]+))?/.exec(fault) ?? [];
  const chance = /%(\d+(?:\.\d+)?)/.exec(fault)?.[1];
  const words = said[kind]?.(args.split(','), moment) ?? `has the fault ${fault}`;
  return chance ? `${words}, ${chance} times in 100` : words;
}

const clientsSaid: Readonly<Record<string, string>> = {
  offline: 'have no network',
  sleep: 'sleep',
  reload: 'start anew, with what they stored',
  forget: 'start anew, and know nothing',
  clock: 'have clocks that are wrong',
};

/** What a fault of the clients makes of them: `have no network`. */
export function clientFaultWords(fault: string): string {
  return clientsSaid[fault.replace(/\(.*/, '')] ?? `have the fault ${fault}`;
}
