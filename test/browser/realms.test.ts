import { expect, test } from 'vitest';
import { arrived, CHAT, chat, endpointOf, keyOf, setup } from '../support/setup.ts';

type Realm = Pick<typeof globalThis, 'Request' | 'FormData' | 'File'>;

/** What an iframe calls by the names of ours. */
function realm(): Realm & Disposable {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const { Request, FormData, File } = frame.contentWindow as unknown as Realm;
  return { Request, FormData, File, [Symbol.dispose]: () => frame.remove() };
}

test('A: a Request of an iframe fails over, with a key of ours', async () => {
  using frame = realm();
  const { fetch, clock, requests } = setup({ script: { sweden: () => new Response('out', { status: 503 }) } });
  const request = new frame.Request(CHAT, chat());
  expect(request).not.toBeInstanceOf(Request);
  const call = fetch(request);
  await arrived(requests);
  expect((await clock.run(call)).status).toBe(200);
  const [first, last] = [requests[0], requests.at(-1)];
  expect([first?.region, last?.region]).toEqual(['sweden', 'eastus']);
  expect(last?.headers.get('api-key')).toBe(keyOf('eastus'));
  expect(last?.body).toBe(chat().body);
});

test('A: a Request of an iframe is given up when its signal says so', async () => {
  using frame = realm();
  const { fetch } = setup();
  const controller = new AbortController();
  controller.abort();
  await expect(fetch(new frame.Request(CHAT, chat({ signal: controller.signal })))).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('A: a form of an iframe goes out as a form', async () => {
  using frame = realm();
  const { fetch, clock, requests } = setup();
  const form = new frame.FormData();
  form.append('model', 'whisper');
  form.append('file', new frame.File(['audio'], 'a.wav'));
  expect(form).not.toBeInstanceOf(FormData);
  const call = fetch(`${endpointOf('sweden')}/openai/v1/audio/transcriptions`, { method: 'POST', body: form });
  await arrived(requests);
  await clock.run(call);
  const sent = requests[0]?.body;
  expect(sent).toBeInstanceOf(FormData);
  expect([...((sent ?? []) as FormData)]).toMatchObject([
    ['model', 'whisper'],
    ['file', { name: 'a.wav' }],
  ]);
});
