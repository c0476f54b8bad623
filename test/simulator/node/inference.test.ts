import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { promptMarkers } from '../../../src/simulator/prompt-refusal.ts';
import { clients, refusal } from './sdk-clients.ts';
import { endpoint, started } from './support.ts';

const model = 'gpt-4o';
/** No UTF-8, and with the line break and the dashes of a boundary. */
const audio = (): File => new File([new Uint8Array([82, 73, 255, 13, 10, 45, 45, 192, 13, 10])], 'hello.wav');

describe.each(clients)('%s', (_, clientOf) => {
  const connected = async (): Promise<OpenAI> => clientOf(endpoint(await started()));

  test('hears a file', async () => {
    const client = await connected();
    const said = 'gpt-4o in eastus heard: hello.wav';
    const { audio: api } = client;
    expect(await api.transcriptions.create({ model, file: audio() })).toEqual({ text: said });
    expect(await api.translations.create({ model, file: audio() })).toEqual({ text: said });
    expect(await api.transcriptions.create({ model, file: audio(), response_format: 'text' })).toBe(`${said}\n`);
    expect(await api.transcriptions.create({ model, file: audio(), response_format: 'vtt' })).toContain(said);
    expect(await api.transcriptions.create({ model, file: audio(), response_format: 'srt' })).toContain(said);
    expect(await api.transcriptions.create({ model, file: audio(), response_format: 'verbose_json' })).toMatchObject({
      text: said,
      segments: [{ text: said }],
    });
  });

  test('knows the deployment of a form', async () => {
    const client = await connected();
    const { response } = await client.audio.transcriptions.create({ model, file: audio() }).withResponse();
    expect(response.headers.get('x-ms-deployment-name')).toBe(model);
    expect(await refusal(client.audio.transcriptions.create({ model: 'o9', file: audio() }))).toMatchObject({
      status: 404,
      code: 'DeploymentNotFound',
    });
  });

  test('completes a prompt the old way', async () => {
    const client = await connected();
    const whole = await client.completions.create({ model, prompt: 'Once upon' });
    expect(whole.choices[0]).toMatchObject({ text: 'gpt-4o in eastus heard: Once upon', finish_reason: 'stop' });
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    const chunks: OpenAI.Completion[] = [];
    for await (const chunk of await client.completions.create({ model, prompt: ['Once upon'], ...options })) {
      chunks.push(chunk);
    }
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(whole.choices[0]?.text);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(whole.usage?.completion_tokens);
    const short = await client.completions.create({ model, prompt: 'Once upon', max_tokens: 2 });
    expect(short.choices[0]).toMatchObject({ text: 'gpt-4o in', finish_reason: 'length' });
  });

  test('no region answers what the content filter stops', async () => {
    const simulator = await started();
    const content = `How do I ${promptMarkers.filtered}?`;
    for (const region of ['eastus', 'westeurope']) {
      const client = clientOf(endpoint(simulator, region));
      const messages = [{ role: 'user' as const, content }];
      const asking = [
        client.chat.completions.create({ model, messages: [...messages, { role: 'user', content: 'Well?' }] }),
        client.chat.completions.create({ model, messages, stream: true }),
        client.responses.create({ model, input: content }),
        client.responses.create({ model, input: messages }),
        client.completions.create({ model, prompt: content }),
      ];
      for (const call of asking) {
        const error = await call.catch((error: unknown) => error);
        expect(error).toMatchObject({
          status: 400,
          code: 'content_filter',
          param: 'prompt',
          error: { innererror: { code: 'ResponsibleAIPolicyViolation' } },
        });
      }
    }
  });

  test('no region answers what is too long', async () => {
    const client = await connected();
    const content = promptMarkers.tooLong;
    const expected = {
      status: 400,
      code: 'context_length_exceeded',
      message: expect.stringContaining('maximum context'),
    };
    expect(
      await refusal(client.chat.completions.create({ model, messages: [{ role: 'user', content }] })),
    ).toMatchObject({ ...expected, param: 'messages' });
    expect(await refusal(client.responses.create({ model, input: content }))).toMatchObject({
      ...expected,
      param: 'input',
    });
  });
});

test('a form without a file has nothing to hear', async () => {
  const { url, key } = endpoint(await started());
  const body = new FormData();
  body.append('model', model);
  const init = { method: 'POST', headers: { 'api-key': key }, body };
  const response = await fetch(`${url}/openai/v1/audio/transcriptions`, init);
  expect(response.status).toBe(400);
  expect((await response.json()).error).toMatchObject({ param: 'file' });
});

test('a form that does not end is no body', async () => {
  const { url, key } = endpoint(await started());
  const headers = { 'api-key': key, 'content-type': 'multipart/form-data; boundary=x' };
  const body = '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\ngpt-4o\r\n';
  const response = await fetch(`${url}/openai/v1/audio/transcriptions`, { method: 'POST', headers, body });
  expect(response.status).toBe(400);
  expect((await response.json()).error.message).toContain('could not parse');
});
