import fc from 'fast-check';
import type { Fault } from '../../src/simulator/fault.ts';
import { type FaultShape, hintStyles, type LastingShape, wordings } from '../../src/simulator/fault-shape.ts';
import { sseErrorForms } from '../../src/simulator/stream-shape.ts';

const number = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0);
const seconds = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const latency = fc.oneof(
  fc.record({ of: fc.constant('fixed' as const), ms: number }),
  fc.tuple(number, number).map(([a, b]) => ({ of: 'uniform' as const, fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  fc.record({ of: fc.constant('lognormal' as const), medianMs: number, sigma: number }),
);
const deployment = fc.stringMatching(/^[\w.-]{1,20}$/);

const closing = fc.record({ kind: fc.constantFrom('refused' as const, 'dns' as const) });
const cutting: fc.Arbitrary<LastingShape> = fc.oneof(
  fc.record({ kind: fc.constant('silence' as const) }),
  fc.record({ kind: fc.constantFrom('rst' as const, 'fin' as const), moment: fc.constant('request' as const) }),
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
);
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
  fc.record({ kind: fc.constant('latency' as const), latency }),
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

const ttlMs = fc.oneof(fc.integer({ min: 1, max: 2_147_483_000 }), fc.double({ min: 1, max: 1e9, noNaN: true }));
const times = fc.integer({ min: 1, max: 1000 });
const percent = fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0);

/** Any fault, of the connection. */
export const connectionFault: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .tuple(alsoInTurn(closing), fc.record({ ttlMs }, { requiredKeys: [] }))
    .map(([shape, selected]) => ({ ...shape, ...selected })),
  fc
    .tuple(alsoInTurn(cutting), fc.record({ times, percent, ttlMs }, { requiredKeys: [] }))
    .map(([shape, selected]) => ({ ...shape, ...selected })),
);

/** Any fault, of the service behind the connection. */
export const serviceFault: fc.Arbitrary<Fault> = fc
  .tuple(
    alsoInTurn(fc.oneof(ofTheService, ofTheBody)),
    fc.record({ match: fc.record({ deployment }), times, percent, ttlMs }, { requiredKeys: [] }),
  )
  .map(([shape, selected]) => ({ ...shape, ...selected }));
