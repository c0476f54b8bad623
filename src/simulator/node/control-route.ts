import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './control-problem.ts';

/** One way to ask. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the prefix; a part that begins with `:` is any, and is told by that name. */
  readonly path: string;
  /** Whether it takes the token. All that does goes one after the other. */
  readonly guarded: boolean;
  /** Whether it takes a body. */
  readonly reads: boolean;
  answer(asked: Asked): Promise<Answer> | Answer;
}

/** What was asked, with its parts read. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** By the names in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body, where the route takes one. */
  readonly json: unknown;
}

/** `sent`: the route answers by itself. */
export type Answer =
  | 'sent'
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      readonly text?: string;
    };

/** The route that a request takes. */
export type Found = Pick<Asked, 'params' | 'query'> & { readonly route: Route };

/** Where everything is, so that it can move without a word to who reads the version. */
export const prefix = '/__sim/v1';

/** @throws Problem 404 and 405. */
export function findRoute(routes: readonly Route[], { method, url = '' }: IncomingMessage): Found {
  const [pathname = '', search] = url.split('?', 2);
  const fitting = routes.flatMap((route) => {
    const params = match(`${prefix}${route.path}`, pathname);
    return params ? [{ route, params }] : [];
  });
  if (fitting.length === 0) throw new Problem(404, `nothing is at ${pathname}; see ${prefix}/state`);
  const found = fitting.find(({ route }) => route.method === method);
  if (!found) {
    const allow = fitting.map(({ route }) => route.method).join(', ');
    throw new Problem(405, `method must be ${allow}, got ${method}`, { allow });
  }
  const { route, params } = found;
  return { route, params, query: new URLSearchParams(search) };
}

function match(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decoded(text);
    else if (part !== text) return undefined;
  }
  return params;
}

/** What is encoded wrongly names nothing as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A route that all may ask. */
export function route(method: Route['method'], path: string, answer: Route['answer']): Route {
  return { method, path, guarded: false, reads: false, answer };
}

/** A route that takes the token. */
export function guarded(method: Route['method'], path: string, answer: Route['answer']): Route {
  return { method, path, guarded: true, reads: false, answer };
}

/** A route that takes the token and a body. */
export function changing(method: Route['method'], path: string, answer: Route['answer']): Route {
  return { method, path, guarded: true, reads: true, answer };
}
