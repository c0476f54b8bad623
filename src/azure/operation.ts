import type { Operation } from '../types.ts';
import type { Address } from './address.ts';

/** What a request's body says of where the call may go. */
export interface BodyFacts {
  readonly model?: string;
  readonly stream: boolean;
  /** Runs on without its caller. */
  readonly background: boolean;
  /** What it says of keeping the answer, if anything. */
  readonly store?: boolean;
  /** Ids that only the region that gave them can resolve. */
  readonly ids: readonly string[];
  /** Ids that may be such, or only the caller's own labels. */
  readonly mentions?: readonly string[];
}

/** One path in, one answer out, nothing kept: asking twice only costs twice. */
const INFERENCE =
  /^(chat\/completions|completions|embeddings|moderations|audio\/(?:speech|transcriptions|translations)|images\/(?:generations|edits|variations)|responses\/input_tokens)$/;

/** Collections that live in one resource: `files`, `files/{id}`, `files/{id}/content`, … */
const STATEFUL =
  /^(chat\/completions|responses|conversations|assistants|threads|files|uploads|vector_stores|batches|fine_tuning\/[^/]+|evals|containers|skills|agents|videos|video\/generations(?:\/jobs)?|webhooks|realtime\/(?:calls|client_secrets|sessions|transcription_sessions))(?:\/([^/]+))?(?:\/|$)/;

/** What a URL asks for, before the body is known. */
export interface Route {
  readonly kind: string;
  readonly replayable: boolean;
  /** Ids, or a listed collection, that only one region can resolve. */
  readonly boundTo: readonly string[];
  /** The service keeps what it answers, unless it is told otherwise. */
  readonly keeps?: true;
}

/** What a method and an address ask for. */
export function readRoute(method: string, { path }: Address): Route {
  const rest = path
    .replace(/^\/(?:(?:openai\/deployments\/[^/]+|openai\/v1|openai|models|v1)\/)?/, '')
    .replace(/\/$/, '');
  const reading = method === 'GET' || method === 'HEAD';
  const inference = reading ? undefined : INFERENCE.exec(rest)?.[1];
  if (inference) return { kind: inference.replaceAll('/', '.'), replayable: true, boundTo: [] };
  if (rest === 'responses' && method === 'POST')
    return { kind: 'responses', replayable: true, boundTo: [], keeps: true };
  const [, collection, id] = STATEFUL.exec(rest) ?? [];
  if (collection) {
    // `responses/compact` is a verb, not an id: what binds it stands in its body.
    const boundTo = id !== undefined && id !== 'compact' ? [id] : reading ? [path] : [];
    return { kind: collection.replaceAll('/', '.'), replayable: reading, boundTo, keeps: true };
  }
  return { kind: /^\/openai\/(v1\/)?models(\/|$)/.test(path) ? 'models' : 'other', replayable: reading, boundTo: [] };
}

/** What a call asks for, from its route and what was found in its body. */
export function readOperation(route: Route, address: Address, body: BodyFacts): Operation {
  // The path says it, and only where it does not, the body: some clients send another model's name beside the path's.
  const deployment = address.deployment ?? body.model;
  const { ids, mentions = [] } = body;
  return {
    kind: route.kind,
    ...(deployment !== undefined && { deployment }),
    stream: body.stream,
    // A response made in the background goes on without its caller: a second one would go on beside it.
    replayable: route.replayable && !body.background,
    boundTo: ids.length === 0 ? route.boundTo : [...route.boundTo, ...ids],
    ...(mentions.length > 0 && { mentions }),
    ...((body.store ?? route.keeps) && { keeps: true }),
  };
}
