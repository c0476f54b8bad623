/** Whose errors a failing request shows: those of Node's fetch, or those of a browser, which says next to nothing. */
export type Shapes = 'node' | 'browser';

/** What can go wrong with a connection, as its client sees it. */
export type ConnectionFailure =
  /** Nobody listens. */
  | 'refused'
  /** Ended abruptly, while it was made. */
  | 'rejected'
  /** Nobody answers who is asked for one. */
  | 'unanswered'
  /** Ended in the handshake. */
  | 'insecure'
  /** Ended abruptly. */
  | 'reset'
  /** Ended in order, though not at the end of a response. */
  | 'closed'
  /** What came is no response. */
  | 'garbled'
  /** What came is not HTTP. */
  | 'alien'
  /** What came is no chunk of a response. */
  | 'misframed'
  /** Nobody has that name. */
  | 'unresolved'
  /** There is no network to ask. */
  | 'offline'
  /** It was not to be redirected, and is. */
  | 'redirected'
  /** The response is not for this page to read. A browser's only. */
  | 'forbidden';

/** What `fetch` rejects with. */
export function fetchError(shapes: Shapes, failure: ConnectionFailure, host: string): TypeError {
  if (shapes === 'browser') return new TypeError('Failed to fetch');
  return new TypeError('fetch failed', { cause: causeOf(failure, host) });
}

/** What reading the body rejects with. */
export function bodyError(shapes: Shapes, failure: ConnectionFailure, host: string): TypeError {
  if (shapes === 'browser') return new TypeError('network error');
  return new TypeError('terminated', { cause: causeOf(failure, host) });
}

/** From the range for documentation (RFC 5737): nobody's. */
const address = '192.0.2.1';

function causeOf(failure: ConnectionFailure, hostname: string): Error {
  switch (failure) {
    case 'refused':
      return system('ECONNREFUSED', -111, 'connect', { address, port: 443 });
    case 'rejected':
      return system('ECONNRESET', -104, 'connect', { address, port: 443 });
    case 'unanswered': {
      const message = `Connect Timeout Error (attempted address: ${hostname}:443, timeout: 10000ms)`;
      return Object.assign(new Error(message), { name: 'ConnectTimeoutError', code: 'UND_ERR_CONNECT_TIMEOUT' });
    }
    case 'insecure': {
      const message = 'Client network socket disconnected before secure TLS connection was established';
      return Object.assign(new Error(message), { code: 'ECONNRESET', host: hostname, port: 443 });
    }
    case 'reset':
      return system('ECONNRESET', -104, 'read');
    case 'unresolved':
      return system('ENOTFOUND', -3008, 'getaddrinfo', { hostname });
    case 'offline':
      // The name comes first, and who could be asked for it is out of reach as well.
      return system('EAI_AGAIN', -3001, 'getaddrinfo', { hostname });
    case 'closed':
      return socketError('other side closed');
    case 'garbled':
      return socketError('bad response');
    case 'alien': {
      const message = 'Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)';
      return Object.assign(new Error(message), { name: 'HTTPParserError', code: 'HPE_INVALID_CONSTANT' });
    }
    case 'misframed': {
      const message = 'Response does not match the HTTP/1.1 protocol (Invalid character in chunk size)';
      // Node 24 leaves the code out.
      return Object.assign(new Error(message), { name: 'HTTPParserError', code: 'HPE_INVALID_CHUNK_SIZE' });
    }
    case 'redirected':
      return new Error('unexpected redirect');
    case 'forbidden':
      return new Error('cross-origin response not allowed');
  }
}

interface Whereabouts {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

function system(code: string, errno: number, syscall: string, where: Whereabouts = {}): Error {
  const place = where.hostname ?? (where.address && `${where.address}:${where.port}`);
  const message = `${syscall} ${code}${place === undefined ? '' : ` ${place}`}`;
  return Object.assign(new Error(message), { errno, code, syscall, ...where });
}

function socketError(message: string): Error {
  return Object.assign(new Error(message), { name: 'SocketError', code: 'UND_ERR_SOCKET' });
}
