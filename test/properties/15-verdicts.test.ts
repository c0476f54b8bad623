import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from '../../src/azure/verdict.ts';
import { isSuspicion, mayBeLocal } from '../../src/health/blame.ts';
import { effectsOf } from '../../src/health/effects.ts';
import { weightOf } from '../../src/health/evidence.ts';
import type { Operation, Outcome, Verdict } from '../../src/types.ts';
import { NOW } from '../support/health.ts';
import { type Answer, after, ok, refused, reset } from '../support/service.ts';
import { setup } from '../support/setup.ts';

const CHAT: Operation = { kind: 'chat.completions', deployment: 'gpt', stream: false, replayable: true, boundTo: [] };
const OPERATIONS: readonly Operation[] = [
  CHAT,
  { ...CHAT, kind: 'files', replayable: false },
  { ...CHAT, kind: 'responses', boundTo: ['resp_1'] },
  { ...CHAT, kind: 'other' },
];
const STATUSES = Array.from({ length: 500 }, (_, index) => index + 100);
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'retry-after': '5' },
  { 'retry-after-ms': '0' },
  { 'retry-after': 'soon', 'content-type': 'text/html' },
];
const BODIES: readonly (string | undefined)[] = [
  undefined,
  '',
  '<html>',
  '{"error":{"code":"429","message":"Please retry after 3 seconds."}}',
  '{"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}',
  '{"error":{"code":"insufficient_quota"}}',
  '{"error":{"code":"content_filter"}}',
  '{"error":{"message":"NoCapacity: high demand"',
];

function respond(status: number, headers: Readonly<Record<string, string>>): Response {
  const response = new Response(null, { headers });
  Object.defineProperty(response, 'status', { value: status });
  return response;
}

const BLAMES: readonly string[] = ['nobody', 'caller', 'credential', 'deployment', 'region', 'network'];
const EFFECTS: readonly string[] = ['success', 'alive', 'failure', 'refusal', 'release'];

/** Whether all holds that must hold of every verdict, and of what comes of it. */
function isSound(verdict: Verdict): boolean {
  const { kind, blame, action, worked, retryAfterMs } = verdict;
  const { region, deployment } = effectsOf(verdict);
  const fails = [region, deployment].filter((effect) => effect === 'failure').length;
  const isDeploymentsFailure = blame === 'deployment' && (kind === 'timeout' || kind === 'server-error');
  return (
    BLAMES.includes(blame) &&
    ['return', 'retry', 'failover'].includes(action) &&
    ['no', 'maybe', 'yes'].includes(worked) &&
    ((blame !== 'caller' && kind !== 'ok') || action === 'return') &&
    // What is held against somebody is not handed over as if it were the answer.
    (!['region', 'network', 'deployment'].includes(blame) || action !== 'return') &&
    (retryAfterMs === undefined || (retryAfterMs >= 0 && action !== 'return')) &&
    (!mayBeLocal(verdict) || isSuspicion(verdict)) &&
    weightOf(verdict) > 0 &&
    EFFECTS.includes(region) &&
    EFFECTS.includes(deployment) &&
    // A failure is somebody's, and never both scopes' at once.
    fails === (isSuspicion(verdict) || isDeploymentsFailure ? 1 : 0)
  );
}

test('Invariant 15: every status from 100 to 599 has a sound verdict, whatever comes with it', () => {
  const unsound: unknown[] = [];
  for (const status of STATUSES) {
    for (const headers of HEADERS) {
      const response = respond(status, headers);
      const isPage = headers['content-type'] !== undefined;
      for (const body of BODIES) {
        for (const operation of OPERATIONS) {
          const seen = { outcome: { response }, aborted: false, durationMs: 5, now: NOW, operation, body } as const;
          const verdict = judge(seen);
          const { kind, blame, action } = verdict;
          const asItMust =
            (status < 200 || status > 299 || isPage || kind === 'ok') &&
            (status < 500 || status === 501 || status === 505 || action !== 'return') &&
            (status !== 429 || blame === 'deployment' || blame === 'credential');
          if (!asItMust || !isSound(verdict)) unsound.push({ status, headers, body, operation, verdict });
        }
      }
    }
  }
  expect(unsound).toEqual([]);
});

const names = [
  'TokenSourceError',
  'SuspendedError',
  'UnresponsiveError',
  'TimeoutError',
  'AbortError',
  'toString',
  '__proto__',
];
const codes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  '',
];
const errors = fc.oneof(
  fc.anything(),
  fc.record(
    {
      name: fc.oneof(fc.constantFrom(...names), fc.anything()),
      code: fc.oneof(fc.constantFrom(...codes), fc.anything()),
      message: fc.oneof(fc.constantFrom('fetch failed', 'Failed to fetch', 'Invalid URL'), fc.anything()),
      cause: fc.oneof(fc.record({ code: fc.constantFrom(...codes) }), fc.anything()),
    },
    { requiredKeys: [] },
  ),
);

test('Invariant 15: every rejection has a sound verdict, whatever was thrown', () => {
  const evidence = fc.record({
    outcome: errors.map((error): Outcome => ({ error })),
    aborted: fc.boolean(),
    online: fc.boolean(),
    durationMs: fc.double(),
    now: fc.double(),
    operation: fc.constantFrom(...OPERATIONS),
  });
  fc.assert(
    fc.property(evidence, (seen) => isSound(judge(seen))),
    { numRuns: 2_000 },
  );
});

