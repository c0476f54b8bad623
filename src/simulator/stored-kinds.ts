import type { Json } from './record.ts';

/** What can be done with what a region keeps. `content` is a file's, `items` are turns, parts are an upload's. */
export type StoredAction =
  | 'create'
  | 'list'
  | 'read'
  | 'update'
  | 'delete'
  | 'cancel'
  | 'content'
  | 'items'
  | 'add-items'
  | 'add-part'
  | 'complete';

/** One kind of what a region keeps. */
export interface StoredKind {
  /** Its collection, after `/openai/` or `/openai/v1/`. */
  readonly path: string;
  /** Where the items are, behind the id. */
  readonly itemsPath?: string;
  readonly does: readonly StoredAction[];
  /** What its ids begin with. */
  readonly prefix: string;
  readonly object: string;
  /** What an error calls it. */
  readonly called: string;
  /** What a new one says of itself, besides what it was created with. */
  readonly begins?: Json;
  /** The status of one that is cancelled. */
  readonly cancelled?: string;
}

export type StoredKindName = keyof typeof storedKinds;

const kind = (row: StoredKind): StoredKind => row;

/** All kinds. A response and a chat completion are created by asking the model. */
export const storedKinds = {
  responses: kind({
    path: 'responses',
    itemsPath: 'input_items',
    does: ['read', 'delete', 'cancel', 'items'],
    prefix: 'resp_',
    object: 'response',
    called: 'Response',
  }),
  completions: kind({
    path: 'chat/completions',
    itemsPath: 'messages',
    does: ['list', 'read', 'update', 'delete', 'items'],
    prefix: 'chatcmpl-',
    object: 'chat.completion',
    called: 'Chat completion',
  }),
  conversations: kind({
    path: 'conversations',
    itemsPath: 'items',
    does: ['create', 'read', 'update', 'delete', 'items', 'add-items'],
    prefix: 'conv_',
    object: 'conversation',
    called: 'Conversation',
    begins: { metadata: {} },
  }),
  files: kind({
    path: 'files',
    does: ['create', 'list', 'read', 'delete', 'content'],
    prefix: 'file-',
    object: 'file',
    called: 'File',
    begins: { status: 'processed' },
  }),
  uploads: kind({
    path: 'uploads',
    does: ['create', 'cancel', 'add-part', 'complete'],
    prefix: 'upload_',
    object: 'upload',
    called: 'Upload',
    begins: { status: 'pending' },
    cancelled: 'cancelled',
  }),
  containers: kind({
    path: 'containers',
    does: ['create', 'list', 'read', 'delete'],
    prefix: 'cntr_',
    object: 'container',
    called: 'Container',
    begins: { status: 'running', expires_after: { anchor: 'last_active_at', minutes: 20 } },
  }),
  vectorStores: kind({
    path: 'vector_stores',
    does: ['create', 'list', 'read', 'update', 'delete'],
    prefix: 'vs_',
    object: 'vector_store',
    called: 'Vector store',
    begins: {
      name: null,
      status: 'completed',
      usage_bytes: 0,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      metadata: {},
    },
  }),
  batches: kind({
    path: 'batches',
    does: ['create', 'list', 'read', 'cancel'],
    prefix: 'batch_',
    object: 'batch',
    called: 'Batch',
    begins: { status: 'validating', request_counts: { total: 0, completed: 0, failed: 0 }, metadata: null },
    cancelled: 'cancelling',
  }),
  jobs: kind({
    path: 'fine_tuning/jobs',
    does: ['create', 'list', 'read', 'cancel'],
    prefix: 'ftjob-',
    object: 'fine_tuning.job',
    called: 'Fine tuning job',
    begins: { status: 'queued', fine_tuned_model: null, result_files: [], error: null },
    cancelled: 'cancelled',
  }),
} as const;
