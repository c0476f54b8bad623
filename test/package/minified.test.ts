import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { minifiedApp } from './support/minified-app.ts';

const CHUNKS = 12;

/** An app that reads a slow stream, in one way, while garbage is collected all the time. */
const reading = `
  import { createFailoverFetch } from 'azure-openai-failover';

  const event = (choice) => 'data: ' + JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] }) + '\\n\\n';
  const end = event({ delta: {}, finish_reason: 'stop' }) + 'data: [DONE]\\n\\n';
  function slowly(isWhole) {
    let nth = 0;
    return new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        controller.enqueue(event({ delta: { content: String(nth) } }));
        if (++nth < ${CHUNKS}) return;
        if (!isWhole) return controller.error(new TypeError('network error'));
        controller.enqueue(end);
        controller.close();
      },
    });
  }
  const service = (isWhole) => async () =>
    new Response(slowly(isWhole).pipeThrough(new TextEncoderStream()), { headers: { 'content-type': 'text/event-stream' } });
  const endpoint = 'https://contoso-sweden.openai.azure.com';

  const readers = {
    async pipe(response) {
      let text = '';
      await response.body.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({ write: (piece) => void (text += piece) }));
      return text;
    },
    async loop(response) {
      let text = '';
      for await (const bytes of response.body) text += new TextDecoder().decode(bytes);
      return text;
    },
    async reader(response) {
      const reader = response.body.getReader();
      let text = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += new TextDecoder().decode(part.value);
      return text;
    },
    text: (response) => response.text(),
  };

  globalThis.onmessage = async ({ data }) => postMessage(await look(data));

  // Nothing is over at once, so that there is always a moment in which garbage is collected.
  const clock = {
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 60))),
    timer(ms, callback) {
      const timer = setTimeout(callback, Math.max(ms, 60));
      return () => clearTimeout(timer);
    },
  };

  const look = async ([how, isWhole]) => {
    const regions = [{ name: 'sweden', endpoint, credential: { apiKey: 'key' } }];
    const fetch = createFailoverFetch({ regions, fetch: service(isWhole), clock });
    const timer = setInterval(() => {
      gc({ type: 'minor', execution: 'async' });
      gc({ type: 'major', execution: 'async' });
    }, 10);
    try {
      const body = JSON.stringify({ model: 'gpt-4o', messages: [], stream: true });
      return await readers[how](await fetch(endpoint + '/openai/v1/chat/completions', { method: 'POST', body }));
    } catch (error) {
      return error.name + ' ' + error.code;
    } finally {
      clearInterval(timer);
    }
  };
`;

test('R: in an app that is minified, a stream goes on while garbage is collected, and its break is told of, however it is read', async () => {
  const look = await minifiedApp(reading);
  for (const how of ['pipe', 'loop', 'reader', 'text']) {
    const whole = await look([how, true]);
    expect(whole.match(/"content":"\d+"/g), `${how}: ${whole}`).toHaveLength(CHUNKS);
    expect(whole, how).toMatch(/\[DONE\]\s+$/);
    expect(await look([how, false]), how).toBe('FailoverError ERR_STREAM_BROKEN');
  }
});

/** An app that gives up a body in the middle, with a signal that has served a call before, after garbage was collected. */
const givingUp = `
  import { createFailoverFetch } from 'azure-openai-failover';

  globalThis.onmessage = async ({ data: endpoint }) => {
    const regions = [{ name: 'sweden', endpoint, credential: { apiKey: 'key' } }];
    const fetch = createFailoverFetch({ regions });
    const giveUp = new AbortController();
    const ask = (path) => fetch(endpoint + path, { method: 'POST', body: '{"model":"gpt-4o"}', signal: giveUp.signal });
    await (await ask('/openai/v1/embeddings')).text();
    const reading = ask('/openai/v1/chat/completions').then((response) => response.text());
    const timer = setInterval(() => {
      gc({ type: 'minor', execution: 'async' });
      gc({ type: 'major', execution: 'async' });
    }, 10);
    setTimeout(() => giveUp.abort(new Error('enough')), 300);
    postMessage(await reading.catch(String));
    clearInterval(timer);
  };
`;

test('B: an abort reaches a body that is being read, though garbage was collected and its signal serves many calls', async () => {
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  const server = createServer((request, response) => {
    response.writeHead(200, { ...cors, 'content-type': 'application/json' });
    // The other answer never comes to its end.
    if (request.method === 'OPTIONS' || request.url?.endsWith('/embeddings')) response.end('{}');
    else response.write('{"choices":');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = await minifiedApp(givingUp);
  expect(await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe('Error: enough');
});
