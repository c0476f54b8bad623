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
  ['stall:sse:3', { kind: 'stall', moment: 'sse', after: 3 }],
  ['rst:bytes:500@deployment=gpt-4o', { kind: 'rst', moment: 'bytes', after: 500, match: { deployment: 'gpt-4o' } }],
  ['fin:sse:0*2%30~5s', { kind: 'fin', moment: 'sse', after: 0, times: 2, percent: 30, ttlMs: 5000 }],
  ['trunc:sse:3', { kind: 'trunc', moment: 'sse', after: 3 }],
  ['badsse:sse:3', { kind: 'badsse', moment: 'sse', after: 3 }],
  ['badchunk:sse:3', { kind: 'badchunk', moment: 'sse', after: 3 }],
  ['sse-error:3', { kind: 'sse-error', cause: 'server', form: 'nested', moment: 'sse', after: 3 }],
  ['sse-error(capacity):sse:3', { kind: 'sse-error', cause: 'capacity', form: 'nested', moment: 'sse', after: 3 }],
  [
    'sse-error(rate, flat):sse:1*1',
    { kind: 'sse-error', cause: 'rate', form: 'flat', seconds: 20, moment: 'sse', after: 1, times: 1 },
  ],
  [
    'flap(3,5,sse-error(rate,nested,7):sse:1)',
    {
      kind: 'flap',
      up: 3,
      down: 5,
      fault: { kind: 'sse-error', cause: 'rate', form: 'nested', seconds: 7, moment: 'sse', after: 1 },
    },
  ],
  ['hang:headers', { kind: 'hang', moment: 'headers' }],
  ['slice(7, 0)', { kind: 'slice', bytes: 7, ms: 0 }],
  ['throttle(0.5)', { kind: 'throttle', bytesPerSecond: 0.5 }],
  ['latency(ramp(0,500,30))', { kind: 'latency', latency: { of: 'ramp', fromMs: 0, toMs: 500, seconds: 30 } }],
  ['blackhole~5s..30s', { kind: 'blackhole', fromMs: 5000, ttlMs: 30_000 }],
  ['noread~500ms..', { kind: 'noread', fromMs: 500 }],
  ['rst:accept+1*2%30', { kind: 'rst', moment: 'accept', skip: 1, times: 2, percent: 30 }],
  ['fin:reuse*1#request', { kind: 'fin', moment: 'reuse', times: 1, perRequest: true }],
  ['conn-limit(6)', { kind: 'conn-limit', connections: 6 }],
  ['quota(1000, 6)', { kind: 'quota', tokensPerMinute: 1000, requestsPerMinute: 6 }],
  ['cors(none-on-error)', { kind: 'cors', profile: { of: 'none-on-error' } }],
  ['cors(preflight-slow(500))', { kind: 'cors', profile: { of: 'preflight-slow', ms: 500 } }],
  ['duplicate-slow(5000)', { kind: 'duplicate-slow', ms: 5000 }],
  ['wrongtype', { kind: 'wrongtype', type: 'text/html' }],
  ['wrongtype(text/plain)', { kind: 'wrongtype', type: 'text/plain' }],
  ['stream(500,40,0.2)', { kind: 'stream', firstMs: 500, perSecond: 40, jitter: 0.2 }],
  [
    'sequence(status(503),429(2,ms),ok)*2',
    {
      kind: 'sequence',
      faults: [
        { kind: 'status', status: 503, format: 'json' },
        { kind: '429', seconds: 2, style: 'ms', wording: 'b' },
        { kind: 'ok' },
      ],
      times: 2,
    },
  ],
  [
    'key@stream=false&deployment=gpt-4o&header.X-User=7&path=v1/chat&method=POST',
    {
      kind: 'key',
      match: {
        stream: false,
        deployment: 'gpt-4o',
        header: { name: 'x-user', value: '7' },
        path: 'v1/chat',
        method: 'POST',
      },
    },
  ],
  ['latency(lognormal(40,.3))', { kind: 'latency', latency: { of: 'lognormal', medianMs: 40, sigma: 0.3 } }],
])('reads %s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['sse-error:3', 'sse-error:sse:3'],
  ['sse-error(server,nested):sse:3', 'sse-error:sse:3'],
  ['sse-error(server,flat):sse:3', 'sse-error(server,flat):sse:3'],
  ['sse-error(rate,nested,20):3', 'sse-error(rate):sse:3'],
  ['sse-error(rate,nested,7):sse:3', 'sse-error(rate,nested,7):sse:3'],
  ['wrongtype(text/html)', 'wrongtype'],
  ['stream(500,40,0)', 'stream(500,40)'],
  ['key@stream=true&deployment=a', 'key@deployment=a&stream=true'],
  ['sequence( key , ok )', 'sequence(key,ok)'],
  ['stall:sse:03', 'stall:sse:3'],
  ['slice( 7, 5 )', 'slice(7,5)'],
])('prints %s as %s', (text, printed) => {
  expect(printFault(parseFault(text))).toBe(printed);
});

