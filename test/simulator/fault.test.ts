import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fault, parseFault, printFault } from '../../src/simulator/fault.ts';

const number = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0);
const latency = fc.oneof(
  fc.record({ of: fc.constant('fixed' as const), ms: number }),
  fc.tuple(number, number).map(([a, b]) => ({ of: 'uniform' as const, fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  fc.record({ of: fc.constant('lognormal' as const), medianMs: number, sigma: number }),
);
const selection = fc.record(
  { times: fc.integer({ min: 1, max: 1000 }), percent: fc.double({ min: 0, max: 100, noNaN: true }) },
  { requiredKeys: [] },
);
const struck = fc.oneof(
  fc.record({ kind: fc.constantFrom('silence' as const, 'key' as const, 'firewall' as const) }),
  fc.record({ kind: fc.constantFrom('rst' as const, 'fin' as const), moment: fc.constant('request' as const) }),
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.integer({ min: 100, max: 599 }),
    format: fc.constantFrom('json' as const, 'html' as const, 'text' as const),
  }),
  fc.record({
    kind: fc.constant('429' as const),
    seconds: number,
    style: fc.constantFrom(
      's',
      'ms',
      'date',
      'both',
      'text',
      'none',
      'bad',
      'huge',
      'reset',
      'capacity',
    ) as fc.Arbitrary<'s'>,
    wording: fc.constantFrom('a' as const, 'b' as const, 'c' as const),
  }),
  fc.record({ kind: fc.constant('nodeploy' as const), deployment: fc.stringMatching(/^[\w.-]{1,20}$/) }),
  fc.record({ kind: fc.constant('latency' as const), latency }),
);
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ kind: 'refused' as const }),
  fc.tuple(struck, selection).map(([shape, selected]) => ({ ...shape, ...selected })),
);

test('reads what it prints', () => {
  fc.assert(
    fc.property(anyFault, (fault) => {
      expect(parseFault(printFault(fault))).toEqual(fault);
    }),
  );
});

test.each([
  ['refused', { kind: 'refused' }],
  ['rst:request*2%30', { kind: 'rst', moment: 'request', times: 2, percent: 30 }],
  ['status(503, html)', { kind: 'status', status: 503, format: 'html' }],
  ['429(0.5,ms)*1', { kind: '429', seconds: 0.5, style: 'ms', wording: 'b', times: 1 }],
  ['429(2,text,a)', { kind: '429', seconds: 2, style: 'text', wording: 'a' }],
  ['latency(lognormal(40,.3))', { kind: 'latency', latency: { of: 'lognormal', medianMs: 40, sigma: 0.3 } }],
])('reads %s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  [
    'nonsense',
    'kind must be refused, silence, rst, fin, status, 429, key, nodeploy, firewall or latency, got "nonsense"',
  ],
  ['', 'must read kind[(args)][:moment][*times][%prob], got ""'],
  ['status', 'status must be a whole number from 100 to 599, got nothing'],
  ['status(99)', 'status must be a whole number from 100 to 599, got "99"'],
  ['status(503,pdf)', 'body must be json, html, text, got "pdf"'],
  ['429(-1)', 'seconds must be a number from 0 to 1000000000, got "-1"'],
  ['429(2,loud)', 'style must be s, ms, date, both, text, none, bad, huge, reset, capacity, got "loud"'],
  ['429(2,text,d)', 'wording must be a, b, c, got "d"'],
  ['rst', 'moment of rst must be request, got nothing'],
  ['rst:accept', 'moment of rst must be request, got "accept"'],
  ['silence:request', 'silence takes no moment, got "request"'],
  ['silence(1)', 'silence takes 0 argument(s) at most, got "1"'],
  ['nodeploy()', 'deployment must be letters, digits, ".", "_" and "-", got ""'],
  [
    'latency(uniform(9,1))',
    'latency must be ms, uniform(from,to) with from <= to, or lognormal(median,sigma), got "uniform(9,1)"',
  ],
  ['refused%30', 'refused closes the listener and takes no %prob, got "30"'],
  ['refused*3', 'refused closes the listener and takes no *times, got "3"'],
  ['status(503)*0', 'times must be a whole number from 1 to 1000000000, got "0"'],
  ['status(503)%101', 'prob must be a number from 0 to 100, got "101"'],
])('refuses %s', (text, reason) => {
  expect(() => parseFault(text)).toThrow(new TypeError(`fault "${text}": ${reason}`));
});
