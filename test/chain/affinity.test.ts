import { expect, test } from 'vitest';
import { explain, FailoverError, memoryStore } from '../../src/index.ts';
import { type Answer, endless, ok, refused, status, throttled } from '../support/service.ts';
import { chat, endpointOf, type Given, keyOf, outcomeOf, setup } from '../support/setup.ts';
import { keepers } from '../support/stateful.ts';

const BASE = `${endpointOf('sweden')}/openai/v1`;
const REGIONS = ['sweden', 'eastus', 'westus'];

/** Regions that keep things. `at`: sends to a path, lets time pass, and reads the answer. */
function world({ script, ...given }: Given = {}) {
  const regions = keepers(...REGIONS);
  const made = setup({ regions: REGIONS, ...given, script: { ...regions.script, ...script } });
  const { fetch, clock } = made;
  const send = (method: string, path: string, body?: object) =>
    clock.run(fetch(BASE + path, chat({ method, body: body ? JSON.stringify({ model: 'gpt', ...body }) : null })));
  return {
    ...made,
    ...regions,
    send,
    async read(method: string, path: string, body?: object) {
      const response = await send(method, path, body);
      return { status: response.status, ...(await clock.run(response.json())) };
    },
    respond: async (body: object = {}) => (await send('POST', '/responses', { input: 'Hi', ...body })).json(),
    /** Sends a call that fails without a response. */
    async failure(method: string, path: string, body?: object): Promise<FailoverError> {
      const ended = await outcomeOf(send(method, path, body));
      if (!('error' in ended) || !(ended.error instanceof FailoverError)) throw new Error('It did not fail');
      return ended.error;
    },
  };
}

/** Regions out of which all but one are taken for a moment. */
function only(fetch: ReturnType<typeof setup>['fetch'], region: string): () => void {
  const others = REGIONS.filter((one) => one !== region);
  for (const one of others) fetch.force(one, 'out');
  return () => {
    for (const one of others) fetch.force(one, 'auto');
  };
}

/** A response that was made in this region. */
async function madeIn(made: ReturnType<typeof world>, region: string, body: object = {}): Promise<string> {
  const release = only(made.fetch, region);
  const { id } = await made.respond(body);
  release();
  made.requests.length = 0;
  return id;
}

test('G: the call after a response goes where that was made, wherever the URL points', async () => {
  const made = world();
  const id = await madeIn(made, 'eastus');
  expect(await made.respond({ previous_response_id: id })).toMatchObject({ region: 'eastus' });
  await made.read('GET', `/responses/${id}`);
  await made.read('POST', `/responses/${id}/cancel`);
  await made.respond({ input: [{ type: 'item_reference', id: id.replace('resp', 'msg') }] });
  expect(new Set(made.asked())).toEqual(new Set(['eastus']));
});

test('G: an id is known as soon as the body has been read', async () => {
  const { fetch, clock, asked } = world();
  const release = only(fetch, 'westus');
  const first = await clock.run(fetch(`${BASE}/responses`, chat({ body: '{"input":"Hi"}' })));
  release();
  const { id } = await first.json();
  await clock.run(fetch(`${BASE}/responses`, chat({ body: JSON.stringify({ previous_response_id: id }) })));
  expect(asked()).toEqual(['westus', 'westus']);
});

test.each([
  'files',
  'conversations',
  'vector_stores',
  'batches',
  'containers',
  'evals',
  'videos',
  'uploads',
  'threads',
])('G: what is made of %s is found again', async (collection) => {
  const made = world();
  const release = only(made.fetch, 'eastus');
  const { id } = await made.read('POST', `/${collection}`, {});
  release();
  expect(await made.read('GET', `/${collection}/${id}`)).toMatchObject({ status: 200, region: 'eastus' });
  expect(made.asked()).toEqual(['eastus', 'eastus']);
});

