import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { clients, refusal } from './sdk-clients.ts';
import { endpoint, started } from './support.ts';

describe.each(clients)('%s', (_, clientOf) => {
  async function twoRegions(): Promise<{ readonly here: OpenAI; readonly there: OpenAI }> {
    const simulator = await started();
    return { here: clientOf(endpoint(simulator)), there: clientOf(endpoint(simulator, 'westeurope')) };
  }

  test('keeps a file in one region', async () => {
    const { here, there } = await twoRegions();
    const content = '{"line":1}\r\n--not a boundary\r\n{"line":"zwölf"}\n';
    const file = await here.files.create({ purpose: 'batch', file: new File([content], 'a "b".jsonl') });
    expect(file).toMatchObject({
      id: expect.stringMatching(/^file-/),
      object: 'file',
      purpose: 'batch',
      filename: 'a "b".jsonl',
      bytes: new TextEncoder().encode(content).length,
      status: 'processed',
    });
    expect(await here.files.retrieve(file.id)).toEqual(file);
    expect((await here.files.list()).data).toEqual([file]);
    const response = await here.files.content(file.id);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(await response.text()).toBe(content);
    const unknown = { status: 404, code: null, param: null, message: `File with id '${file.id}' not found.` };
    expect(await refusal(there.files.retrieve(file.id))).toEqual(unknown);
    expect(await refusal(there.files.content(file.id))).toMatchObject({ status: 404 });
    expect((await there.files.list()).data).toEqual([]);
    expect(await here.files.delete(file.id)).toEqual({ id: file.id, object: 'file.deleted', deleted: true });
    expect(await refusal(here.files.retrieve(file.id))).toEqual(unknown);
  });

  test('makes a file of the parts of an upload', async () => {
    const { here, there } = await twoRegions();
    const facts = { bytes: 6, filename: 'a.txt', mime_type: 'text/plain', purpose: 'user_data' as const };
    const { id } = await here.uploads.create(facts);
    const parts: string[] = [];
    for (const text of ['def', 'abc']) {
      parts.unshift((await here.uploads.parts.create(id, { data: new File([text], 'blob') })).id);
    }
    const { status, file } = await here.uploads.complete(id, { part_ids: parts });
    expect({ status, file }).toMatchObject({ status: 'completed', file: { filename: 'a.txt', bytes: 6 } });
    expect(await (await here.files.content(file?.id ?? '')).text()).toBe('abcdef');
    expect(await refusal(here.uploads.complete(id, { part_ids: ['part_0'] }))).toMatchObject({ param: 'part_ids' });
    expect(await refusal(there.uploads.complete(id, { part_ids: parts }))).toMatchObject({ status: 404 });
  });

  test('keeps containers, vector stores, batches and jobs in one region', async () => {
    const { here, there } = await twoRegions();
    const container = await here.containers.create({ name: 'box' });
    expect(container).toMatchObject({ id: expect.stringMatching(/^cntr_/), name: 'box', status: 'running' });
    expect((await here.containers.list()).data).toEqual([container]);
    const store = await here.vectorStores.create({ name: 'shelf', metadata: { a: 'b' } });
    expect(store).toMatchObject({ id: expect.stringMatching(/^vs_/), name: 'shelf', metadata: { a: 'b' } });
    expect(await here.vectorStores.update(store.id, { name: 'rack' })).toEqual({ ...store, name: 'rack' });
    const batch = await here.batches.create({
      input_file_id: 'file-1',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    expect(batch).toMatchObject({ id: expect.stringMatching(/^batch_/), status: 'validating' });
    expect(await here.batches.cancel(batch.id)).toMatchObject({ id: batch.id, status: 'cancelling' });
    const job = await here.fineTuning.jobs.create({ model: 'gpt-4o', training_file: 'file-1' });
    expect(job).toMatchObject({ id: expect.stringMatching(/^ftjob-/), status: 'queued', model: 'gpt-4o' });
    for (const [called, id, call] of [
      ['Container', container.id, there.containers.retrieve(container.id)],
      ['Vector store', store.id, there.vectorStores.retrieve(store.id)],
      ['Batch', batch.id, there.batches.retrieve(batch.id)],
      ['Fine tuning job', job.id, there.fineTuning.jobs.retrieve(job.id)],
    ] as const) {
      expect(await refusal(call)).toMatchObject({ status: 404, message: `${called} with id '${id}' not found.` });
    }
    await here.containers.delete(container.id);
    await here.vectorStores.delete(store.id);
    expect((await here.containers.list()).data).toEqual([]);
    expect((await here.vectorStores.list()).data).toEqual([]);
  });

  test('keeps a chat completion where it is asked to', async () => {
    const { here, there } = await twoRegions();
    const messages = [{ role: 'user' as const, content: 'Good morning' }];
    const asked = { model: 'gpt-4o', messages, store: true, metadata: { a: 'b' } };
    const { id, choices } = await here.chat.completions.create(asked);
    const streamed = await here.chat.completions.stream(asked).finalChatCompletion();
    const { id: other } = await here.chat.completions.create({ model: 'gpt-4o', messages });
    expect(await here.chat.completions.retrieve(id)).toMatchObject({ id, choices, metadata: { a: 'b' } });
    expect((await here.chat.completions.messages.list(id)).data).toEqual([{ id: `${id}-0`, ...messages[0] }]);
    expect((await here.chat.completions.list()).data.map((kept) => kept.id)).toEqual([streamed.id, id]);
    for (const call of [here.chat.completions.retrieve(other), there.chat.completions.retrieve(id)]) {
      expect(await refusal(call)).toMatchObject({ status: 404 });
    }
    await here.chat.completions.delete(id);
    expect(await refusal(here.chat.completions.retrieve(id))).toMatchObject({ status: 404 });
  });
});

test('a stored object is not behind a quota, but behind the credential and the firewall', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  const { url, key } = endpoint(simulator);
  const client = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key, maxRetries: 0 });
  const { id } = await client.conversations.create();
  await region.inject('429(20)');
  await region.inject('capacity(0)');
  expect(await client.conversations.retrieve(id)).toMatchObject({ id });
  const stranger = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: 'wrong', maxRetries: 0 });
  expect(await refusal(stranger.conversations.retrieve(id))).toMatchObject({ status: 401 });
  await region.inject('firewall');
  expect(await refusal(client.conversations.retrieve(id))).toMatchObject({ status: 403 });
  await region.heal();
  expect(await client.conversations.retrieve(id)).toMatchObject({ id });
});

test('a region keeps what it has stored through an outage', async () => {
  const simulator = await started();
  const { url, key } = endpoint(simulator);
  const client = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key, maxRetries: 0 });
  const { id } = await client.responses.create({ model: 'gpt-4o', input: 'Hi' });
  const outage = await simulator.region('eastus').inject('refused');
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  await outage.end();
  expect(await client.responses.retrieve(id)).toMatchObject({ id });
});

test('a file is needed to store one', async () => {
  const { url, key } = endpoint(await started());
  const body = new FormData();
  body.append('purpose', 'batch');
  const response = await fetch(`${url}/openai/v1/files`, { method: 'POST', headers: { 'api-key': key }, body });
  expect(response.status).toBe(400);
  expect((await response.json()).error).toMatchObject({ param: 'file', code: 'missing_required_parameter' });
});
