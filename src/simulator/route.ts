/** What a path of the service stands for. */
export interface Route {
  readonly api: Api;
  readonly operation: Operation;
  /** As the path says it; on other routes the body's `model` does. */
  readonly deployment?: string;
}

/** `v1` carries the deployment in the body and needs no version; `classic` carries it in the path where it can. */
export type Api = 'classic' | 'v1';

export type Operation = 'chat' | 'responses' | 'embeddings' | 'models';

const operations: Readonly<Record<string, Operation>> = {
  'chat/completions': 'chat',
  responses: 'responses',
  embeddings: 'embeddings',
  models: 'models',
};
const inPath = /^\/openai\/deployments\/([^/]+)\/(chat\/completions|embeddings)$/;
const inBody = /^\/openai\/(responses|models)$/;
const v1 = /^\/openai\/v1\/(chat\/completions|responses|embeddings|models)$/;

/** Which of the two surfaces a path is on, also where it leads nowhere. The path is without the region's prefix. */
export function apiOf(path: string): Api {
  return path.startsWith('/openai/v1/') ? 'v1' : 'classic';
}

/** `undefined` where the service has nothing. The path is without the region's prefix. */
export function readRoute(method: string, path: string): Route | undefined {
  const classic = inPath.exec(path);
  const rest = classic?.[2] ?? inBody.exec(path)?.[1] ?? v1.exec(path)?.[1] ?? '';
  const operation = operations[rest];
  if (operation === undefined || method !== (operation === 'models' ? 'GET' : 'POST')) return undefined;
  const api = apiOf(path);
  if (classic?.[1] === undefined) return { api, operation };
  const deployment = decode(classic[1]);
  return deployment === undefined ? undefined : { api, operation, deployment };
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