test('G: what is in a list is found again, and a list is the addressed region’s own', async () => {
  const made = world();
  made.kept('sweden').add('file-1');
  expect(await made.read('GET', '/files')).toMatchObject({ region: 'sweden' });
  made.fetch.force('sweden', 'out');
  expect((await made.failure('GET', '/files')).message).toBe(
    'Only sweden can answer a call that names /openai/v1/files, and it did not (files): sweden was forced out',
  );
  expect((await made.failure('GET', '/files/file-1')).message).toMatch(
    /^Only sweden .* names file-1, .*sweden was forced out$/,
  );
});

test('G: an id that nobody has heard of is the addressed region’s', async () => {
  const made = world();
  made.kept('sweden').add('resp_1');
  await made.read('GET', '/responses/resp_1');
  expect(made.asked()).toEqual(['sweden']);
  made.fetch.force('sweden', 'out');
  expect((await made.failure('GET', '/responses/resp_1')).code).toBe('ERR_REGION_PINNED');
});

test('G: what the addressed region does not know is asked of the others in turn, and learned', async () => {
  const made = world();
  made.kept('westus').add('resp_1');
  expect(await made.read('GET', '/responses/resp_1')).toMatchObject({ status: 200, region: 'westus' });
  expect(made.heard('failover').map(({ from, to, because }) => `${from} ${to} ${because}`)).toEqual([
    'sweden eastus state-bound',
    'eastus westus state-bound',
  ]);
  expect(await made.respond({ previous_response_id: 'resp_1' })).toMatchObject({ region: 'westus' });
  expect(made.asked()).toEqual(['sweden', 'eastus', 'westus', 'westus']);
  expect(made.left()).toEqual(['timer']);
});

test('G: also what must not be sent twice is asked on: who refused did nothing', async () => {
  const made = world();
  made.kept('eastus').add('resp_1');
  const body = { previous_response_id: 'resp_1', background: true };
  expect(await made.respond(body)).toMatchObject({ region: 'eastus' });
  expect(await made.read('POST', '/responses/resp_1/cancel')).toMatchObject({ region: 'eastus' });
  expect(made.asked()).toEqual(['sweden', 'eastus', 'eastus']);
});

test('G: when nobody knows, the addressed region’s answer is the answer', async () => {
  const made = world();
  const response = await made.send('GET', '/responses/resp_1');
  expect(response.status).toBe(404);
  expect(response.headers.get('x-should-retry')).toBeNull();
  expect(explain(response)?.attempts.map(({ region }) => region)).toEqual(REGIONS);
  expect((await response.json()).error.message).toContain('resp_1');
  expect(made.bodies.map(({ state }) => state)).toEqual(['read', 'read', 'read']);
  expect(made.left()).toEqual([]);
});

test('G: who is out, or fails, is no reason to answer otherwise than the addressed region did', async () => {
  const made = world({ script: { eastus: status(503), westus: throttled(3) } });
  const response = await made.send('GET', '/responses/resp_1');
  expect(response.status).toBe(404);
  expect(made.asked()).toEqual(REGIONS);
  await response.json();
  made.fetch.force('eastus', 'out');
  made.fetch.force('westus', 'out');
  expect((await made.send('GET', '/responses/resp_1')).status).toBe(404);
  expect(made.asked().slice(3)).toEqual(['sweden']);
});

test('G: an answer of the region that knows is taken, also when it is a refusal', async () => {
  const made = world({ script: { eastus: status(400, {}, 'Filtered.', 'content_filter') } });
  const response = await made.send('POST', '/responses', { previous_response_id: 'resp_1' });
  expect(response.status).toBe(400);
  expect((await response.json()).error.code).toBe('content_filter');
  expect(made.asked()).toEqual(['sweden', 'eastus']);
});

test('G: while the addressed region is out, whoever knows may answer, and nobody else', async () => {
  const made = world({ script: { eastus: status(400, {}, 'What is this?') } });
  made.kept('westus').add('resp_1');
  made.fetch.force('sweden', 'out');
  expect(await made.read('GET', '/responses/resp_1')).toMatchObject({ region: 'westus' });
  expect(made.asked()).toEqual(['eastus', 'westus']);
  const error = await made.failure('GET', '/responses/resp_2');
  expect(error.message).toMatch(
    /^Only sweden can answer a call that names resp_2, and it did not .*sweden was forced out/,
  );
  expect(made.asked().slice(2)).toEqual(['eastus', 'westus']);
});

