import { expect, test } from 'vitest';
import { refused, status } from '../support/service.ts';
import { arrived, chat, setup } from '../support/setup.ts';
import { credential, EASTUS, json, SWEDEN, travel } from '../support/travel.ts';

const NAMED = { deployments: { gpt: 'gpt-east "x"' } };

test.each([
  ['first', '{"model":"gpt","n":1}', '{"model":"gpt-east \\"x\\"","n":1}'],
  ['last, with odd space', '{ "n" :\n1.0e0 , "model"\t: "gpt" }', '{ "n" :\n1.0e0 , "model"\t: "gpt-east \\"x\\"" }'],
  [
    'behind nested ones',
    '{"a":{"model":"gpt"},"b":["model"],"model":"gpt"}',
    '{"a":{"model":"gpt"},"b":["model"],"model":"gpt-east \\"x\\""}',
  ],
  ['escaped', '{"mod\\u0065l":"g\\u0070t","é":"\\ud83d"}', '{"mod\\u0065l":"gpt-east \\"x\\"","é":"\\ud83d"}'],
])('D: on v1 routes the JSON model is renamed and not another byte changes: %s', async (_, body, renamed) => {
  const { first, last } = await travel(`${SWEDEN}/openai/v1/chat/completions`, json(body), NAMED);
  expect(first.body).toBe(body);
  expect(last.body).toBe(renamed);
});

test('D: bytes of JSON keep what is not text to them', async () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('{"model":"gpt","x":"'), 0xff, 0xfe, 0x22, 0x7d]);
  const { last } = await travel(`${SWEDEN}/openai/v1/chat/completions`, { ...json(''), body: bytes });
  expect(last.body).toEqual(bytes);
});

test('D: on classic routes the body’s model is left alone: LangChain sends a wrong one', async () => {
  const body = '{"model":"gpt-3.5-turbo"}';
  const other = { deployments: { gpt: 'gpt-east', 'gpt-3.5-turbo': 'never' } };
  const { last } = await travel(
    `${SWEDEN}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`,
    json(body),
    other,
  );
  expect(last.url).toContain('/deployments/gpt-east/');
  expect(last.body).toBe(body);
});

test('D: a region’s own name for a deployment holds at home too', async () => {
  const home = { deployments: { gpt: 'gpt-sweden' } };
  const { first, last } = await travel(`${SWEDEN}/openai/v1/responses`, json('{"model":"gpt"}'), {}, home);
  expect([first.body, last.body]).toEqual(['{"model":"gpt-sweden"}', '{"model":"gpt"}']);
});

function aForm(): FormData {
  const form = new FormData();
  form.append('file', new File(['RIFF'], 'a "b".wav', { type: 'audio/wav' }));
  form.append('model', 'gpt');
  form.append('prompt', 'line\r\nmodel');
  return form;
}
const TRANSCRIBE = `${SWEDEN}/openai/v1/audio/transcriptions`;

test('D: the model of a form is renamed, and the rest of it stays', async () => {
  const { first, last } = await travel(TRANSCRIBE, { body: aForm() }, NAMED);
  const [before, after] = [first.body as FormData, last.body as FormData];
  expect([before.get('model'), after.get('model')]).toEqual(['gpt', 'gpt-east "x"']);
  expect([...after.keys()]).toEqual(['file', 'model', 'prompt']);
  expect(after.get('file')).toMatchObject({ name: 'a "b".wav', type: 'audio/wav', size: 4 });
  expect(last.headers.has('content-type')).toBe(first.headers.has('content-type'));
});

test('D: the model part of a Request’s multipart bytes is renamed, and not another byte changes', async () => {
  const request = new Request(TRANSCRIBE, { method: 'POST', body: aForm() });
  const { fetch, clock, requests } = setup({
    script: { sweden: refused },
    regions: [
      { name: 'sweden', endpoint: SWEDEN, credential },
      { name: 'eastus', endpoint: EASTUS, credential, deployments: { gpt: 'gpt-east' } },
    ],
  });
  const answer = fetch(request);
  await arrived(requests);
  await clock.run(answer);
  const text = (body: unknown) => new TextDecoder('latin1').decode(body as Uint8Array);
  const [first, , last] = requests;
  expect(text(first?.body)).toContain('name="model"\r\n\r\ngpt\r\n');
  expect(text(last?.body)).toBe(text(first?.body).replace('\r\n\r\ngpt\r\n', '\r\n\r\ngpt-east\r\n'));
  expect(last?.headers.get('content-type')).toBe(request.headers.get('content-type'));
});

