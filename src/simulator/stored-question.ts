import type { FormFile } from './form.ts';
import type { Json } from './record.ts';
import type { StoredRoute } from './stored-route.ts';

/** A request about what a region keeps. */
export interface StoredQuestion {
  readonly route: StoredRoute;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly files: readonly FormFile[];
  /** Of what is created. Hexadecimal. */
  readonly id: string;
  /** Unix time, ms. */
  readonly now: number;
}

/** Its JSON, the events of a stream, or a file. */
export type StoredAnswer = { readonly json: Json } | { readonly events: readonly string[] } | { readonly file: string };