test('G: what the addressed region may have begun is not asked of others, if it must not be done twice', async () => {
  const lost: Answer = () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  };
  const made = world({ script: { sweden: lost } });
  made.kept('eastus').add('resp_1');
  const error = await made.failure('POST', '/responses', { previous_response_id: 'resp_1', background: true });
  expect(error.code).toBe('ERR_REGION_PINNED');
  expect(made.asked()).toEqual(['sweden']);
  const down = world({ script: { sweden: refused }, retry: { attempts: 9, maxDelayMs: 1 } });
  down.kept('eastus').add('resp_1');
  // Once it is known to be down, one try is enough to be sure.
  await down.failure('POST', '/responses', { previous_response_id: 'resp_2', background: true });
  down.requests.length = 0;
  const body = { previous_response_id: 'resp_1', background: true };
  expect(await down.respond(body)).toMatchObject({ region: 'eastus' });
  expect(down.asked()).toEqual(['sweden', 'eastus']);
});

test('G: no more regions are asked than there may be attempts', async () => {
  const made = world({ retry: { attempts: 2 } });
  made.kept('westus').add('resp_1');
  expect((await made.send('GET', '/responses/resp_1')).status).toBe(404);
  expect(made.asked()).toEqual(['sweden', 'eastus']);
});

test('G: B: who gives up while others are asked hears of it at once', async () => {
  const given = new AbortController();
  const hanging: Answer = () => {
    given.abort(new Error('enough'));
    return new Promise(() => {});
  };
  const made = world({ script: { eastus: hanging } });
  const call = made.fetch(`${BASE}/responses/resp_1`, { signal: given.signal });
  expect(await outcomeOf(made.clock.run(call))).toEqual({ error: new Error('enough') });
  expect(made.left()).toEqual([]);
});

test('G: what a caller’s own middleware throws is the call’s, also while others are asked', async () => {
  const thrown = new Error('mine');
  const made = world({
    use: {
      perAttempt: [
        (call, next) => {
          if (call.attempt?.region.name === 'eastus') throw thrown;
          return next(call);
        },
      ],
    },
  });
  expect(await outcomeOf(made.send('GET', '/responses/resp_1'))).toEqual({ error: thrown });
  expect(made.left()).toEqual([]);
});

test('G: a region that is down is not replaced by one that does not know', async () => {
  const made = world({ script: { eastus: [keepers('eastus').script['eastus'] as Answer, refused] } });
  const id = await madeIn(made, 'eastus');
  const error = await made.failure('POST', '/responses', { previous_response_id: id, input: 'Hi' });
  expect(error.code).toBe('ERR_REGION_PINNED');
  expect(error.message).toMatch(
    /^Only eastus can answer a call that names resp_eastus_1, and it did not \(responses with gpt\): eastus could not be reached/,
  );
  expect(new Set(made.asked())).toEqual(new Set(['eastus']));
});

test.each([429, 500, 503])('G: A: a real %i of the pinned region is returned', async (code) => {
  const made = world({ script: { eastus: [keepers('eastus').script['eastus'] as Answer, status(code)] } });
  const id = await madeIn(made, 'eastus');
  const response = await made.send('POST', '/responses', { previous_response_id: id });
  expect(response.status).toBe(code);
  expect(response.headers.get('x-should-retry')).toBe('false');
  expect(new Set(made.asked())).toEqual(new Set(['eastus']));
});

test('G: a pinned region that was asked to be left alone says so itself', async () => {
  const made = world({ script: { eastus: [keepers('eastus').script['eastus'] as Answer, throttled(500)] } });
  const id = await madeIn(made, 'eastus');
  for (let i = 0; i < 3; i++) {
    const response = await made.send('POST', '/responses', { previous_response_id: id });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(400);
    await response.text();
  }
  expect(new Set(made.asked())).toEqual(new Set(['eastus']));
});

