import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClientFault, parseClientFault, printClientFault } from '../../src/simulator/client-fault.ts';

const clientFault: fc.Arbitrary<ClientFault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('offline' as const, 'sleep' as const, 'reload' as const, 'forget' as const) }),
  fc.record({
    kind: fc.constant('clock' as const),
    seconds: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0),
  }),
);

test('reads what it prints', () => {
  fc.assert(
    fc.property(clientFault, (fault) => {
      expect(parseClientFault(printClientFault(fault))).toEqual(fault);
    }),
  );
});

test.each([
  ['offline', { kind: 'offline' }],
  [' sleep ', { kind: 'sleep' }],
  ['reload', { kind: 'reload' }],
  ['forget', { kind: 'forget' }],
  ['clock(600)', { kind: 'clock', seconds: 600 }],
  ['clock( -600 )', { kind: 'clock', seconds: -600 }],
])('reads %s', (text, fault) => {
  expect(parseClientFault(text)).toEqual(fault);
});

test.each([
  ['refused', 'kind must be offline, sleep, reload, forget or clock, got "refused"'],
  ['clock', 'seconds must be a number from -1000000000 to 1000000000, got nothing'],
  ['clock(soon)', 'seconds must be a number from -1000000000 to 1000000000, got "soon"'],
  ['clock(1,2)', 'clock takes 1 argument, got "1,2"'],
  ['offline(3)', 'offline takes no argument, got "3"'],
  ['reload(3)', 'reload takes no argument, got "3"'],
  ['forget(3)', 'forget takes no argument, got "3"'],
  ['sleep~3s', 'must read kind[(args)], got "sleep~3s"'],
])('refuses %s', (text, reason) => {
  expect(() => parseClientFault(text)).toThrow(new TypeError(`client fault "${text}": ${reason}`));
});
