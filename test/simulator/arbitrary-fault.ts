import fc from 'fast-check';
import type { CorsProfile } from '../../src/simulator/cors.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import type { FaultMatch } from '../../src/simulator/fault-match.ts';
import type { FaultSelection } from '../../src/simulator/fault-selection.ts';
import { type FaultShape, hintStyles, type LastingShape, wordings } from '../../src/simulator/fault-shape.ts';
import { sseErrorForms } from '../../src/simulator/stream-shape.ts';

const number = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0);
const seconds = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const latency = fc.oneof(
  fc.record({ of: fc.constant('fixed' as const), ms: number }),
  fc.tuple(number, number).map(([a, b]) => ({ of: 'uniform' as const, fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  fc.record({ of: fc.constant('lognormal' as const), medianMs: number, sigma: number }),
);
const ramp = fc.record({ of: fc.constant('ramp' as const), fromMs: number, toMs: number, seconds });
const deployment = fc.stringMatching(/^[\w.-]{1,20}$/);

const closing = fc.record({ kind: fc.constantFrom('refused' as const, 'dns' as const, 'blackhole' as const) });
const opening: fc.Arbitrary<LastingShape> = fc.oneof(
  fc.record({ kind: fc.constantFrom('noread' as const, 'tls' as const) }),
  fc.record({ kind: fc.constantFrom('rst' as const, 'fin' as const), moment: fc.constant('accept' as const) }),
  fc.record({ kind: fc.constant('conn-limit' as const), connections: fc.nat({ max: 1e6 }) }),
);
const carrying: fc.Arbitrary<LastingShape> = fc.oneof(
  fc.record({ kind: fc.constantFrom('silence' as const, 'garbage' as const) }),
  fc.record({
    kind: fc.constantFrom('rst' as const, 'fin' as const),
    moment: fc.constantFrom('request' as const, 'reuse' as const),
  }),
);
const after = fc.nat({ max: 1e9 });
const form = fc.constantFrom(...sseErrorForms);
const sseError = { kind: fc.constant('sse-error' as const), form, moment: fc.constant('sse' as const), after };
const ofTheBody: fc.Arbitrary<LastingShape> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('stall' as const, 'rst' as const, 'fin' as const),
    moment: fc.constantFrom('sse' as const, 'bytes' as const),
    after,
  }),
  fc.record({
    kind: fc.constantFrom('trunc' as const, 'badsse' as const, 'badchunk' as const),
    moment: fc.constant('sse' as const),
    after,
  }),
  fc.record({ ...sseError, cause: fc.constantFrom('server' as const, 'capacity' as const) }),
  fc.record({ ...sseError, cause: fc.constant('rate' as const), seconds: number }),
  fc.record({ kind: fc.constant('hang' as const), moment: fc.constant('headers' as const) }),
  fc.record({ kind: fc.constant('slice' as const), bytes: fc.integer({ min: 1, max: 1e9 }), ms: number }),
  fc.record({ kind: fc.constant('throttle' as const), bytesPerSecond: seconds }),
  fc.record({
    kind: fc.constant('stream' as const),
    firstMs: number,
    perSecond: seconds,
    jitter: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  }),
  fc.record({ kind: fc.constantFrom('badjson' as const, 'clen' as const, 'empty200' as const) }),
  fc.record({ kind: fc.constant('wrongtype' as const), type: fc.constantFrom('text/html', 'application/xml') }),
);
const cors = fc.oneof(
  fc.record({ of: fc.constantFrom('azure', 'full', 'none-on-error', 'none', 'preflight-fail') }),
  fc.record({ of: fc.constant('preflight-slow' as const), ms: number }),
) as fc.Arbitrary<CorsProfile>;
const ofTheService: fc.Arbitrary<LastingShape> = fc.oneof(
  fc.record({ kind: fc.constantFrom('key' as const, 'key-expired' as const, 'firewall' as const) }),
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.integer({ min: 100, max: 599 }),
    format: fc.constantFrom('json' as const, 'html' as const, 'text' as const),
  }),
  fc.record({
    kind: fc.constant('429' as const),
    seconds: number,
    style: fc.constantFrom(...hintStyles),
    wording: fc.constantFrom(...wordings),
  }),
  fc.record({ kind: fc.constant('nodeploy' as const), deployment }),
  fc.record({ kind: fc.constant('latency' as const), latency: fc.oneof(latency, ramp) }),
  fc.record({ kind: fc.constant('duplicate-slow' as const), ms: number }),
  fc.record({ kind: fc.constant('quota' as const), tokensPerMinute: number, requestsPerMinute: number }),
  fc.record({ kind: fc.constant('cors' as const), profile: cors }),
  fc.record({ kind: fc.constant('slow' as const), factor: number }),
  fc.record(
    {
      kind: fc.constant('capacity' as const),
      perSecond: number,
      warmUp: fc.record({ to: number, seconds }),
      style: fc.constantFrom('503' as const, '429' as const),
    },
    { requiredKeys: ['kind', 'perSecond', 'style'] },
  ),
);