test('G: a region that lacks the deployment by now says why it is not asked', async () => {
  const lacking = { name: 'eastus', endpoint: endpointOf('eastus'), deployments: { gpt: false as const } };
  const made = world({ credential: { apiKey: keyOf('all') }, regions: ['sweden', lacking, 'westus'] });
  const { id } = await made.read('POST', '/conversations', undefined);
  expect(id).toBe('conversations-sweden_1');
  made.kept('eastus').add('conv_1');
  expect((await made.read('GET', '/conversations/conv_1')).status).toBe(200);
  expect((await made.failure('POST', '/responses', { conversation: 'conv_1' })).message).toBe(
    'Only eastus can answer a call that names conv_1, and it did not (responses with gpt): eastus lacks the deployment',
  );
});

test('G: what different regions keep cannot be named in one call, and nothing is sent', async () => {
  const made = world();
  const first = await madeIn(made, 'eastus');
  const second = await madeIn(made, 'westus');
  const input = [{ type: 'item_reference', id: second.replace('resp', 'msg') }];
  const error = await made.failure('POST', '/responses', { previous_response_id: first, input });
  expect(error.code).toBe('ERR_INVALID_REQUEST');
  expect(error.message).toBe(
    'The request names what different regions keep: resp_eastus_1 in eastus, msg_westus_1 in westus',
  );
  expect(explain(error)?.attempts).toEqual([]);
  expect(made.asked()).toEqual([]);
});

test('G: regions of one endpoint keep one state: each of them may serve it', async () => {
  const endpoint = endpointOf('eastus');
  const regions = [
    'sweden',
    { name: 'eastus', endpoint, deployments: { gpt: 'provisioned' } },
    { name: 'spill', endpoint, deployments: { gpt: 'standard' } },
  ];
  const bodies: unknown[] = [];
  const { answer } = { answer: keepers('eastus').script['eastus'] as Answer };
  const made = world({
    credential: { apiKey: keyOf('all') },
    regions,
    script: {
      eastus: (sent, clock) => {
        const { model, previous_response_id: previous } = JSON.parse(String(sent.body));
        bodies.push(model);
        return previous && model === 'provisioned' ? throttled(60)(sent, clock) : answer(sent, clock);
      },
    },
  });
  made.fetch.force('sweden', 'out');
  const { id } = await made.respond();
  made.fetch.force('sweden', 'auto');
  expect(await made.respond({ previous_response_id: id })).toMatchObject({ region: 'eastus' });
  expect(bodies).toEqual(['provisioned', 'provisioned', 'standard']);
  // And what they keep is no conflict.
  const more = await made.respond({ previous_response_id: id });
  const input = [{ type: 'item_reference', id: more.output[0].id }];
  expect(await made.respond({ previous_response_id: id, input })).toMatchObject({ region: 'eastus' });
});

test('G: a call that carries all it needs does not lose its failover for labels that nobody knows', async () => {
  const made = world({ script: { sweden: refused } });
  const input = [{ type: 'message', id: 'msg_mine', role: 'user', content: 'Hi' }];
  expect(await made.respond({ input })).toMatchObject({ region: 'eastus' });
});

test('G: items that are known go home, though they are whole', async () => {
  const made = world();
  const id = (await madeIn(made, 'eastus')).replace('resp', 'msg');
  expect(await made.respond({ input: [{ type: 'message', id, content: 'Hi' }] })).toMatchObject({ region: 'eastus' });
  made.fetch.force('eastus', 'out');
  const error = await made.failure('POST', '/responses', { input: [{ type: 'message', id, content: 'Hi' }] });
  expect(error.message).toContain(`Only eastus can answer a call that names ${id}`);
});

test('G: a label that its region refuses is asked of the others', async () => {
  const notFound = status(400, {}, "Item with id 'msg_1' not found.");
  const made = world({ script: { sweden: refused, eastus: notFound } });
  const input = [{ type: 'message', id: 'msg_1', content: 'Hi' }];
  expect(await made.respond({ input })).toMatchObject({ region: 'westus' });
});

