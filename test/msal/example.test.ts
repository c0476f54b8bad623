import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Example, startExample } from '../../examples/spa-msal/start.ts';
import { launchOnLoopback } from './chromium.ts';

const root = join(import.meta.dirname, '../..');
let browser: Browser;
let example: Example;

beforeAll(async () => {
  [browser, example] = await Promise.all([launchOnLoopback(), startExample()]);
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await example?.[Symbol.asyncDispose]();
});

test('spa-msal: a person signs in, an answer is streamed, and the other region answers while one is off', {
  timeout: 60_000,
}, async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  onTestFinished(() => context.close());
  const hosts = new Set<string>();
  context.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  const tab = await context.newPage();
  const [answer, trace, ask] = [tab.locator('#answer'), tab.locator('#trace'), tab.getByText('Ask', { exact: true })];
  const texts = new Set<string | null>();

  await tab.goto(example.url, { timeout: 30_000 });
  await tab.getByText('Nobody is signed in').waitFor();
  await tab.getByText('Switch swedencentral off').waitFor();
  const [popup] = await Promise.all([tab.waitForEvent('popup'), ask.click()]);
  await popup.getByText('Sign in').click();
  for (const until = performance.now() + 20_000; performance.now() < until; ) {
    texts.add(await answer.textContent());
    if (await trace.textContent()) break;
  }
  expect(await answer.textContent()).toMatch(/^gpt-4o in swedencentral heard: .*\?$/);
  expect(await trace.textContent()).toMatch(/^swedencentral answered \(200, \d+ ms\)$/);
  // Word by word.
  expect(texts.size).toBeGreaterThan(3);
  await tab.getByText('Signed in as person@contoso.test').waitFor();

  await tab.getByText('Switch swedencentral off').click();
  await tab.getByText('It refuses every connection').waitFor();
  await ask.click();
  await tab.getByText('eastus2 answered (200').waitFor();
  expect(await answer.textContent()).toMatch(/^gpt-4o in eastus2 heard: .*\?$/);
  expect(await trace.textContent()).toMatch(/^swedencentral (could not be reached|lost the connection)/);

  await tab.getByText('Switch swedencentral on').click();
  await tab.getByText('Switch swedencentral off').waitFor();
  expect(hosts).toEqual(new Set(['localhost', '127.0.0.1']));
});

test('spa-msal: prints one address, and Ctrl-C ends it', { timeout: 30_000 }, async () => {
  const run = spawn(process.execPath, ['examples/spa-msal/run.ts'], { cwd: root });
  onTestFinished(() => void run.kill('SIGKILL'));
  let [said, complained] = ['', ''];
  run.stderr.on('data', (text) => {
    complained += text;
  });
  for await (const text of run.stdout) {
    said += text;
    if (said.includes('Ctrl-C')) run.kill('SIGINT');
  }
  if (run.exitCode === null) await once(run, 'exit');
  expect({ code: run.exitCode, complained }).toEqual({ code: 0, complained: '' });
  expect(said.match(/https?:\S+/g)).toEqual([expect.stringMatching(/^https:\/\/localhost:\d+\/$/)]);
});
