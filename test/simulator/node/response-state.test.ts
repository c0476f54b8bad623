import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { clients, refusal } from './sdk-clients.ts';
import { endpoint, started } from './support.ts';

const model = 'gpt-4o';
const sealed = ['reasoning.encrypted_content' as const];

describe.each(clients)('%s', (_, clientOf) => {
  /** A client of the region that is asked first, and one of another region. */
  async function twoRegions(): Promise<{ readonly here: OpenAI; readonly there: OpenAI }> {
    const simulator = await started();
    return { here: clientOf(endpoint(simulator)), there: clientOf(endpoint(simulator, 'westeurope')) };
  }

  test('a response builds on the previous one in its region, and nowhere else', async () => {
    const { here, there } = await twoRegions();
    const first = await here.responses.create({ model, input: 'Good morning' });
    const second = await here.responses.create({ model, input: 'And now?', previous_response_id: first.id });
    const third = await here.responses.create({ model, input: 'And now?', previous_response_id: second.id });
    expect(second.output_text).toBe('gpt-4o in eastus heard: And now?');
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? Number.NaN);
    expect(third.usage?.input_tokens).toBeGreaterThan(second.usage?.input_tokens ?? Number.NaN);
    expect(await refusal(there.responses.create({ model, input: 'Hi', previous_response_id: first.id }))).toEqual({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      message: `Previous response with id '${first.id}' not found.`,
    });
  });

  test('a response is read, listed and deleted in its region, and nowhere else', async () => {
    const { here, there } = await twoRegions();
    const { id, output } = await here.responses.create({ model, input: 'Good morning' });
    const unknown = { status: 404, code: null, param: null, message: `Response with id '${id}' not found.` };
    expect(await here.responses.retrieve(id)).toMatchObject({ id, output });
    const { data } = await here.responses.inputItems.list(id);
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'Good morning' }],
      },
    ]);
    expect(await refusal(there.responses.retrieve(id))).toEqual(unknown);
    expect(await refusal(there.responses.inputItems.list(id))).toEqual(unknown);
    expect(await refusal(there.responses.delete(id))).toEqual(unknown);
    expect(await refusal(there.responses.cancel(id))).toEqual(unknown);
    await here.responses.delete(id);
    expect(await refusal(here.responses.retrieve(id))).toEqual(unknown);
    const [item] = output;
    const reference = [{ type: 'item_reference' as const, id: item?.id ?? '' }];
    expect(await refusal(here.responses.create({ model, input: reference }))).toMatchObject({ status: 400 });
  });

  test('a response that is not stored is not found again', async () => {
    const { here } = await twoRegions();
    const { id } = await here.responses.create({ model, input: 'Good morning', store: false });
    expect(await refusal(here.responses.retrieve(id))).toMatchObject({ status: 404 });
    expect(await refusal(here.responses.create({ model, previous_response_id: id }))).toMatchObject({
      code: 'previous_response_not_found',
    });
  });

  test('a streamed response is stored too, and can be streamed again from where it broke', async () => {
    const { here } = await twoRegions();
    const streamed: unknown[] = [];
    const stream = here.responses.stream({ model, input: 'Good morning' });
    stream.on('event', (event) => streamed.push(event));
    const { id } = await stream.finalResponse();
    const resumed: unknown[] = [];
    for await (const event of await here.responses.retrieve(id, { stream: true, starting_after: 4 })) {
      resumed.push(event);
    }
    expect(resumed).toMatchObject(JSON.parse(JSON.stringify(streamed.slice(5, -1))).concat({ response: { id } }));
  });

  test('an item is found by its id in its region, and nowhere else', async () => {
    const { here, there } = await twoRegions();
    const { output } = await here.responses.create({ model, input: 'Think', include: sealed });
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    for (const { id = '' } of output) {
      const input = [
        { type: 'item_reference' as const, id },
        { role: 'user' as const, content: 'And now?' },
      ];
      const { output_text, usage } = await here.responses.create({ model, input });
      expect(output_text).toBe('gpt-4o in eastus heard: And now?');
      expect(usage?.input_tokens).toBeGreaterThan(0);
      expect(await refusal(there.responses.create({ model, input }))).toEqual({
        status: 400,
        code: null,
        param: 'input',
        message: `Item with id '${id}' not found.`,
      });
    }
  });

  test('what was answered is known by its ids when it is sent whole', async () => {
    const { here, there } = await twoRegions();
    const { output } = await here.responses.create({ model, input: 'Good morning' });
    const input = [...output, { role: 'user' as const, content: 'And now?' }] as OpenAI.Responses.ResponseInput;
    await here.responses.create({ model, input });
    expect(await refusal(there.responses.create({ model, input }))).toMatchObject({ status: 400, param: 'input' });
    // Who lets nothing be kept sends all there is.
    await there.responses.create({ model, input, store: false });
  });

  test('only the region that sealed a reasoning opens it, also after the response is forgotten', async () => {
    const { here, there } = await twoRegions();
    const { output, usage } = await here.responses.create({ model, input: 'Think', include: sealed, store: false });
    expect(usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    const input = [...output, { role: 'user' as const, content: 'And now?' }] as OpenAI.Responses.ResponseInput;
    await here.responses.create({ model, input, store: false });
    expect(await refusal(there.responses.create({ model, input, store: false }))).toEqual({
      status: 400,
      code: 'invalid_encrypted_content',
      param: null,
      message: expect.stringMatching(
        /^The encrypted content gAAA\.\.\...== could not be verified\. Reason: Encrypted content could not be decrypted or parsed\.$/,
      ),
    });
    const unsealed = output.map(({ id, type }) => ({ id, type, summary: [] })).slice(0, 1);
    expect(
      await refusal(here.responses.create({ model, input: unsealed as OpenAI.Responses.ResponseInput, store: false })),
    ).toMatchObject({ param: 'input' });
  });

  test('a conversation grows by what is asked and answered, in its region only', async () => {
    const { here, there } = await twoRegions();
    const items = [{ type: 'message' as const, role: 'user' as const, content: 'I am Ann' }];
    const { id, metadata } = await here.conversations.create({ metadata: { topic: 'names' }, items });
    expect(metadata).toEqual({ topic: 'names' });
    const first = await here.responses.create({ model, input: 'one', conversation: id });
    const second = await here.responses.create({ model, input: 'two', conversation: { id }, store: false });
    expect(second.conversation).toEqual({ id });
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? Number.NaN);
    await here.conversations.items.create(id, { items: [{ role: 'user', content: 'three' }] });
    const said: unknown[] = [];
    for await (const item of here.conversations.items.list(id, { order: 'asc', limit: 2 })) {
      if (item.type === 'message') said.push(item.content.map((part) => 'text' in part && part.text).join(''));
    }
    expect(said).toEqual([
      'I am Ann',
      'one',
      'gpt-4o in eastus heard: one',
      'two',
      'gpt-4o in eastus heard: two',
      'three',
    ]);
    const unknown = { status: 404, code: null, param: null, message: `Conversation with id '${id}' not found.` };
    expect(await refusal(there.responses.create({ model, input: 'two', conversation: id }))).toEqual(unknown);
    expect(await refusal(there.conversations.retrieve(id))).toEqual(unknown);
    await here.conversations.update(id, { metadata: { topic: 'other' } });
    expect(await here.conversations.retrieve(id)).toMatchObject({ id, metadata: { topic: 'other' } });
    expect(await here.conversations.delete(id)).toEqual({ id, object: 'conversation.deleted', deleted: true });
    expect(await refusal(here.conversations.retrieve(id))).toEqual(unknown);
  });

  test('a conversation and a previous response are one too many', async () => {
    const { here } = await twoRegions();
    const { id } = await here.responses.create({ model, input: 'one' });
    const conversation = await here.conversations.create();
    const call = here.responses.create({ model, previous_response_id: id, conversation: conversation.id });
    expect(await refusal(call)).toMatchObject({ status: 400, code: 'mutually_exclusive_parameters' });
  });

  test('files, containers and vector stores that a request names are looked for', async () => {
    const { here, there } = await twoRegions();
    const file = await here.files.create({ purpose: 'assistants', file: new File(['Hi'], 'a.txt') });
    const container = await here.containers.create({ name: 'box' });
    const store = await here.vectorStores.create({ name: 'shelf' });
    const requests: readonly [string, OpenAI.Responses.ResponseCreateParamsNonStreaming][] = [
      ['File', { input: [{ role: 'user', content: [{ type: 'input_file', file_id: file.id }] }] }],
      ['Container', { tools: [{ type: 'code_interpreter', container: container.id }] }],
      ['Vector store', { tools: [{ type: 'file_search', vector_store_ids: [store.id] }] }],
    ];
    for (const [called, request] of requests) {
      await here.responses.create({ model, input: 'Hi', ...request });
      expect(await refusal(there.responses.create({ model, input: 'Hi', ...request }))).toMatchObject({
        status: 404,
        message: expect.stringMatching(`^${called} with id '.*' not found.$`),
      });
    }
  });
});