test('G: of what is not stored only the encrypted reasoning binds', async () => {
  const made = world();
  const release = only(made.fetch, 'eastus');
  const { output } = await made.respond({ store: false });
  release();
  made.fetch.force('eastus', 'auto');
  expect(await made.respond({ input: output, store: false })).toMatchObject({ region: 'eastus' });
  const [{ id, type }] = output;
  expect(await made.respond({ input: [{ id, type, content: 'Hi' }], store: false })).toMatchObject({
    region: 'sweden',
  });
  made.fetch.force('eastus', 'out');
  const error = await made.failure('POST', '/responses', { input: output, store: false });
  expect(error.message).toMatch(/names encrypted content \(#[\w-]+\), and it did not .*eastus was forced out/);
  expect(error.message).not.toContain('gAAAA');
});

test('G: encrypted reasoning that nobody has heard of finds its region', async () => {
  const made = world();
  const input = [{ type: 'reasoning', encrypted_content: 'gAAAA1westus==' }];
  expect(await made.respond({ input })).toMatchObject({ region: 'westus' });
  expect(await made.respond({ input })).toMatchObject({ region: 'westus' });
  expect(made.asked()).toEqual(['sweden', 'eastus', 'westus', 'westus']);
});

test('G: that a batch was taken does not show that its file is known', async () => {
  const made = world();
  made.kept('eastus').add('file-1');
  expect((await made.send('POST', '/batches', { input_file_id: 'file-1' })).status).toBe(200);
  expect(await made.read('GET', '/files/file-1')).toMatchObject({ region: 'eastus' });
  expect(made.asked()).toEqual(['sweden', 'sweden', 'eastus']);
});

test('G: what was deleted is forgotten, and what it was a part of is not', async () => {
  const made = world();
  const id = await madeIn(made, 'eastus');
  await made.read('DELETE', `/responses/${id}/parts/1`);
  expect((await made.send('GET', `/responses/${id}`)).status).toBe(404);
  expect(made.asked()).toEqual(['eastus', 'eastus']);
  made.kept('eastus').add(id);
  await made.read('DELETE', `/responses/${id}?api-version=v1`);
  expect((await made.send('GET', `/responses/${id}`)).status).toBe(404);
  expect(made.asked().slice(2)).toEqual(['eastus', ...REGIONS]);
});

test('G: what could not be deleted is remembered', async () => {
  const made = world({ script: { eastus: [keepers('eastus').script['eastus'] as Answer, status(500)] } });
  const id = await madeIn(made, 'eastus');
  expect((await made.send('DELETE', `/responses/${id}`)).status).toBe(500);
  await made.send('GET', `/responses/${id}`);
  expect(new Set(made.asked())).toEqual(new Set(['eastus']));
});

test('G: chats that are stored are found again, and others bring nothing', async () => {
  const made = world({
    script: { eastus: ({ method }) => Response.json({ id: 'chatcmpl-1', method, region: 'eastus' }) },
  });
  const release = only(made.fetch, 'eastus');
  const plain = await made.send('POST', '/chat/completions', { messages: [] });
  expect(await plain.json()).toMatchObject({ region: 'eastus' });
  release();
  expect((await made.send('GET', '/chat/completions/chatcmpl-1')).status).toBe(200);
  expect(made.asked()).toEqual(['eastus', 'sweden', 'eastus']);
  const stored = world({ script: { eastus: ok, westus: () => Response.json({ id: 'chatcmpl-1' }) } });
  const again = only(stored.fetch, 'westus');
  await stored.read('POST', '/chat/completions', { messages: [], store: true });
  again();
  await stored.read('GET', '/chat/completions/chatcmpl-1');
  expect(stored.asked()).toEqual(['westus', 'westus']);
});

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

test('G: what is streamed is known when the stream begins, each item when it is done', async () => {
  const events = [
    event('response.created', { response: { id: 'resp_s', status: 'in_progress', output: [] } }),
    event('response.output_text.delta', { item_id: 'msg_s', delta: '"id":"no"' }),
    event('response.output_item.done', { item: { id: 'msg_s', type: 'message', content: [] } }),
    event('response.completed', { response: { id: 'resp_s', status: 'completed' } }),
  ];
  const streaming: Answer = () => new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });
  const made = world({ script: { westus: [streaming, ok] } });
  const release = only(made.fetch, 'westus');
  const response = await made.send('POST', '/responses', { input: 'Hi', stream: true });
  expect(await response.text()).toBe(events.join(''));
  release();
  await made.respond({ previous_response_id: 'resp_s' });
  await made.respond({ input: [{ type: 'item_reference', id: 'msg_s' }] });
  expect(made.asked()).toEqual(['westus', 'westus', 'westus']);
});