test.each([
  ['JSON', `${SWEDEN}/openai/v1/chat/completions`],
  ['path', `${SWEDEN}/openai/deployments/gpt/chat/completions`],
])('D: a region that lacks the deployment is no candidate: %s', async (_, url) => {
  const { fetch, clock, asked } = setup({
    regions: [
      { name: 'sweden', endpoint: SWEDEN, credential, deployments: { gpt: false } },
      { name: 'eastus', endpoint: EASTUS, credential },
    ],
    script: { eastus: refused },
  });
  await expect(clock.run(fetch(url, { method: 'POST', ...json('{"model":"gpt"}') }))).rejects.toThrow();
  expect(new Set(asked())).toEqual(new Set(['eastus']));
  await clock.run(fetch(url.replace('/gpt/', '/o3/'), { method: 'POST', ...json('{"model":"o3"}') }));
  expect(asked().at(-1)).toBe('sweden');
});

test('D: where every region lacks the deployment, the call fails without a request', async () => {
  const { fetch, clock, requests } = setup({
    regions: [{ name: 'sweden', endpoint: SWEDEN, credential, deployments: { gpt: false } }],
  });
  const answer = clock.run(fetch(`${SWEDEN}/openai/v1/responses`, { method: 'POST', ...json('{"model":"gpt"}') }));
  await expect(answer).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
  await expect(answer).rejects.toThrow(/lacks the deployment/);
  expect(requests).toEqual([]);
});

const absent = status(404, {}, 'The API deployment for this resource does not exist.', 'DeploymentNotFound');

test('D: a region that lacks what it was believed to have is warned about, once for each deployment', async () => {
  const {
    chat: ask,
    clock,
    heard,
  } = setup({
    regions: [
      { name: 'sweden', endpoint: SWEDEN, credential, deployments: { gpt: 'gpt-sweden' } },
      { name: 'eastus', endpoint: EASTUS, credential },
    ],
    script: { sweden: absent },
  });
  for (let i = 0; i < 3; i++) {
    expect((await ask()).status).toBe(200);
    await clock.advance(3_600_000);
  }
  expect(heard('warning')).toEqual([
    {
      type: 'warning',
      code: 'no-deployment:sweden:gpt',
      message: 'sweden has no deployment for "gpt" (404 DeploymentNotFound): check its `deployments` and Azure’s',
    },
  ]);
  await ask({ body: chat({}, { model: 'o3' }).body ?? null });
  expect(heard('warning').map(({ code }) => code)).toEqual(['no-deployment:sweden:gpt', 'no-deployment:sweden:o3']);
});

test('D: a name that somebody made up is quoted, and cut where Azure’s end', async () => {
  const { chat: ask, heard } = setup({ script: { sweden: absent } });
  await ask({ body: chat({}, { model: `o3\n${'x'.repeat(100)}` }).body ?? null });
  const [{ code, message } = { code: '', message: '' }] = heard('warning');
  expect(code).toBe(`no-deployment:sweden:o3\n${'x'.repeat(61)}`);
  expect(message).toContain(`has no deployment for "o3\\n${'x'.repeat(61)}" (404`);
});

test('D: a path that no region has is no deployment’s, and nothing to warn about', async () => {
  const { fetch, clock, heard } = setup({ script: { sweden: status(404, {}, 'Not here.', 'ResourceNotFound') } });
  await clock.run(fetch(`${SWEDEN}/openai/v1/models`));
  expect(heard('attempt')[0]?.record.verdict.kind).toBe('no-deployment');
  expect(heard('warning')).toEqual([]);
});