/** As it is, or as the other half of a flap. */
function alsoInTurn(shape: fc.Arbitrary<LastingShape>): fc.Arbitrary<FaultShape> {
  return fc.oneof(shape, fc.record({ kind: fc.constant('flap' as const), up: seconds, down: seconds, fault: shape }));
}

/** As one of those that take turns. */
function inSequence(one: fc.Arbitrary<LastingShape>, others: fc.Arbitrary<LastingShape>): fc.Arbitrary<FaultShape> {
  return fc
    .tuple(one, fc.array(fc.oneof(others, fc.constant({ kind: 'ok' as const })), { maxLength: 3 }))
    .map(([first, more]) => ({ kind: 'sequence' as const, faults: [...more, first] }))
    .filter(({ faults }) => faults.every(({ kind }) => kind !== 'capacity' && kind !== 'quota'));
}

const time = fc.oneof(fc.integer({ min: 1, max: 2_147_483_000 }), fc.double({ min: 1, max: 1e9, noNaN: true }));
const windowed = fc.oneof(
  fc.record({ ttlMs: time }, { requiredKeys: [] }),
  fc.record({ fromMs: time }),
  fc.uniqueArray(time, { minLength: 2, maxLength: 2 }).map(([a = 1, b = 2]) => ({
    fromMs: Math.min(a, b),
    ttlMs: Math.max(a, b),
  })),
);
const count = fc.integer({ min: 1, max: 1000 });
const percent = fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0);
const counted = { skip: count, times: count, percent };
const perRequest = fc.constant(true as const);
const word = fc.stringMatching(/^[\w./:-]{1,9}$/);
const match: fc.Arbitrary<FaultMatch> = fc
  .record(
    {
      deployment,
      method: fc.constantFrom('GET', 'POST'),
      path: word,
      stream: fc.boolean(),
      header: fc.record({ name: fc.stringMatching(/^[a-z0-9-]{1,9}$/), value: word }),
    },
    { requiredKeys: [] },
  )
  .filter((some) => Object.keys(some).length > 0);

function selected(shape: fc.Arbitrary<FaultShape>, selection: fc.Arbitrary<FaultSelection>): fc.Arbitrary<Fault> {
  return fc.tuple(shape, selection, windowed).map(([what, which, when]) => ({ ...what, ...which, ...when }));
}

/** Any fault, of the connection. */
export const connectionFault: fc.Arbitrary<Fault> = fc.oneof(
  selected(alsoInTurn(closing), fc.constant({})),
  selected(alsoInTurn(opening), fc.record(counted, { requiredKeys: [] })),
  selected(
    fc.oneof(alsoInTurn(carrying), inSequence(carrying, fc.oneof(ofTheService, carrying))),
    fc.record({ ...counted, perRequest }, { requiredKeys: [] }),
  ),
);

/** Any fault, of the service behind the connection. */
export const serviceFault: fc.Arbitrary<Fault> = selected(
  fc.oneof(alsoInTurn(fc.oneof(ofTheService, ofTheBody)), inSequence(ofTheService, ofTheBody)),
  fc.record({ match, ...counted, perRequest }, { requiredKeys: [] }),
);