test('G: the body passes byte for byte, and is let go of when its reader is done', async () => {
  const text = `{"id":"resp_1","text":"${'åäö😀'.repeat(1_000)}"}`;
  const chunks = new TextEncoder().encode(text);
  const sent: Answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          for (let at = 0; at < chunks.length; at += 7) controller.enqueue(chunks.subarray(at, at + 7));
          controller.close();
        },
      }),
      { headers: { 'content-type': 'application/json; charset=utf-8', 'apim-request-id': 'a' }, statusText: 'Fine' },
    );
  const made = world({ script: { sweden: sent } });
  const response = await made.send('POST', '/conversations', {});
  expect([response.headers.get('apim-request-id'), response.statusText]).toEqual(['a', 'Fine']);
  expect(explain(response)?.attempts).toHaveLength(1);
  expect(await response.text()).toBe(text);
  const other = await made.send('POST', '/conversations', {});
  await other.body?.cancel('done');
  expect(made.bodies.map(({ state, reason }) => `${state} ${reason}`)).toEqual(['read undefined', 'cancelled done']);
});

const READERS = ['text', 'json', 'arrayBuffer', 'blob', 'bytes'] as const;
/** A body that begins, and fails when it is read on. */
const breaking =
  (error: unknown): Answer =>
  () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
        pull: (controller) => controller.error(error),
      }),
      { headers: { 'content-type': 'application/json' } },
    );

test.each(READERS)('G: a body that breaks breaks for its reader as it broke: %s()', async (read) => {
  const error = new TypeError('terminated');
  const { send } = world({ script: { sweden: breaking(error) } });
  const response = await send('POST', '/conversations', {});
  expect(await outcomeOf(response[read]() as never)).toEqual({ error });
  expect(await outcomeOf(response[read]() as never)).toEqual({ error: expect.any(TypeError) });
});

test.each(READERS)('G: B: who gives up while the body comes gets their own reason: %s()', async (read) => {
  const given = new AbortController();
  const { fetch, clock, left } = world({ script: { sweden: endless(200, '{"id":', 'application/json') } });
  const init = chat({ body: '{}', signal: given.signal });
  const response = await clock.run(fetch(`${BASE}/conversations`, init));
  const reading = outcomeOf(response[read]() as never);
  given.abort('enough');
  expect(await reading).toEqual({ error: 'enough' });
  expect(left()).toEqual([]);
});

test('G: a body can be read in each of its ways, once', async () => {
  const { send } = world({ script: { sweden: () => Response.json({ id: 'resp_1' }) } });
  const bodies = [];
  for (const read of READERS) {
    const response = await send('POST', '/responses', { input: 'Hi' });
    bodies.push(await response[read]());
    expect(response.bodyUsed).toBe(true);
    expect(await outcomeOf(response.text() as never)).toEqual({ error: expect.any(TypeError) });
  }
  const bytes = new TextEncoder().encode('{"id":"resp_1"}');
  const [text, json, buffer, blob, own] = bodies;
  expect([text, json, new Uint8Array(buffer as ArrayBuffer), own]).toEqual([
    '{"id":"resp_1"}',
    { id: 'resp_1' },
    bytes,
    bytes,
  ]);
  expect((blob as Blob).type).toBe('application/json');
  const response = await send('POST', '/responses', { input: 'Hi' });
  const copy = response.clone();
  expect([await response.json(), await copy.json()]).toEqual([{ id: 'resp_1' }, { id: 'resp_1' }]);
});

