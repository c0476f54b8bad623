import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore } from '../../src/index.ts';
import { createVirtualSimulator } from '../../src/simulator/index.ts';

// The simulator writes the wire on its own, so that what is misread here cannot be misread there as well.
const NAMES = ['eastus', 'westeurope', 'japaneast'];

function world(store = memoryStore()) {
  const simulator = createVirtualSimulator({
    seed: 7,
    regions: Object.fromEntries(NAMES.map((name) => [name, { deployments: ['gpt-4o'] }])),
  });
  const { clock } = simulator;
  const endpoints = simulator.endpoints();
  const asked: string[] = [];
  const regions = endpoints.map(({ region, url, key }) => ({
    name: region,
    endpoint: url,
    credential: { apiKey: key },
  }));
  const [first] = endpoints;
  const start = () =>
    createFailoverFetch({
      regions,
      store,
      clock,
      random: () => 0.5,
      fetch: simulator.fetch,
      onEvent: (event) => {
        if (event.type === 'attempt') asked.push(event.record.region);
      },
    });
  let fetch = start();
  return {
    simulator,
    asked,
    /** As if the process had begun anew. */
    async restart() {
      await clock.run(fetch.close());
      fetch = start();
      await clock.run(fetch.ready);
    },
    force: (region: string, to: 'out' | 'auto') => fetch.force(region, to),
    async send(method: string, path: string, body?: object) {
      asked.length = 0;
      const json = body && !(body instanceof FormData);
      const sent = fetch(`${first?.url}/openai/v1/${path}`, {
        method,
        ...(json && { headers: { 'content-type': 'application/json' } }),
        ...(body && { body: json ? JSON.stringify({ model: 'gpt-4o', ...body }) : (body as FormData) }),
      });
      const response = await clock.run(sent);
      const text = await clock.run(response.text());
      return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    },
  };
}

/** What is sent while only this region is in. */
async function inRegion<T>({ force }: ReturnType<typeof world>, region: string, send: () => Promise<T>): Promise<T> {
  for (const name of NAMES) if (name !== region) force(name, 'out');
  const answer = await send();
  for (const name of NAMES) force(name, 'auto');
  return answer;
}

test.each([false, true])(
  'G: a conversation stays where it began, also after a restart (streamed: %s)',
  async (stream) => {
    const made = world();
    const begun = await inRegion(made, 'japaneast', () => made.send('POST', 'responses', { input: 'Hi', stream }));
    const id = /"id":"(resp_[^"]+)"/.exec(begun.text)?.[1];
    const next = { input: 'And now?', previous_response_id: id };
    expect((await made.send('POST', 'responses', next)).status).toBe(200);
    expect(made.asked).toEqual(['japaneast']);
    await made.restart();
    expect((await made.send('GET', `responses/${id}`)).status).toBe(200);
    expect(made.asked).toEqual(['japaneast']);
  },
);

test('G: what nobody remembers is found', async () => {
  const forgetful = { load: async () => undefined, save: async () => {} };
  const made = world(forgetful);
  const { body } = await inRegion(made, 'japaneast', () => made.send('POST', 'responses', { input: 'Hi' }));
  const [item] = body.output;
  for (const next of [
    { previous_response_id: body.id },
    { input: [{ type: 'item_reference', id: item.id }] },
    {
      input: [
        { type: 'item_reference', id: item.id },
        { role: 'user', content: 'And now?' },
      ],
      stream: true,
    },
  ]) {
    await made.restart();
    expect((await made.send('POST', 'responses', { input: 'Hi', ...next })).status).toBe(200);
    expect(made.asked).toEqual(NAMES);
    expect((await made.send('POST', 'responses', { input: 'Hi', ...next })).status).toBe(200);
    expect(made.asked).toEqual(['japaneast']);
  }
  const unknown = await made.send('POST', 'responses', { input: 'Hi', previous_response_id: 'resp_nobodys' });
  expect([unknown.status, unknown.body.error.code]).toEqual([400, 'previous_response_not_found']);
  expect(made.asked).toEqual(NAMES);
});

test.each(['conversations', 'vector_stores', 'containers'])(
  'G: what is made of %s is found, and deleted',
  async (kind) => {
    const made = world();
    const { body } = await inRegion(made, 'westeurope', () => made.send('POST', kind, { name: 'mine' }));
    expect((await made.send('GET', `${kind}/${body.id}`)).status).toBe(200);
    expect(made.asked).toEqual(['westeurope']);
    expect((await made.send('DELETE', `${kind}/${body.id}`)).status).toBe(200);
    expect(made.asked).toEqual(['westeurope']);
    expect((await made.send('GET', `${kind}/${body.id}`)).status).toBe(404);
    expect(made.asked).toEqual(NAMES);
  },
);

test('G: a file that was uploaded binds what is made of it', async () => {
  const made = world();
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new File(['{}'], 'a.jsonl'));
  const { body } = await inRegion(made, 'westeurope', () => made.send('POST', 'files', form));
  const batch = { input_file_id: body.id, endpoint: '/v1/responses', completion_window: '24h' };
  const made2 = await made.send('POST', 'batches', batch);
  expect([made2.status, made.asked]).toEqual([200, ['westeurope']]);
  expect((await made.send('GET', `files/${body.id}/content`)).text).toBe('{}');
  expect(made.asked).toEqual(['westeurope']);
});

test('G: encrypted reasoning goes back to where it was made, and nothing else of what is not stored', async () => {
  const made = world();
  const asking = { input: 'Hi', store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' } };
  const { body } = await inRegion(made, 'japaneast', () => made.send('POST', 'responses', asking));
  const reasoning = body.output.filter((item: { readonly type: string }) => item.type === 'reasoning');
  expect(reasoning).not.toEqual([]);
  const again = { ...asking, input: [...reasoning, { role: 'user', content: 'And now?' }] };
  expect((await made.send('POST', 'responses', again)).status).toBe(200);
  expect(made.asked).toEqual(['japaneast']);
});
