import { expect, test } from 'vitest';
import { type NetworkErrorKind, networkCode, networkError, textOf } from '../../src/azure/network-error.ts';

type Facts = Readonly<Record<string, unknown>>;
const error = (message: string, facts: Facts = {}) => Object.assign(new Error(message), facts);
const type = (message: string, facts: Facts = {}) => Object.assign(new TypeError(message), facts);
/** What undici rejects with. */
const undici = (message: string, facts: Facts = {}) => type('fetch failed', { cause: error(message, facts) });
const deno = (why: string) =>
  type('fetch failed', { cause: error(`error sending request for url (https://a.openai.azure.com/): ${why}`) });

test.each<[runtime: string, what: string, rejection: unknown, kind: NetworkErrorKind]>([
  ['Chromium', 'anything', type('Failed to fetch'), 'network'],
  ['Chromium', 'a body cut, formerly', type('network error'), 'network'],
  ['Chromium', 'timeout', new DOMException('signal timed out', 'TimeoutError'), 'timeout'],
  ['Chromium', 'no URL', type("Failed to execute 'fetch' on 'Window': Failed to parse URL from http://"), 'invalid'],
  [
    'Chromium',
    'no method',
    type("Failed to execute 'fetch' on 'WorkerGlobalScope': 'a b' is not a valid HTTP method."),
    'invalid',
  ],
  ['Chromium', 'no header', type("Failed to construct 'Headers': Invalid value"), 'invalid'],
  [
    'Chromium',
    'an abort in old words',
    new DOMException("Failed to execute 'fetch' on 'Window': The user aborted a request.", 'AbortError'),
    'network',
  ],
  ['Firefox', 'anything', type('NetworkError when attempting to fetch resource.'), 'network'],
  ['Firefox', 'a body cut', type('Error in input stream'), 'network'],
  ['Firefox', 'timeout', new DOMException('The operation timed out.', 'TimeoutError'), 'timeout'],
  ['Firefox', 'no URL', type('Window.fetch: http:// is not a valid URL.'), 'invalid'],
  ['Firefox', 'no header', type('Headers constructor: a b is an invalid header name.'), 'invalid'],
  ['Safari', 'anything', type('Load failed'), 'network'],
  ['Safari', 'cut', type('The network connection was lost.'), 'network'],
  ['Safari', 'offline', type('The Internet connection appears to be offline.'), 'offline'],
  ['Safari', 'DNS', type('A server with the specified hostname could not be found.'), 'connect'],
  ['Safari', 'refused', type('Could not connect to the server.'), 'connect'],
  ['Safari', 'TLS', type('An SSL error has occurred and a secure connection to the server cannot be made.'), 'connect'],
  ['Safari', 'timeout', type('The request timed out.'), 'timeout'],
  ['Safari', 'no URL', type('URL is not valid or contains user credentials.'), 'invalid'],
  ['Node', 'DNS', undici('getaddrinfo ENOTFOUND a.invalid', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), 'connect'],
  ['Node', 'DNS, for now', undici('getaddrinfo EAI_AGAIN a', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }), 'connect'],
  [
    'Node',
    'refused',
    undici('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED', syscall: 'connect' }),
    'connect',
  ],
  [
    'Node',
    'refused on both stacks',
    type('fetch failed', {
      cause: Object.assign(
        new AggregateError([
          error('connect ECONNREFUSED ::1:1', { code: 'ECONNREFUSED' }),
          error('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' }),
        ]),
        { code: 'ECONNREFUSED' },
      ),
    }),
    'connect',
  ],
  [
    'Node',
    'connecting timed out on both stacks',
    type('fetch failed', {
      cause: Object.assign(
        new AggregateError([
          error('connect ETIMEDOUT 1.2.3.4:443', { code: 'ETIMEDOUT' }),
          error('connect ENETUNREACH 2a00::1:443', { code: 'ENETUNREACH' }),
        ]),
        { code: 'ETIMEDOUT' },
      ),
    }),
    'connect',
  ],
  [
    'Node',
    'refused on one stack, cut on the other',
    Object.assign(
      new AggregateError([error('', { code: 'ECONNREFUSED' }), error('read ECONNRESET', { code: 'ECONNRESET' })]),
      {
        code: 'ECONNREFUSED',
      },
    ),
    'network',
  ],
  ['Node', 'no route to the host', undici('connect EHOSTUNREACH 10.0.0.1:443', { code: 'EHOSTUNREACH' }), 'connect'],
  ['Node', 'no network', undici('', { code: 'ENETUNREACH' }), 'connect'],
  ['Node', 'network down', undici('', { code: 'ENETDOWN' }), 'connect'],
  ['Node', 'no connection in time', undici('Connect Timeout Error', { code: 'UND_ERR_CONNECT_TIMEOUT' }), 'connect'],
  [
    'Node',
    'connecting timed out',
    undici('connect ETIMEDOUT 1.2.3.4:443', { code: 'ETIMEDOUT', syscall: 'connect' }),
    'connect',
  ],
  [
    'Node',
    'reset while connecting',
    undici('connect ECONNRESET 127.0.0.1:1', { code: 'ECONNRESET', syscall: 'connect' }),
    'connect',
  ],
  [
    'Node',
    'https to a plain port',
    undici('Client network socket disconnected before secure TLS connection was established', { code: 'ECONNRESET' }),
    'connect',
  ],
  [
    'Node',
    'TLS to garbage',
    undici('SSL routines:wrong version number', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    'connect',
  ],
  ['Node', 'self-signed', undici('self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'connect'],
  ['Node', 'expired', undici('certificate has expired', { code: 'CERT_HAS_EXPIRED' }), 'connect'],
  ['Node', 'no chain', undici('unable to verify', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }), 'connect'],
  [
    'Node',
    'another host',
    undici("Hostname/IP does not match certificate's altnames", { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    'connect',
  ],
  [
    'Node',
    'a broken record',
    undici('bad record mac', { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }),
    'network',
  ],
  ['Node', 'reset', undici('read ECONNRESET', { code: 'ECONNRESET' }), 'network'],
  ['Node', 'broken pipe', undici('write EPIPE', { code: 'EPIPE' }), 'network'],
  ['Node', 'closed', undici('other side closed', { name: 'SocketError', code: 'UND_ERR_SOCKET' }), 'network'],
  ['Node', 'garbage', undici('Invalid constant', { name: 'HTTPParserError', code: 'HPE_INVALID_CONSTANT' }), 'network'],
  ['Node', 'a bad header from the server', undici('Invalid header value char', { name: 'HTTPParserError' }), 'network'],
  ['Node', 'client destroyed', undici('The client is destroyed', { code: 'UND_ERR_DESTROYED' }), 'network'],
  ['Node', 'no headers in time', undici('Headers Timeout Error', { code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout'],
  [
    'Node',
    'silence in the body',
    type('terminated', { cause: error('Body Timeout Error', { code: 'UND_ERR_BODY_TIMEOUT' }) }),
    'timeout',
  ],
  [
    'Node',
    'a body cut',
    type('terminated', { cause: error('other side closed', { code: 'UND_ERR_SOCKET' }) }),
    'network',
  ],
  ['Node', 'an idle connection timed out', undici('read ETIMEDOUT', { code: 'ETIMEDOUT' }), 'timeout'],
  ['Node', 'timeout', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'timeout'],
  [
    'Node',
    'no URL',
    type('Failed to parse URL from /x', { cause: type('Invalid URL', { code: 'ERR_INVALID_URL' }) }),
    'invalid',
  ],
  ['Node', 'bad port', undici('bad port'), 'invalid'],
  ['Node', 'no such scheme', undici('unknown scheme'), 'invalid'],
  ['Node', 'no method', type("'a b' is not a valid HTTP method."), 'invalid'],
  ['Node', 'a forbidden method', type("'CONNECT' HTTP method is unsupported."), 'invalid'],
  ['Node', 'a body to get', type('Request with GET/HEAD method cannot have body.'), 'invalid'],
  ['Node', 'no header name', type('Headers.append: "a b" is an invalid header name.'), 'invalid'],
  ['Node', 'no header value', type('Headers.append: "x\ny" is an invalid header value.'), 'invalid'],
  [
    'Node',
    'no bytes',
    type(
      'Cannot convert argument to a ByteString because the character at index 0 has a value of 55357 which is greater than 255.',
    ),
    'invalid',
  ],
  [
    'Node',
    'credentials',
    type('Request cannot be constructed from a URL that includes credentials: http://a:b@127.0.0.1/'),
    'invalid',
  ],
  ['Node', 'half a stream', type('RequestInit: duplex option is required when sending a body.'), 'invalid'],
  [
    'Node',
    'a used request',
    type('Cannot construct a Request with a Request object that has already been used.'),
    'invalid',
  ],
  ['Node', 'a used body', type('Body is unusable: Body has already been read'), 'invalid'],
  ['Node', 'a locked body', type('Response body object should not be disturbed or locked'), 'invalid'],
  [
    'Node',
    'no such option',
    type('undefined: x is not an accepted type. Expected one of follow, manual, error.'),
    'invalid',
  ],
  ['Node', 'a header not allowed', undici('expect header not supported', { code: 'UND_ERR_NOT_SUPPORTED' }), 'invalid'],
  [
    'Node',
    'a wrong length',
    undici('Request body length does not match', { code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' }),
    'invalid',
  ],
  ['Deno', 'DNS', deno('client error (Connect): dns error: failed to lookup address information'), 'connect'],
  ['Deno', 'refused', deno('client error (Connect): tcp connect error: Connection refused (os error 111)'), 'connect'],
  ['Deno', 'TLS', deno('client error (Connect): invalid peer certificate: UnknownIssuer'), 'connect'],
  ['Deno', 'connecting timed out', deno('client error (Connect): tcp connect error: operation timed out'), 'connect'],
  ['Deno', 'garbage', deno('client error (SendRequest): invalid HTTP header parsed'), 'network'],
  [
    'Deno',
    'refused, formerly',
    type(
      'error sending request for url (http://127.0.0.1:1/): error trying to connect: tcp connect error: Connection refused (os error 111)',
    ),
    'connect',
  ],
  ['Deno', 'a body cut', type('error reading a body from connection'), 'network'],
  ['Deno', 'no URL', type("Invalid URL: '/x'"), 'invalid'],
  ['Deno', 'no such scheme', type("Url scheme 'foo' not supported"), 'invalid'],
  ['Bun', 'DNS', type('', { code: 'ENOTFOUND' }), 'connect'],
  [
    'Bun',
    'refused',
    type('Unable to connect. Is the computer able to access the url?', { code: 'ECONNREFUSED' }),
    'connect',
  ],
  ['Bun', 'TLS', type('self signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'connect'],
  ['Bun', 'reset', type('The socket connection was closed unexpectedly.', { code: 'ECONNRESET' }), 'network'],
  ['Bun', 'refused, formerly', error('', { code: 'ConnectionRefused' }), 'connect'],
  ['Bun', 'no socket, formerly', error('', { code: 'FailedToOpenSocket' }), 'connect'],
  ['Bun', 'closed, formerly', error('', { code: 'ConnectionClosed' }), 'network'],
  ['Bun', 'timeout', new DOMException('The operation timed out.', 'TimeoutError'), 'timeout'],
  ['Bun', 'no URL', type('fetch() URL is invalid', { code: 'ERR_INVALID_URL' }), 'invalid'],
  ['workerd', 'refused, reset or cut', error('Network connection lost.'), 'network'],
  ['workerd', 'DNS, TLS, garbage', error('internal error; reference = 0123456789'), 'network'],
  ['workerd', 'no URL', type('Invalid URL: /x'), 'invalid'],
])('%s: %s', (_runtime, _what, rejection, kind) => {
  expect(networkError(rejection)).toBe(kind);
});

test('finds the reason ten causes deep, and looks no deeper', () => {
  let reason: unknown = error('', { code: 'ECONNREFUSED' });
  for (let depth = 0; depth < 10; depth++) reason = error('', { cause: reason });
  expect(networkError(reason)).toBe('connect');
  expect(networkError(error('', { cause: reason }))).toBe('network');
});

const cyclic = error('a', { code: 'ETIMEDOUT' });
cyclic.cause = error('b', { cause: cyclic });
const ring = new AggregateError([]);
ring.errors.push(ring, { errors: ring.errors });
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const revokedList = Proxy.revocable([], {});
revokedList.revoke();
const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('hostile');
    },
  },
);
const endless: object = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'errors'
        ? Array(100)
            .fill(0)
            .map(() => new Proxy(endless, {}))
        : new Proxy(endless, {}),
  },
);

test.each<[what: string, rejection: unknown, kind: NetworkErrorKind]>([
  ['a cycle', cyclic, 'timeout'],
  ['a ring of lists', ring, 'network'],
  ['a revoked proxy', revoked.proxy, 'network'],
  ['a revoked list', error('', { code: 'ENOTFOUND', errors: revokedList.proxy }), 'connect'],
  ['throwing getters', throwing, 'network'],
  ['a throwing cause', error('', { code: 'ENOTFOUND', cause: throwing }), 'connect'],
  ['no end of errors', endless, 'network'],
  ['a string', 'Failed to fetch', 'network'],
  ['undefined', undefined, 'network'],
  ['null', null, 'network'],
  ['a symbol', Symbol('a'), 'network'],
  ['a code that is a number', { code: 20, message: {}, name: null }, 'network'],
  ['a code named like a method', { code: 'constructor' }, 'network'],
])('V: reads %s', (_, rejection, kind) => {
  expect(networkError(rejection)).toBe(kind);
  expect(typeof textOf(rejection, 'name')).toBe('string');
  expect(() => networkCode(rejection)).not.toThrow();
});
