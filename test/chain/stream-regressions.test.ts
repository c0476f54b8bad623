import { expect, test } from 'vitest';
import { inBandError } from '../../src/azure/in-band-error.ts';
import { remake } from '../../src/chain/remake.ts';
import { arrived, chat, endpointOf, setup } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import { CHATTING, events, FILTERS, ROLE, stalls, streaming, wait, word } from '../support/stream.ts';

const BASE = `${endpointOf('sweden')}/openai/v1`;
const answer = (region: string) => () =>
  Response.json({ id: `resp_${region}`, store: true, output: [{ id: `msg_${region}`, type: 'message' }], region });

test('G: items that are whole are put together from what two regions answered', async () => {
  const { fetch, clock, asked } = setup({ script: { sweden: answer('sweden'), eastus: answer('eastus') } });
  const post = async (body: object) =>
    (await clock.run(fetch(`${BASE}/responses`, chat({ body: JSON.stringify({ model: 'gpt', ...body }) })))).json();
  await post({ input: 'a' });
  fetch.force('sweden', 'out');
  await post({ input: 'b' });
  fetch.force('sweden', 'auto');
  const message = (region: string) => ({
    id: `msg_${region}`,
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: region }],
  });
  expect(
    await post({ input: [message('sweden'), message('eastus'), { role: 'user', content: 'Sum up' }] }),
  ).toMatchObject({ region: 'sweden' });
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
});

test('B: who stops reading at the last event leaves no timer', async () => {
  const { ask, clock, left } = streaming({ script: { sweden: events(...CHATTING, stalls) } });
  const response = await ask();
  const reader = response.body?.getReader();
  for (let text = ''; !text.includes('[DONE]'); )
    text = new TextDecoder().decode((await clock.run(reader?.read() as Promise<{ value?: Uint8Array }>)).value);
  expect(left()).not.toContain('timer');
  await reader?.cancel();
});

test('A: a clone has the URL of what it was made of', async () => {
  const { clock } = streaming();
  const network = new Response('whole');
  Object.defineProperty(network, 'url', { value: 'https://a.example/' });
  const response = remake(network, network.body);
  const copy = response.clone();
  expect(copy.url).toBe('https://a.example/');
  expect(copy.clone().url).toBe('https://a.example/');
  const [a, b] = await clock.run(Promise.all([response.text(), copy.text()]));
  expect(a).toBe(b);
  expect(() => response.clone()).toThrow(TypeError);
});

test('H: a response that failed long ago says nothing of its region when it is streamed again', async () => {
  const error = { code: 'server_error', message: 'x' };
  const failed = events(
    sse.CREATED,
    sse.event('response.failed', { response: { id: 'resp_1', status: 'failed', error } }),
  );
  const { fetch, clock, asked } = streaming({ script: { sweden: failed } });
  for (let i = 0; i < 10; i++) {
    const response = await clock.run(fetch(`${BASE}/responses/resp_1?stream=true`, { method: 'GET' }));
    await expect(clock.run(response.text())).rejects.toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  }
  expect(asked()).toEqual(Array(10).fill('sweden'));
  expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', state: 'closed', deployments: {} });
});

test.each([
  ...[
    'image_too_large',
    'image_too_small',
    'image_parse_error',
    'image_content_policy_violation',
    'image_file_too_large',
  ],
  ...['empty_image_file', 'failed_to_download_image', 'moderation_blocked', 'content_policy_violation'],
])('H: a response that failed for %s is its caller’s fault', (code) => {
  expect(inBandError('response.failed', { response: { error: { code, message: 'x' } } })?.status).toBe(400);
});

test('R: a long chunk that says at its beginning that it is the last ends a chat', async () => {
  const { whole } = streaming({
    script: {
      sweden: events(
        sse.data({ choices: [{ finish_reason: 'stop', index: 0, delta: { content: 'x'.repeat(6_000) } }] }),
      ),
    },
  });
  expect(await whole()).toMatchObject({ ended: true });
});

test('N: models that reason before they speak are not asked twice, and open no region', async () => {
  const slow = events(FILTERS, ROLE, wait(30_000), word('a'), sse.FINISH, sse.DONE);
  const { ask, read, asked, fetch } = streaming({ script: { sweden: slow, eastus: slow } });
  for (let i = 0; i < 6; i++) await read(await ask());
  expect(asked()).toEqual(Array(6).fill('sweden'));
  expect(fetch.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
});

const transcription = (): RequestInit => {
  const form = new FormData();
  form.append('file', new File(['audio'], 'a.wav'));
  form.append('model', 'whisper');
  form.append('stream', 'true');
  return { method: 'POST', body: form };
};

test.each<[what: string, input: (url: string) => Parameters<typeof fetch>]>([
  ['a form', (url) => [url, transcription()]],
  ['a Request made of a form', (url) => [new Request(url, transcription())]],
])('R: a stream that %s asks for is watched', async (_, input) => {
  const script = { sweden: events(sse.event('transcript.text.delta')) };
  const { fetch, clock, requests } = setup({ script });
  const [url, init] = input(`${BASE}/audio/transcriptions`);
  const call = fetch(url as Request, init);
  await arrived(requests);
  const response = await clock.run(call);
  expect(await clock.run(sse.readAll(response))).toMatchObject({ error: { code: 'ERR_STREAM_BROKEN' } });
});