type Short = readonly [Verdict['kind'], Verdict['blame'], Verdict['action'], Verdict['worked']];
const thrown = (error: unknown, more: { readonly online?: boolean; readonly durationMs?: number } = {}): Short => {
  const seen = { outcome: { error }, aborted: false, durationMs: 5, now: NOW, operation: CHAT, ...more };
  const { kind, blame, action, worked } = judge(seen);
  return [kind, blame, action, worked];
};
const named = (name: string) => Object.assign(new Error('x'), { name });
const coded = (code: string) => new TypeError('fetch failed', { cause: { code } });

test.each<[string, unknown, Short]>([
  ['no token was to be had', named('TokenSourceError'), ['token-source', 'nobody', 'failover', 'no']],
  ['the machine slept', named('SuspendedError'), ['network', 'nobody', 'failover', 'maybe']],
  ['the region is silent altogether', named('UnresponsiveError'), ['timeout', 'network', 'failover', 'maybe']],
  ['a limit ran out', named('TimeoutError'), ['timeout', 'region', 'failover', 'maybe']],
  ['a name that objects have by themselves', named('toString'), ['network', 'network', 'retry', 'maybe']],
  ['nothing was sent', coded('ECONNREFUSED'), ['connect', 'network', 'retry', 'no']],
  ['the connection was lost', coded('ECONNRESET'), ['network', 'network', 'retry', 'maybe']],
])('Invariant 15: what a rejection means: %s', (_, error, verdict) => {
  expect(thrown(error)).toEqual(verdict);
});

test('Invariant 15: a platform without a network explains what could not be reached, and nothing else', () => {
  const offline: Short = ['offline', 'nobody', 'return', 'no'];
  const online = false;
  expect(thrown(coded('ECONNREFUSED'), { online })).toEqual(offline);
  expect(thrown(coded('ECONNRESET'), { online })).toEqual(offline);
  expect(thrown(named('TimeoutError'), { online })[0]).toBe('timeout');
  expect(thrown(named('UnresponsiveError'), { online })[0]).toBe('timeout');
  expect(thrown(new TypeError('Invalid URL'), { online })[0]).toBe('invalid');
  expect(thrown(coded('ECONNREFUSED'), { online: true })[0]).toBe('connect');
});

test.each([
  [999, 'retry'],
  [1_000, 'failover'],
  [Number.NaN, 'failover'],
] as const)('Invariant 15: what failed after %d ms is worth: %s', (durationMs, action) => {
  expect(thrown(coded('ECONNREFUSED'), { durationMs })[2]).toBe(action);
});

test.each<[string, number, string, Operation, Verdict['kind']]>([
  ['a page where an answer should be', 200, 'text/html', CHAT, 'bad-body'],
  ['a page to the last of the good statuses', 299, 'text/html; charset=utf-8', CHAT, 'bad-body'],
  ['a page that nobody knows the path of', 200, 'text/html', { ...CHAT, kind: 'other' }, 'ok'],
  ['a page that one region keeps', 200, 'text/html', { ...CHAT, boundTo: ['file-1'] }, 'ok'],
  ['what only speaks of a page', 200, 'application/json; profile="text/html"', CHAT, 'ok'],
  ['the last of the good statuses', 299, 'application/json', CHAT, 'ok'],
  ['the first that is not', 300, 'application/json', CHAT, 'gateway'],
])('Invariant 15: what a good status means: %s', (_, status, type, operation, kind) => {
  const response = respond(status, { 'content-type': type });
  expect(judge({ outcome: { response }, aborted: false, durationMs: 5, now: NOW, operation }).kind).toBe(kind);
});

/** Failures that come after the hedge has been sent, while it is under way. */
const ANSWERS: readonly (readonly [string, Answer])[] = [
  ...[200, 204, 304, 400, 403, 404, 408, 409, 413, 422, 424, 429, 499, 500, 501, 502, 503, 504, 505, 529].map(
    (status): readonly [string, Answer] => [String(status), () => respond(status, {})],
  ),
  ['refused', refused],
  ['reset', reset],
];

test.each(ANSWERS)(
  'Invariant 15: a race between two regions ends with what is to be handed over, and with nothing else: %s',
  async (_, answer) => {
    const late: Answer = after(100, answer);
    const run = async (sweden: Answer) => {
      const world = setup({
        script: { sweden, eastus: after(5_000, ok) },
        hedge: { afterMs: 50, budget: 1 },
        retry: { sameRegion: 0 },
        timeouts: { livenessMs: 0 },
      });
      const start = world.clock.now();
      await (await world.chat()).body?.cancel();
      return { ...world, tookMs: world.clock.now() - start };
    };
    const { heard, tookMs, left } = await run(late);
    const [first] = heard('attempt').map(({ record }) => record);
    const final = first?.verdict.action === 'return';
    expect(first?.region).toBe('sweden');
    expect(tookMs).toBe(final ? 100 : 5_050);
    expect(left()).toEqual([]);
  },
);
