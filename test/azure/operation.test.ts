import { expect, test } from 'vitest';
import { parseEndpoint, readAddress } from '../../src/azure/address.ts';
import { type BodyFacts, readOperation, readRoute } from '../../src/azure/operation.ts';
import type { Operation } from '../../src/types.ts';

const BASE = 'https://contoso.openai.azure.com';
const NO_FACTS: BodyFacts = { stream: false, background: false, ids: [] };

/** `route` reads `POST /openai/v1/responses`. */
function operation(route: string, facts: Partial<BodyFacts> = {}): Operation {
  const [method = '', path = ''] = route.split(' ');
  const endpoint = parseEndpoint(BASE);
  const address = typeof endpoint === 'string' ? undefined : readAddress(BASE + path, [endpoint]);
  if (!address) throw new Error(`${path} is none of ours`);
  return readOperation(readRoute(method, address), address, { ...NO_FACTS, ...facts });
}

test.each<[route: string, kind: string]>([
  ['POST /openai/deployments/d/chat/completions', 'chat.completions'],
  ['POST /openai/v1/chat/completions', 'chat.completions'],
  ['POST /openai/v1/chat/completions/', 'chat.completions'],
  ['POST /models/chat/completions', 'chat.completions'],
  ['POST /openai/deployments/d/completions', 'completions'],
  ['POST /openai/v1/completions', 'completions'],
  ['POST /openai/deployments/d/embeddings', 'embeddings'],
  ['POST /openai/v1/embeddings', 'embeddings'],
  ['POST /models/embeddings', 'embeddings'],
  // Gateways.
  ['POST /v1/chat/completions', 'chat.completions'],
  ['POST /chat/completions', 'chat.completions'],
  ['POST /v1/responses', 'responses'],
  ['POST /openai/v1/moderations', 'moderations'],
  ['POST /openai/deployments/d/audio/speech', 'audio.speech'],
  ['POST /openai/deployments/d/audio/transcriptions', 'audio.transcriptions'],
  ['POST /openai/v1/audio/transcriptions', 'audio.transcriptions'],
  ['POST /openai/v1/audio/translations', 'audio.translations'],
  ['POST /openai/deployments/d/images/generations', 'images.generations'],
  ['POST /openai/v1/images/generations', 'images.generations'],
  ['POST /openai/v1/images/edits', 'images.edits'],
  ['POST /openai/responses', 'responses'],
  ['POST /openai/v1/responses', 'responses'],
  ['POST /openai/v1/responses/input_tokens', 'responses.input_tokens'],
])('may send elsewhere and again: %s', (route, kind) => {
  expect(operation(route)).toMatchObject({ kind, replayable: true, boundTo: [] });
});

test.each<[route: string, kind: string]>([
  ['POST /openai/v1/responses/compact', 'responses'],
  ['POST /openai/v1/conversations', 'conversations'],
  ['POST /openai/assistants', 'assistants'],
  ['POST /openai/threads', 'threads'],
  ['POST /openai/files', 'files'],
  ['POST /openai/v1/files', 'files'],
  ['POST /openai/v1/uploads', 'uploads'],
  ['POST /openai/v1/vector_stores', 'vector_stores'],
  ['POST /openai/batches', 'batches'],
  ['POST /openai/deployments/d/batches', 'batches'],
  ['POST /openai/v1/fine_tuning/jobs', 'fine_tuning.jobs'],
  ['POST /openai/v1/evals', 'evals'],
  ['POST /openai/v1/containers', 'containers'],
  ['POST /openai/v1/skills', 'skills'],
  ['POST /openai/v1/agents', 'agents'],
  ['POST /openai/v1/videos', 'videos'],
  ['POST /openai/v1/video/generations/jobs', 'video.generations.jobs'],
  ['POST /openai/v1/webhooks', 'webhooks'],
  ['POST /openai/v1/realtime/client_secrets', 'realtime.client_secrets'],
  ['POST /openai/v1/realtime/calls', 'realtime.calls'],
  ['POST /openai/realtimeapi/sessions', 'other'],
])('may begin elsewhere, but not twice: %s', (route, kind) => {
  expect(operation(route)).toMatchObject({ kind, replayable: false, boundTo: [] });
});