test('a response in the background is ready after the time of the model', async () => {
  let now = 1_800_000_000_000;
  const clock = { now: () => now, sleep: async () => {} };
  const simulator = await started({ clock, regions: { eastus: { modelMs: 5000 } } });
  const [, v1] = clients[1] ?? [];
  const client = v1?.(endpoint(simulator));
  if (!client) throw new Error('no client');
  const asked = { model, input: 'Good morning', background: true };
  const { id, status, output } = await client.responses.create(asked);
  expect({ status, output }).toEqual({ status: 'queued', output: [] });
  now += 4999;
  expect(await client.responses.retrieve(id)).toMatchObject({ status: 'in_progress', output: [] });
  const other = await client.responses.create(asked);
  expect(await client.responses.cancel(other.id)).toMatchObject({ status: 'cancelled' });
  now += 1;
  expect(await client.responses.retrieve(id)).toMatchObject({ status: 'completed', background: true });
  expect(await client.responses.cancel(id)).toMatchObject({ status: 'completed' });
  now += 5000;
  expect(await client.responses.retrieve(other.id)).toMatchObject({ status: 'cancelled', output: [] });
  const { id: synchronous } = await client.responses.create({ model, input: 'Good morning' });
  expect(await refusal(client.responses.cancel(synchronous))).toMatchObject({
    status: 400,
    message: 'Cannot cancel a synchronous response.',
  });
});
