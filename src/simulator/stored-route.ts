import { type StoredAction, type StoredKindName, storedKinds } from './stored-kinds.ts';

/** A path to what a region keeps. */
export interface StoredRoute {
  readonly kind: StoredKindName;
  readonly action: StoredAction;
  /** Empty where the whole collection is meant. */
  readonly id: string;
}

const kindNames = Object.keys(storedKinds) as readonly StoredKindName[];

/** `undefined` where the service has nothing. The path is what follows `/openai/` or `/openai/v1/`. */
export function storedRoute(method: string, path: string): StoredRoute | undefined {
  for (const kind of kindNames) {
    const { path: collection, itemsPath, does } = storedKinds[kind];
    if (path !== collection && !path.startsWith(`${collection}/`)) continue;
    const [id = '', part = '', ...more] = path.slice(collection.length + 1).split('/');
    const asked = part === itemsPath && part !== '' ? 'items' : part;
    const action = more.length === 0 ? actions[`${method} ${id === '' ? '' : '/id'} ${asked}`] : undefined;
    return action && does.includes(action) ? { kind, action, id } : undefined;
  }
  return undefined;
}

const actions: Readonly<Record<string, StoredAction>> = {
  'POST  ': 'create',
  'GET  ': 'list',
  'GET /id ': 'read',
  'POST /id ': 'update',
  'DELETE /id ': 'delete',
  'POST /id cancel': 'cancel',
  'GET /id content': 'content',
  'GET /id items': 'items',
  'POST /id items': 'add-items',
  'POST /id parts': 'add-part',
  'POST /id complete': 'complete',
};
