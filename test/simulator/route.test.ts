import { expect, test } from 'vitest';
import { readRoute } from '../../src/simulator/route.ts';

const at = (kind: string, action: string, id = ''): object => ({ operation: 'stored', stored: { kind, action, id } });

test.each([
  ['POST', 'responses', { operation: 'responses' }],
  ['GET', 'models', { operation: 'models' }],
  ['GET', 'responses/resp_1', at('responses', 'read', 'resp_1')],
  ['DELETE', 'responses/resp_1', at('responses', 'delete', 'resp_1')],
  ['POST', 'responses/resp_1/cancel', at('responses', 'cancel', 'resp_1')],
  ['GET', 'responses/resp_1/input_items', at('responses', 'items', 'resp_1')],
  ['GET', 'chat/completions', at('completions', 'list')],
  ['GET', 'chat/completions/chatcmpl-1', at('completions', 'read', 'chatcmpl-1')],
  ['GET', 'chat/completions/chatcmpl-1/messages', at('completions', 'items', 'chatcmpl-1')],
  ['POST', 'chat/completions/chatcmpl-1', at('completions', 'update', 'chatcmpl-1')],
  ['POST', 'conversations', at('conversations', 'create')],
  ['POST', 'conversations/conv_1/items', at('conversations', 'add-items', 'conv_1')],
  ['POST', 'files', at('files', 'create')],
  ['GET', 'files', at('files', 'list')],
  ['GET', 'files/file-1/content', at('files', 'content', 'file-1')],
  ['POST', 'uploads/upload_1/parts', at('uploads', 'add-part', 'upload_1')],
  ['POST', 'uploads/upload_1/complete', at('uploads', 'complete', 'upload_1')],
  ['GET', 'containers', at('containers', 'list')],
  ['DELETE', 'vector_stores/vs_1', at('vectorStores', 'delete', 'vs_1')],
  ['POST', 'batches/batch_1/cancel', at('batches', 'cancel', 'batch_1')],
  ['GET', 'fine_tuning/jobs/ftjob-1', at('jobs', 'read', 'ftjob-1')],
])('knows %s %s on both surfaces', (method, path, route) => {
  expect(readRoute(method, `/openai/${path}`)).toEqual({ api: 'classic', ...route });
  expect(readRoute(method, `/openai/v1/${path}`)).toEqual({ api: 'v1', ...route });
});

test.each([
  ['chat/completions', 'chat'],
  ['completions', 'completions'],
  ['embeddings', 'embeddings'],
  ['audio/transcriptions', 'transcriptions'],
  ['audio/translations', 'translations'],
])('has the deployment of %s in the path on the classic surface only', (path, operation) => {
  const classic = { api: 'classic', operation, deployment: 'my dep' };
  expect(readRoute('POST', `/openai/deployments/my%20dep/${path}`)).toEqual(classic);
  expect(readRoute('POST', `/openai/v1/${path}`)).toEqual({ api: 'v1', operation });
  expect(readRoute('POST', `/openai/${path}`)).toBeUndefined();
  expect(readRoute('GET', `/openai/deployments/my%20dep/${path}`)).toBeUndefined();
});

test.each([
  ['GET', '/openai/v1/responses'],
  ['POST', '/openai/deployments/gpt-4o/responses'],
  ['POST', '/openai/deployments/gpt-4o/files'],
  ['POST', '/openai/deployments/gpt-4o'],
  ['PUT', '/openai/v1/files/file-1'],
  ['GET', '/openai/v1/files/file-1/nothing'],
  ['GET', '/openai/v1/files/file-1/content/more'],
  ['GET', '/openai/v1/filesystem'],
  ['GET', '/openai/v1/conversations'],
  ['POST', '/openai/v1/toString'],
  ['POST', '/openai/v1/'],
  ['GET', '/v1/models'],
  ['GET', ''],
])('has nothing at %s %s', (method, path) => {
  expect(readRoute(method, path)).toBeUndefined();
});
