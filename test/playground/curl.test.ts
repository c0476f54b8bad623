import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { curlOf, quotedForShell } from '../../playground/code/curl.ts';
import { ask } from '../../playground/engine/rivals/ask.ts';
import type { Site, Surroundings } from '../../playground/engine/rivals/rival.ts';
import { CALL_HEADER, type Sent, tap } from '../../playground/engine/tap.ts';
import { systemClock } from '../../src/clock.ts';
import { startSimulator } from '../../src/simulator/node/index.ts';

const run = promisify(execFile);
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** What is written down of a request that one region was really sent. */
async function sentTo(site: Site, content: string) {
  const seen: Sent[] = [];
  const sites: Surroundings['sites'] = [site];
  const fetch = tap(globalThis.fetch, sites, systemClock.now, () => seen);
  const headers = { 'content-type': 'application/json', [CALL_HEADER]: '7' };
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
  const init = { method: 'POST', headers, body };
  const response = await ask(
    { sites, fetch, clock: systemClock, random: () => 0 },
    site,
    '/openai/v1/chat/completions',
    init,
  );
  const answer = await response.text();
  const request = seen[0]?.request;
  if (!request) throw new Error('nothing was written down');
  return { request, answer };
}

const heard = (answer: string): unknown => JSON.parse(answer).choices[0].message.content;

test.runIf(hasCurl)('an attempt runs again in a shell, with the key from its environment', async () => {
  await using simulator = await startSimulator({ regions: { eastus: {} } });
  const [{ region: name, url, key } = { region: '', url: '', key: '' }] = simulator.endpoints();
  const { request, answer } = await sentTo({ name, url, key }, `It's "$HOME" \`id\` \\ {a,b} [1-2] @file;\n!`);
  const command = curlOf(request);
  expect(command).not.toContain(key);
  const env = { ...process.env, AZURE_OPENAI_API_KEY: key };
  const { stdout } = await run('sh', ['-c', command], { env });
  const [head = '', body = ''] = stdout.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200/);
  expect(heard(body)).toBe(heard(answer));
  const { stdout: refused } = await run('sh', ['-c', command], { env: { ...env, AZURE_OPENAI_API_KEY: '' } });
  expect(refused).toMatch(/^HTTP\/1\.1 401/);
});

test('a token stays out of the record and of the command', async () => {
  await using simulator = await startSimulator({ regions: { eastus: {} } });
  const [{ region: name, url, key } = { region: '', url: '', key: '' }] = simulator.endpoints();
  const { request } = await sentTo({ name, url, key, token: 'eyJ.secret' }, 'Hi');
  expect(JSON.stringify(request)).not.toContain('secret');
  expect(curlOf(request)).toContain('-H "authorization: Bearer $AZURE_OPENAI_TOKEN"');
});

test('any text is one word of a shell', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (texts) => {
      const script = `printf '%s\\n.' ${texts.map(quotedForShell).join(' ')}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(texts.map((text) => `${text}\n.`).join(''));
    }),
    { numRuns: 25 },
  );
});