test.each([
  [
    'nonsense',
    'kind must be refused, dns, blackhole, noread, tls, conn-limit, silence, garbage, rst, fin, status, 429, quota, key, key-expired, nodeploy, firewall, cors, latency, slow, capacity, duplicate-slow, hang, stall, trunc, sse-error, badsse, badchunk, badjson, clen, empty200, wrongtype, slice, throttle, stream, sequence, flap, got "nonsense"',
  ],
  ['', 'must read kind[(args)][:moment][@match][+skip][*times][#request][%prob][~ttl], got ""'],
  ['status', 'status must be a whole number from 100 to 599, got nothing'],
  ['status(99)', 'status must be a whole number from 100 to 599, got "99"'],
  ['status(503,pdf)', 'body must be json, html, text, got "pdf"'],
  ['429(-1)', 'seconds must be a number from 0 to 1000000000, got "-1"'],
  ['429(2,loud)', 'style must be s, ms, date, both, text, none, bad, huge, reset, capacity, got "loud"'],
  ['429(2,text,d)', 'wording must be a, b, c, got "d"'],
  ['rst', 'moment of rst must be accept, request, reuse, sse:N, bytes:N, got nothing'],
  ['rst:connect', 'moment of rst must be accept, request, reuse, sse:N, bytes:N, got "connect"'],
  ['rst(1):accept', 'rst takes 0 argument(s) at most, got "1"'],
  ['stall:accept', 'moment of stall must be sse:N, bytes:N, got "accept"'],
  ['blackhole(1)', 'blackhole takes 0 argument(s) at most, got "1"'],
  ['tls:accept', 'tls takes no moment, got "accept"'],
  ['conn-limit', 'connections must be a whole number from 0 to 1000000, got nothing'],
  ['conn-limit(6):accept', 'conn-limit takes no moment, got "accept"'],
  ['quota(1000)', 'requests per minute must be a number from 0 to 1000000000000, got nothing'],
  ['quota(a,1)', 'tokens per minute must be a number from 0 to 1000000000000, got "a"'],
  ['cors(open)', 'profile must be azure, full, none-on-error, none, preflight-fail or preflight-slow(ms), got "open"'],
  [
    'cors(preflight-slow)',
    'profile must be azure, full, none-on-error, none, preflight-fail or preflight-slow(ms), got "preflight-slow"',
  ],
  ['duplicate-slow', 'ms must be a number from 0 to 2147483647, got nothing'],
  ['badjson:sse:3', 'badjson takes no moment, got "sse:3"'],
  ['clen(5)', 'clen takes 0 argument(s) at most, got "5"'],
  ['wrongtype(html)', 'type must read text/html, got "html"'],
  ['stream(500)', 'tps must be a number from 0.001 to 1000000000, got nothing'],
  ['stream(500,40,2)', 'jitter must be a number from 0 to 1, got "2"'],
  ['rst:sse', 'moment of rst must be accept, request, reuse, sse:N, bytes:N, got "sse"'],
  ['rst(1):request', 'rst takes 0 argument(s) at most, got "1"'],
  ['fin:sse:', 'N must be a whole number from 0 to 1000000000, got ""'],
  ['stall:request', 'moment of stall must be sse:N, bytes:N, got "request"'],
  ['stall(3):sse:3', 'stall takes 0 argument(s) at most, got "3"'],
  ['trunc:bytes:3', 'moment of trunc must be sse:N, got "bytes:3"'],
  ['badsse:3', 'moment of badsse must be sse:N, got "3"'],
  ['badchunk:sse:-1', 'N must be a whole number from 0 to 1000000000, got "-1"'],
  ['badchunk:sse:1.5', 'N must be a whole number from 0 to 1000000000, got "1.5"'],
  ['sse-error', 'moment of sse-error must be sse:N, got nothing'],
  ['sse-error(quota):sse:3', 'cause must be server, rate, capacity, got "quota"'],
  ['sse-error(rate,round):sse:3', 'form must be nested, flat, failed, got "round"'],
  ['sse-error(rate,flat,-1):sse:3', 'seconds must be a number from 0 to 1000000000, got "-1"'],
  ['sse-error(server,flat,20):sse:3', 'server takes no seconds, got "20"'],
  ['sse-error(rate,flat,20,4):sse:3', 'sse-error takes 3 argument(s) at most, got "rate,flat,20,4"'],
  ['hang', 'moment of hang must be headers, got nothing'],
  ['hang(1):headers', 'hang takes 0 argument(s) at most, got "1"'],
  ['slice(0,5)', 'bytes must be a whole number from 1 to 1000000000, got "0"'],
  ['slice(7)', 'ms must be a number from 0 to 2147483647, got nothing'],
  ['slice(7,5,1)', 'slice takes 2 argument(s) at most, got "7,5,1"'],
  ['slice(7,5):sse:3', 'slice takes no moment, got "sse:3"'],
  ['throttle', 'bytes per second must be a number from 0.001 to 1000000000, got nothing'],
  ['throttle(0)', 'bytes per second must be a number from 0.001 to 1000000000, got "0"'],
  ['throttle(9,9)', 'throttle takes 1 argument(s) at most, got "9,9"'],
  ['throttle(9):headers', 'throttle takes no moment, got "headers"'],
  ['silence:request', 'silence takes no moment, got "request"'],
  ['silence(1)', 'silence takes 0 argument(s) at most, got "1"'],
  ['nodeploy()', 'deployment must be letters, digits, ".", "_" and "-", got ""'],
  [
    'latency(uniform(9,1))',
    'latency must be ms, uniform(from,to) with from <= to, lognormal(median,sigma), or ramp(from,to,seconds), got "uniform(9,1)"',
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
    'fault of flap takes no @match, +skip, *times, #request, %prob and ~ttl; flap does, got "status(503)%50"',
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
    'a fault of the connection strikes whatever is asked, and takes no @match, got "deployment=gpt-4o"',
  ],
  [
    'key@region=eastus',
    'match must read deployment=name, method=POST, path=part, stream=true or header.name=value, joined by "&", each once, got "region=eastus"',
  ],
  [
    'key@stream=true&stream=true',
    'match must read deployment=name, method=POST, path=part, stream=true or header.name=value, joined by "&", each once, got "stream=true&stream=true"',
  ],
  ['key@method=post', 'method must be upper-case letters, got "post"'],
  ['key@stream=yes', 'stream must be true, false, got "yes"'],
  ['key@path=', 'path must be letters, digits, ".", "_", "-", ":" and "/", got ""'],
  ['key@header.x-user=a b', 'header must be letters, digits, ".", "_", "-", ":" and "/", got "a b"'],
  ['key+0', 'skip must be a whole number from 1 to 1000000000, got "0"'],
  ['key#session', 'counts must be kept per #request, got "session"'],
  ['key~5s..3s', 'ttl must begin before it ends, got "5s..3s"'],
  ['blackhole+1', 'blackhole closes the listener and takes no +skip, got "1"'],
  ['rst:accept#request', 'what strikes before there is a request takes no #request, got "request"'],
  ['sequence()', 'fault of sequence must read kind[(args)][:moment], got ""'],
  ['sequence', 'sequence takes one fault or more, got nothing'],
  ['sequence(refused)', 'fault of sequence must be about one request, got "refused"'],
  ['sequence(rst:accept)', 'fault of sequence must be about one request, got "rst:accept"'],
  ['sequence(quota(1,1))', 'fault of sequence must be about one request, got "quota(1,1)"'],
  ['sequence(ok,capacity(8))', 'fault of sequence must be about one request, got "capacity(8)"'],
  ['sequence(flap(1,1))', 'fault of sequence must not be a flap, got "flap(1,1)"'],
  ['flap(1,1,sequence(key))', 'fault of flap must not be a sequence, got "sequence(key)"'],
  ['sequence(key):sse:3', 'sequence takes no moment, got "sse:3"'],
  [
    'sequence(key*2)',
    'fault of sequence takes no @match, +skip, *times, #request, %prob and ~ttl; sequence does, got "key*2"',
  ],
  ['key@deployment=', 'deployment must be letters, digits, ".", "_" and "-", got ""'],
  ['key~30', 'ttl must read ~30s, ~500ms, ~5s..30s or ~5s.., got "30"'],
  ['key~0s', 'ttl must be a number from 0.001 to 2147483, got "0"'],
  [
    'latency(1e999)',
    'latency must be ms, uniform(from,to) with from <= to, lognormal(median,sigma), or ramp(from,to,seconds), got "1e999"',
  ],
  ['status(503)*0', 'times must be a whole number from 1 to 1000000000, got "0"'],
  ['status(503)%101', 'prob must be a number from 0 to 100, got "101"'],
])('refuses %s', (text, reason) => {
  expect(() => parseFault(text)).toThrow(new TypeError(`fault "${text}": ${reason}`));
});
