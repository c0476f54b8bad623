import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../src/simulator/node/index.ts';
import { typeErrors } from './support/type-errors.ts';

const consumer = inject('consumer');
const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** The README's TypeScript, from top to bottom, is one program; `<!-- not run -->` before a block keeps it from running. */
const blocks = [...readme.matchAll(/^(<!-- not run -->\n+)?```ts\n(.*?)^```$/gms)].map(([, notRun, code = '']) => ({
  run: notRun === undefined,
  code,
}));
const regions = [...new Set(readme.match(/(?<=https:\/\/contoso-)\w+(?=\.openai\.azure\.com)/g))];

function writeProgram(file: string, parts: typeof blocks): void {
  writeFileSync(join(consumer, file), `${parts.map(({ code }) => code).join('\n')}\nexport {};\n`);
}

/** What the program prints, with a simulated region behind each of the addresses that the README names. */
async function runReadme(broken: Readonly<Record<string, string>> = {}): Promise<string> {
  const simulator = await startSimulator({ regions: Object.fromEntries(regions.map((name) => [name, {}])) });
  onTestFinished(() => simulator.close());
  for (const [region, fault] of Object.entries(broken)) await simulator.region(region).inject(fault);
  const endpoints = simulator.endpoints();
  const keys = readme.match(/(?<=process\.env\.)KEY_\w+/g)?.map((name) => [name, 'no-key-of-any-region']) ?? [];
  const env = {
    ...process.env,
    ...Object.fromEntries(keys),
    ...Object.fromEntries(endpoints.map(({ region, key }) => [`KEY_${region.toUpperCase()}`, key])),
    SIMULATED_REGIONS: JSON.stringify(
      endpoints.map(({ region, url }) => [`https://contoso-${region}.openai.azure.com`, url]),
    ),
  };
  writeProgram(
    'readme-run.ts',
    blocks.filter(({ run }) => run),
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', join(import.meta.dirname, 'support/regions.ts'), 'readme-run.ts'],
    { cwd: consumer, env, timeout: 30_000 },
  );
  return stdout;
}

test('shows TypeScript that compiles against the package', async () => {
  expect(blocks.length).toBeGreaterThan(0);
  writeProgram('readme.ts', blocks);
  expect(typeErrors(consumer, 'readme.ts', { lib: ['ES2023', 'DOM', 'ESNext.Disposable'], types: ['node'] })).toBe('');
});

test('shows TypeScript that runs', async () => {
  const printed = await runReadme();
  expect(printed).toMatch(/^gpt-4o in sweden heard: Are you there\?\nsweden answered \(200, /);
});

test('keeps its promise: when Sweden is down, East US 2 answers', async () => {
  const printed = await runReadme({ sweden: 'refused' });
  expect(printed).toMatch(
    /^gpt-4o in eastus2 heard: Are you there\?\nsweden could not be reached .*eastus2 answered \(200, /,
  );
});