test.each<[route: string, kind: string, id: string]>([
  ['GET /openai/v1/chat/completions/chatcmpl-1', 'chat.completions', 'chatcmpl-1'],
  ['GET /openai/v1/chat/completions/chatcmpl-1/messages', 'chat.completions', 'chatcmpl-1'],
  ['GET /openai/v1/responses/resp_1', 'responses', 'resp_1'],
  ['GET /openai/responses/resp_1', 'responses', 'resp_1'],
  ['GET /openai/v1/responses/resp_1/input_items', 'responses', 'resp_1'],
  ['GET /openai/v1/conversations/conv_1/items', 'conversations', 'conv_1'],
  ['GET /openai/assistants/asst_1', 'assistants', 'asst_1'],
  ['GET /openai/threads/thread_1/runs/run_1', 'threads', 'thread_1'],
  ['GET /openai/v1/files/file-1', 'files', 'file-1'],
  ['GET /openai/files/file-1/content', 'files', 'file-1'],
  ['GET /openai/v1/vector_stores/vs_1/files', 'vector_stores', 'vs_1'],
  ['GET /openai/v1/batches/batch_1', 'batches', 'batch_1'],
  ['GET /openai/v1/fine_tuning/jobs/ftjob-1', 'fine_tuning.jobs', 'ftjob-1'],
  ['GET /openai/v1/fine_tuning/jobs/ftjob-1/events', 'fine_tuning.jobs', 'ftjob-1'],
  ['GET /openai/v1/evals/eval_1/runs', 'evals', 'eval_1'],
  ['GET /openai/v1/containers/cntr_1/files', 'containers', 'cntr_1'],
  ['GET /openai/v1/videos/video_1/content', 'videos', 'video_1'],
  ['GET /openai/v1/video/generations/jobs/task_1', 'video.generations.jobs', 'task_1'],
  ['GET /openai/v1/video/generations/gen_1/content/video', 'video.generations', 'gen_1'],
  ['HEAD /openai/v1/files/file-1', 'files', 'file-1'],
])('asks only the region that knows, and may ask twice: %s', (route, kind, id) => {
  expect(operation(route)).toMatchObject({ kind, replayable: true, boundTo: [id] });
});

test.each<[route: string, kind: string, id: string]>([
  ['POST /openai/v1/chat/completions/chatcmpl-1', 'chat.completions', 'chatcmpl-1'],
  ['DELETE /openai/v1/chat/completions/chatcmpl-1', 'chat.completions', 'chatcmpl-1'],
  ['DELETE /openai/v1/responses/resp_1', 'responses', 'resp_1'],
  ['POST /openai/v1/responses/resp_1/cancel', 'responses', 'resp_1'],
  ['POST /openai/v1/conversations/conv_1/items', 'conversations', 'conv_1'],
  ['POST /openai/threads/thread_1/runs', 'threads', 'thread_1'],
  ['DELETE /openai/v1/files/file-1', 'files', 'file-1'],
  ['POST /openai/v1/uploads/upload_1/parts', 'uploads', 'upload_1'],
  ['POST /openai/v1/uploads/upload_1/complete', 'uploads', 'upload_1'],
  ['POST /openai/v1/vector_stores/vs_1/search', 'vector_stores', 'vs_1'],
  ['POST /openai/v1/batches/batch_1/cancel', 'batches', 'batch_1'],
  ['POST /openai/v1/fine_tuning/jobs/ftjob-1/cancel', 'fine_tuning.jobs', 'ftjob-1'],
  ['DELETE /openai/v1/video/generations/jobs/task_1', 'video.generations.jobs', 'task_1'],
  ['POST /openai/v1/videos/video_1/remix', 'videos', 'video_1'],
  ['POST /openai/v1/realtime/calls/rtc_1/hangup', 'realtime.calls', 'rtc_1'],
])('asks only the region that knows, once: %s', (route, kind, id) => {
  expect(operation(route)).toMatchObject({ kind, replayable: false, boundTo: [id] });
});

