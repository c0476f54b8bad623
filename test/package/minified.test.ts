import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { expect, inject, onTestFinished, test } from 'vitest';
import { findChromium, quietArgs } from '../../scripts/chromium.ts';

const CHUNKS = 12;

/** An app that reads a slow stream, in one way, while garbage is collected all the time. */
const app = `
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

/** As an app ships it: what is only mentioned somewhere is not there any more. */
async function minified(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: join(inject('consumer')) },
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

test('R: in an app that is minified, a stream goes on while garbage is collected, and its break is told of, however it is read', async () => {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...quietArgs, '--js-flags=--expose-gc'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  // In a worker, where Chromium keeps less alive than in a page.
  const look = await page.evaluateHandle(
    (code) => {
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
      return (how: string, isWhole: boolean) =>
        new Promise<string>((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve(message);
          worker.postMessage([how, isWhole]);
        });
    },
    await minified(),
  );
  for (const how of ['pipe', 'loop', 'reader', 'text']) {
    const whole = await look.evaluate((ask, name) => ask(name, true), how);
    expect(whole.match(/"content":"\d+"/g), `${how}: ${whole}`).toHaveLength(CHUNKS);
    expect(whole, how).toMatch(/\[DONE\]\s+$/);
    expect(await look.evaluate((ask, name) => ask(name, false), how), how).toBe('FailoverError ERR_STREAM_BROKEN');
  }
});