test('G: of a long answer the beginning is enough', async () => {
  const long = { id: 'resp_1', output: [{ id: 'msg_1', text: 'x'.repeat(2 ** 20) }, { id: 'msg_2' }] };
  const made = world({ script: { eastus: () => Response.json(long) } });
  await madeIn(made, 'eastus');
  await made.send('GET', '/responses/resp_1');
  expect(made.asked()).toEqual(['eastus']);
});

test('G: contents of files are nobody’s ids', async () => {
  const made = world({ script: { eastus: () => Response.json({ id: 'resp_of_a_log', region: 'eastus' }) } });
  const release = only(made.fetch, 'eastus');
  await made.read('GET', '/files/file-1/content');
  release();
  made.requests.length = 0;
  await made.send('GET', '/responses/resp_of_a_log');
  expect(made.asked().at(0)).toBe('sweden');
});

test('T: G: pins are written within a second, in one go, and read at the start', async () => {
  const store = memoryStore();
  const saved: number[] = [];
  const counting = {
    ...store,
    async save(snapshot: Parameters<typeof store.save>[0]) {
      saved.push(Object.keys(snapshot.pins ?? {}).length);
      await store.save(snapshot);
    },
  };
  const first = world({ store: counting });
  await first.fetch.ready;
  first.fetch.force('sweden', 'out');
  first.fetch.force('westus', 'out');
  await first.clock.advance(0);
  saved.length = 0;
  const { id } = await first.respond();
  await first.respond();
  expect(saved).toEqual([]);
  await first.clock.advance(1_000);
  // Two responses, two messages, two encrypted contents.
  expect(saved).toEqual([6]);
  await first.clock.advance(60_000);
  expect(saved).toEqual([6]);

  const second = world({ store });
  await second.fetch.ready;
  second.kept('eastus').add(id);
  await second.send('GET', `/responses/${id}`);
  expect(second.asked()).toEqual(['eastus']);
  const stored = JSON.stringify(await store.load());
  expect(stored).not.toMatch(/gAAAA|Hi|key-of|callers/);
});

test('T: G: close() writes the pins that were waiting, and leaves no timer', async () => {
  const store = memoryStore();
  const first = world({ store });
  const { id } = await first.respond();
  await first.clock.run(first.fetch.close());
  expect(first.left()).toEqual([]);
  expect((await store.load())?.pins).toHaveProperty(id);
  await first.respond();
  expect(first.left()).toEqual([]);
});

test('S: G: pins that could not be written are written the next time', async () => {
  const store = memoryStore();
  let broken = true;
  const made = world({
    store: { ...store, save: (snapshot) => (broken ? Promise.reject(new Error('full')) : store.save(snapshot)) },
  });
  const { id } = await made.respond();
  await made.clock.advance(1_000);
  expect(made.heard('warning').map(({ code }) => code)).toEqual(['store']);
  broken = false;
  await made.respond();
  await made.clock.advance(1_000);
  expect((await store.load())?.pins).toHaveProperty(id);
});

test('G: no event carries an id', async () => {
  const made = world();
  const id = await madeIn(made, 'eastus');
  await made.respond({ previous_response_id: id });
  await made.send('GET', '/responses/resp_unknown');
  made.fetch.force('eastus', 'out');
  await made.failure('POST', '/responses', { previous_response_id: id });
  expect(JSON.stringify(made.events)).not.toMatch(/resp_|msg_/);
});

test('G: no hedge moves a pinned call', async () => {
  const slow: Answer = async (sent, clock) => {
    await clock.sleep(5_000, sent.signal);
    return Response.json({ id: 'resp_1', region: 'eastus' });
  };
  const made = world({ script: { eastus: slow }, hedge: { afterMs: 100, budget: 1 } });
  const release = only(made.fetch, 'eastus');
  await made.respond();
  release();
  expect(await made.respond({ previous_response_id: 'resp_1' })).toMatchObject({ region: 'eastus' });
  expect(made.asked()).toEqual(['eastus', 'eastus']);
});
