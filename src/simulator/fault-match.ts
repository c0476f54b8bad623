import { oneOf, type Refuse, readDeployment } from './fault-reader.ts';

/** Which requests: those that are all of it. */
export interface FaultMatch {
  readonly deployment?: string;
  readonly method?: string;
  /** What its path contains, without the query. */
  readonly path?: string;
  /** Whether it asks for a stream. */
  readonly stream?: boolean;
  readonly header?: {
    /** In lower case. */
    readonly name: string;
    readonly value: string;
  };
}

/** What there is to know of a request. */
export interface Matchable {
  readonly deployment: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly stream: boolean;
  readonly headers: Headers;
}

export function fits({ deployment, method, path, stream, header }: FaultMatch, request: Matchable): boolean {
  return (
    (deployment === undefined || deployment === request.deployment) &&
    (method === undefined || method === request.method) &&
    (path === undefined || request.path.includes(path)) &&
    (stream === undefined || stream === request.stream) &&
    (header === undefined || request.headers.get(header.name) === header.value)
  );
}

const rule =
  'match must read deployment=name, method=POST, path=part, stream=true or header.name=value, joined by "&", each once';

/** Reads `deployment=gpt-4o&stream=true`. */
export function readMatch(text: string, refuse: Refuse): FaultMatch {
  const match: FaultMatch = {};
  for (const part of text.split('&')) {
    const read = readPart(part.trim(), refuse) ?? refuse(rule, text);
    if (Object.keys(read).some((name) => name in match)) refuse(rule, text);
    Object.assign(match, read);
  }
  return match;
}

/** The text that {@link readMatch} reads as this. */
export function printMatch({ deployment, method, path, stream, header }: FaultMatch): string {
  return [
    ...(deployment === undefined ? [] : [`deployment=${deployment}`]),
    ...(method === undefined ? [] : [`method=${method}`]),
    ...(path === undefined ? [] : [`path=${path}`]),
    ...(stream === undefined ? [] : [`stream=${stream}`]),
    ...(header === undefined ? [] : [`header.${header.name}=${header.value}`]),
  ].join('&');
}

function readPart(text: string, refuse: Refuse): FaultMatch | undefined {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const [, headerName] = /^header\.([a-z0-9-]+)$/i.exec(name) ?? [];
  if (headerName !== undefined) {
    return { header: { name: headerName.toLowerCase(), value: plain('header', value, refuse) } };
  }
  switch (name) {
    case 'deployment':
      return { deployment: readDeployment(value, refuse) };
    case 'method':
      return { method: /^[A-Z]+$/.test(value) ? value : refuse('method must be upper-case letters', value) };
    case 'path':
      return { path: plain('path', value, refuse) };
    case 'stream':
      return { stream: oneOf('stream', ['true', 'false'], value, refuse) === 'true' };
    default:
      return undefined;
  }
}

function plain(what: string, value: string, refuse: Refuse): string {
  return /^[\w./:-]+$/.test(value)
    ? value
    : refuse(`${what} must be letters, digits, ".", "_", "-", ":" and "/"`, value);
}
