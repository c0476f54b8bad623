import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFailoverFetch } from '../../src/index.ts';

test.each<[encoding: BufferEncoding, phrase: string]>([
  ['latin1', 'Schön'],
  ['utf8', '好'],
])('A: a reason phrase in %s is no failure', async (encoding, phrase) => {
  const head = [`HTTP/1.1 200 ${phrase}`, 'content-type: application/json', 'content-length: 7', 'connection: close'];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from([...head, '', '{"a":1}'].join('\r\n'), encoding)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"model":"gpt"}' };
  const plain = await fetch(`${endpoint}/openai/v1/chat/completions`, init);
  await plain.text();
  const ours = createFailoverFetch({ regions: [{ name: 'here', endpoint, credential: { apiKey: 'key' } }] });
  const response = await ours(`${endpoint}/openai/v1/chat/completions`, init);
  expect(await response.json()).toEqual({ a: 1 });
  expect(response.statusText).toBe(plain.statusText);
});
