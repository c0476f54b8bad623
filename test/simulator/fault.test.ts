import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isConnectionFault, parseFault, printFault } from '../../src/simulator/fault.ts';
import { connectionFault, serviceFault } from './arbitrary-fault.ts';

test('reads what it prints', () => {
  fc.assert(
    fc.property(fc.oneof(connectionFault, serviceFault), (fault) => {
      expect(parseFault(printFault(fault))).toEqual(fault);
    }),
  );
});

test('knows a fault of the connection, in turn or not', () => {
  fc.assert(fc.property(connectionFault, (fault) => isConnectionFault(fault)));
  fc.assert(fc.property(serviceFault, (fault) => !isConnectionFault(fault)));
});

test.each([
  ['refused', { kind: 'refused' }],
  ['rst:request*2%30', { kind: 'rst', moment: 'request', times: 2, percent: 30 }],
  ['status(503, html)', { kind: 'status', status: 503, format: 'html' }],
  ['429(0.5,ms)*1', { kind: '429', seconds: 0.5, style: 'ms', wording: 'b', times: 1 }],
  ['429(2,text,a)', { kind: '429', seconds: 2, style: 'text', wording: 'a' }],
  ['slow(x8)%50~30s', { kind: 'slow', factor: 8, percent: 50, ttlMs: 30_000 }],
  [
    'status(503)@deployment=gpt-4o*2~500ms',
    { kind: 'status', status: 503, format: 'json', match: { deployment: 'gpt-4o' }, times: 2, ttlMs: 500 },
  ],
  ['capacity(8)', { kind: 'capacity', perSecond: 8, style: '503' }],
  ['capacity(8, 429)', { kind: 'capacity', perSecond: 8, style: '429' }],
  ['capacity(2,8,60)', { kind: 'capacity', perSecond: 2, warmUp: { to: 8, seconds: 60 }, style: '503' }],
  ['capacity(2,8,60,429)', { kind: 'capacity', perSecond: 2, warmUp: { to: 8, seconds: 60 }, style: '429' }],
  ['flap(3,5)', { kind: 'flap', up: 3, down: 5, fault: { kind: 'refused' } }],
  [
    'flap(3,5,latency(uniform(1,2)))%50',
    {
      kind: 'flap',
      up: 3,
      down: 5,
      fault: { kind: 'latency', latency: { of: 'uniform', fromMs: 1, toMs: 2 } },
      percent: 50,
    },
  ],
  ['flap(3,5,rst:request)', { kind: 'flap', up: 3, down: 5, fault: { kind: 'rst', moment: 'request' } }],
  ['latency(lognormal(40,.3))', { kind: 'latency', latency: { of: 'lognormal', medianMs: 40, sigma: 0.3 } }],
])('reads %s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  [
    'nonsense',
    'kind must be refused, dns, silence, rst, fin, status, 429, key, nodeploy, firewall, latency, slow, capacity or flap, got "nonsense"',
  ],
  ['', 'must read kind[(args)][:moment][@match][*times][%prob][~ttl], got ""'],
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
  ['dns%30', 'dns closes the listener and takes no %prob, got "30"'],
  ['flap(3,3)*3', 'flap with refused closes the listener and takes no *times, got "3"'],
  ['flap(3)', 'down must be a number from 0.001 to 2147483, got nothing'],
  ['flap(0,3)', 'up must be a number from 0.001 to 2147483, got "0"'],
  ['flap(3,3,flap(1,1))', 'fault of flap must not be a flap, got "flap(1,1)"'],
  [
    'flap(3,3,status(503)%50)',
    'fault of flap takes no @match, *times, %prob and ~ttl; flap does, got "status(503)%50"',
  ],
  ['flap(3,3,)', 'fault of flap must read kind[(args)][:moment], got ""'],
  ['flap(3,3,key,4)', 'flap takes 3 argument(s) at most, got "3,3,key,4"'],
  ['flap(3,3):request', 'flap takes no moment, got "request"'],
  ['slow(8)', 'factor must read x8, got "8"'],
  ['slow(x-1)', 'factor must be a number from 0 to 1000000, got "-1"'],
  ['capacity', 'requests per second must be a number from 0 to 1000000, got nothing'],
  ['capacity(8,500)', 'style must be 503, 429, got "500"'],
  ['capacity(2,8,0)', 'seconds must be a number from 0.001 to 1000000000, got "0"'],
  [
    'silence@deployment=gpt-4o',
    'a fault of the connection strikes before the deployment is known, and takes no @match, got "deployment=gpt-4o"',
  ],
  ['key@region=eastus', 'match must read @deployment=name, got "region=eastus"'],
  ['key@deployment=', 'deployment must be letters, digits, ".", "_" and "-", got ""'],
  ['key~30', 'ttl must read ~30s or ~500ms, got "30"'],
  ['key~0s', 'ttl must be a number from 0.001 to 2147483, got "0"'],
  ['latency(1e999)', 'latency must be ms, uniform(from,to) with from <= to, or lognormal(median,sigma), got "1e999"'],
  ['status(503)*0', 'times must be a whole number from 1 to 1000000000, got "0"'],
  ['status(503)%101', 'prob must be a number from 0 to 100, got "101"'],
])('refuses %s', (text, reason) => {
  expect(() => parseFault(text)).toThrow(new TypeError(`fault "${text}": ${reason}`));
});