test.each([
  'GET /openai/v1/chat/completions',
  'GET /openai/v1/files',
  'GET /openai/files',
  'GET /openai/v1/batches',
  'GET /openai/v1/vector_stores',
  'GET /openai/v1/fine_tuning/jobs',
  'GET /openai/v1/videos',
  'GET /openai/v1/video/generations/jobs',
])('lists what one region has: %s', (route) => {
  const { boundTo, replayable } = operation(route);
  expect(boundTo).toEqual([route.split(' ')[1]]);
  expect(replayable).toBe(true);
});

test.each<[route: string, kind: string, replayable: boolean]>([
  ['GET /openai/models', 'models', true],
  ['GET /openai/v1/models', 'models', true],
  ['GET /openai/v1/models/gpt-4o', 'models', true],
  ['GET /openai/deployments', 'other', true],
  ['GET /', 'other', true],
  ['POST /openai/v1/tomorrow', 'other', false],
  ['PUT /openai/v1/tomorrow', 'other', false],
  ['POST /openai/v1/deployments/d/chat/completions', 'other', false],
  ['POST /openai/v1/xchat/completions', 'other', false],
])('lets pass what it does not know, and sends it once unless it only reads: %s', (route, kind, replayable) => {
  expect(operation(route)).toMatchObject({ kind, replayable, boundTo: [] });
});

test('does not start twice what goes on without its caller', () => {
  expect(operation('POST /openai/v1/responses', { background: true }).replayable).toBe(false);
});

test('binds to the ids of the route and of the body', () => {
  expect(operation('POST /openai/v1/responses', { ids: ['resp_1', 'conv_1'] }).boundTo).toEqual(['resp_1', 'conv_1']);
  expect(operation('POST /openai/v1/responses/compact', { ids: ['resp_1'] }).boundTo).toEqual(['resp_1']);
  expect(operation('POST /openai/v1/responses/resp_1/cancel', { ids: ['x'] }).boundTo).toEqual(['resp_1', 'x']);
});

test("takes the path's deployment before the body's", () => {
  const chat = '/chat/completions';
  expect(operation(`POST /openai/deployments/d${chat}`, { model: 'gpt-3.5-turbo' }).deployment).toBe('d');
  expect(operation(`POST /openai/v1${chat}`, { model: 'm' }).deployment).toBe('m');
  expect(operation('POST /openai/responses', { model: 'm' }).deployment).toBe('m');
  expect('deployment' in operation(`POST /openai/v1${chat}`)).toBe(false);
});

test('passes on whether a stream is asked for', () => {
  expect(operation('POST /openai/v1/responses', { stream: true }).stream).toBe(true);
  expect(operation('POST /openai/v1/responses').stream).toBe(false);
});

test.each<[route: string, facts: Partial<BodyFacts>, keeps: boolean]>([
  ['POST /openai/v1/responses', {}, true],
  ['POST /openai/v1/responses', { store: true }, true],
  ['POST /openai/v1/responses', { store: false }, false],
  ['POST /openai/v1/chat/completions', {}, false],
  ['POST /openai/v1/chat/completions', { store: true }, true],
  ['POST /openai/v1/embeddings', {}, false],
  ['POST /openai/v1/images/generations', {}, false],
  ['POST /openai/v1/files', {}, true],
  ['GET /openai/v1/files', {}, true],
  ['GET /openai/v1/responses/resp_1', {}, true],
  ['POST /openai/v1/conversations', {}, true],
  ['GET /openai/v1/models', {}, false],
])('says whether the service keeps what it answers to %s %j', (route, facts, keeps) => {
  expect(operation(route, facts).keeps ?? false).toBe(keeps);
});

test('passes on what the body mentions', () => {
  expect(operation('POST /openai/v1/responses', { mentions: ['msg_1'] })).toMatchObject({
    boundTo: [],
    mentions: ['msg_1'],
  });
  expect('mentions' in operation('POST /openai/v1/responses', { mentions: [] })).toBe(false);
});
