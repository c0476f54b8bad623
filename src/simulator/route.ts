import { type StoredRoute, storedRoute } from './stored-route.ts';

/** What a path of the service stands for. */
export interface Route {
  readonly api: Api;
  readonly operation: Operation;
  /** As the path says it; on other routes the body's `model` does. */
  readonly deployment?: string;
  /** Where the operation is `stored`. */
  readonly stored?: StoredRoute;
}

/** `v1` carries the deployment in the body and needs no version; `classic` carries it in the path where it can. */
export type Api = 'classic' | 'v1';

/** What a model does. */
export type Inference = 'chat' | 'responses' | 'embeddings' | 'completions' | 'transcriptions' | 'translations';

/** `stored` is about what the region keeps. */
export type Operation = Inference | 'models' | 'stored';

/** By the end of the path. */
const inferences: Readonly<Record<string, Inference>> = {
  'chat/completions': 'chat',
  responses: 'responses',
  embeddings: 'embeddings',
  completions: 'completions',
  'audio/transcriptions': 'transcriptions',
  'audio/translations': 'translations',
};
/** The Responses API has no deployment in its path, on neither surface. */
const inPath = /^\/openai\/deployments\/([^/]+)\/(?!responses$)(.+)$/;
const elsewhere = /^\/openai\/(?!deployments\/)(v1\/)?(.+)$/;

/** Which of the two surfaces a path is on, also where it leads nowhere. The path is without the region's prefix. */
export function apiOf(path: string): Api {
  return path.startsWith('/openai/v1/') ? 'v1' : 'classic';
}

/** `undefined` where the service has nothing. The path is without the region's prefix. */
export function readRoute(method: string, path: string): Route | undefined {
  const [, segment, asked = ''] = inPath.exec(path) ?? [];
  if (segment !== undefined) {
    const operation = method === 'POST' ? inferenceOf(asked) : undefined;
    const deployment = decode(segment);
    return operation && deployment !== undefined ? { api: 'classic', operation, deployment } : undefined;
  }
  const [, , rest = ''] = elsewhere.exec(path) ?? [];
  const api = apiOf(path);
  if (method === 'GET' && rest === 'models') return { api, operation: 'models' };
  const operation = method === 'POST' && (api === 'v1' || rest === 'responses') ? inferenceOf(rest) : undefined;
  if (operation) return { api, operation };
  const stored = storedRoute(method, rest);
  return stored && { api, operation: 'stored', stored };
}

function inferenceOf(rest: string): Inference | undefined {
  return Object.hasOwn(inferences, rest) ? inferences[rest] : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
