import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applicationCode, type CodeTarget, keyName } from '../../playground/code/application.ts';
import { changedOptions, optionFigures } from '../../playground/code/options.ts';
import { quoted } from '../../playground/code/print.ts';
import { tokensOf } from '../../playground/code/tokens.ts';
import { vitestCode } from '../../playground/code/vitest.ts';
import { createFailoverFetch } from '../../src/index.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/node/index.ts';
import { typeErrors } from '../package/support/type-errors.ts';

const root = join(import.meta.dirname, '../..');
const source = {
  'azure-openai-failover': join(root, 'src/index.ts'),
  'azure-openai-failover/msal': join(root, 'src/credential/msal.ts'),
  'azure-openai-failover/simulator': join(root, 'src/simulator/index.ts'),
};
const run = promisify(execFile);

const blackout = scenarios.find(({ id }) => id === 'blackout') as Scenario;
/** One with something of everything. */
const rich: Scenario = {
  ...blackout,
  title: 'It’s "quoted", \\ and `ticked`\n</script>',
  regions: [
    { id: 'eastus', deployments: ['gpt-4o', 'gpt-4o-mini'] },
    { id: 'north-europe', deployments: ['gpt-4o'] },
  ],
  load: [
    { clients: 2, rps: 1, from: 5, to: 20, stream: 0.5, deployments: ['gpt-4o', 'gpt-4o-mini'] },
    { at: 3, calls: 4 },
  ],
  client: {
    strategy: 'latency',
    retry: { attempts: 3, sameRegion: 1 },
    timeouts: { totalMs: 60_000 },
    breaker: { openMs: 2_000, rampMs: 60_000 },
    hedge: { afterMs: 1_500 },
  },
  faults: [
    [10, 12, 'client', 'offline'],
    [14, 15, 'client', 'forget'],
  ],
  asserts: ['errors==0', 'p99Ms<=9000', 'detectMs<=5000', 'success>=0.5'],
};
/** One with every kind of load. */
const busy: Scenario = {
  ...blackout,
  id: 'busy',
  load: [
    { clients: 2, rps: 0.5, ramp: { rps: 4, seconds: 30 }, from: 5, to: 70, stream: 0.5, maxTokens: 20_000 },
    { clients: 2, rps: 2, ramp: { rps: 0, seconds: 10 } },
    { users: 6, thinkMs: 'lognormal(1500,0.5)', from: 10, stream: 1, deployments: ['gpt-4o', 'gpt-4o-mini'] },
    { users: 2, thinkMs: 0, to: 20, maxTokens: 1 },
    { at: 15, calls: 10 },
  ],
  faults: [...blackout.faults, [50, 60, 'client', 'sleep']],
  asserts: ['success>=0.7', 'p95Ms<=5000'],
};
const targets: readonly CodeTarget[] = ['node', 'browser', 'openai'];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snippets-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true }));

test('every snippet compiles', { timeout: 120_000 }, async () => {
  const snippets = [...scenarios, rich, busy].flatMap((scenario) => {
    // What differs between scenarios of the same regions and options is in their tests.
    const shown = scenario === rich || scenario === blackout ? targets : [];
    return [...shown.map((target) => applicationCode(scenario, target)), vitestCode(scenario)];
  });
  await Promise.all(snippets.map((code, nth) => writeFile(join(folder, `snippet-${nth}.ts`), code)));
  await writeFile(join(folder, 'all.ts'), snippets.map((_, nth) => `import './snippet-${nth}.ts';`).join('\n'));
  const options = {
    lib: ['ES2023', 'DOM', 'ESNext.Disposable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: Object.fromEntries(Object.entries(source).map(([name, path]) => [name, [path]])),
    allowImportingTsExtensions: true,
    module: 'ESNext',
    moduleResolution: 'Bundler',
    moduleDetection: 'force',
    skipLibCheck: true,
  };
  expect(typeErrors(folder, 'all.ts', options)).toBe('');
});

/** What a snippet prints, with a simulated region behind each of its addresses. */
async function printed(scenario: Scenario, target: CodeTarget, broken?: string): Promise<string> {
  const names = scenario.regions.map(({ id }) => id);
  await using simulator = await startSimulator({ regions: Object.fromEntries(names.map((name) => [name, {}])) });
  if (broken !== undefined) await simulator.region(broken).inject('refused');
  const endpoints = simulator.endpoints();
  const entry = join(folder, `run-${target}.ts`);
  const outfile = join(folder, `run-${target}.mjs`);
  await writeFile(entry, applicationCode(scenario, target));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: source,
    logLevel: 'error',
  });
  const env = {
    ...process.env,
    ...Object.fromEntries(endpoints.map(({ region, key }) => [keyName(region), key])),
    SIMULATED_REGIONS: JSON.stringify(
      endpoints.map(({ region, url }) => [`https://contoso-${region}.openai.azure.com`, url]),
    ),
  };
  const regions = join(root, 'test/package/support/regions.ts');
  const { stdout } = await run(process.execPath, ['--import', regions, outfile], { env, timeout: 30_000 });
  return stdout;
}

test.each([
  ['node', blackout],
  ['openai', blackout],
  ['node', rich],
] as const)(
  'a snippet for %s runs, and another region answers when the first is down',
  { timeout: 60_000 },
  async (target, scenario) => {
    const [first = '', second = ''] = scenario.regions.map(({ id }) => id);
    expect(await printed(scenario, target)).toBe(`gpt-4o in ${first} heard: Are you there?\n`);
    expect(await printed(scenario, target, first)).toBe(`gpt-4o in ${second} heard: Are you there?\n`);
  },
);

test('the snippet for pages is bundled for a page', { timeout: 60_000 }, async () => {
  const stdin = { contents: applicationCode(rich, 'browser'), resolveDir: folder, loader: 'ts' as const };
  const { outputFiles, warnings } = await build({
    stdin,
    bundle: true,
    format: 'esm',
    write: false,
    alias: source,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  expect(outputFiles[0]?.text.length).toBeGreaterThan(50_000);
  expect(applicationCode(rich, 'browser')).not.toContain('apiKey');
});

test('tests made of scenarios pass in Vitest', { timeout: 120_000 }, async () => {
  const tests = join(folder, 'tests');
  await mkdir(tests);
  const all = [...scenarios, busy];
  await Promise.all(all.map((scenario) => writeFile(join(tests, `${scenario.id}.test.ts`), vitestCode(scenario))));
  const alias = Object.entries(source)
    .toReversed()
    .map(([find, replacement]) => ({ find, replacement }));
  const config = { root: tests, resolve: { alias }, test: { isolate: false, testTimeout: 60_000 } };
  await writeFile(join(tests, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`);
  const vitest = join(root, 'node_modules/.bin/vitest');
  const { stdout } = await run(vitest, ['run', '--config', join(tests, 'vitest.config.mjs')], {
    cwd: tests,
    env: { ...process.env, NO_COLOR: '1', VITEST: '' },
  }).catch((error: { readonly stdout: string }) => error);
  expect(stdout).toMatch(new RegExp(`Tests +${all.length} passed`));
});

test('only what is not so by default is in the code, with what it does', () => {
  const code = applicationCode(rich, 'node');
  expect(code).toContain(`  strategy: latency(),
  retry: {
    // Attempts per call, the first included. By default 4.
    attempts: 3,
  },
  timeouts: {
    // A whole call until its headers, or its stream’s first event, ms. By default 600_000.
    totalMs: 60_000,
  },
  breaker: {
    // How long a region is left alone when it opens first; doubles each time, ms. By default 5000.
    openMs: 2000,
  },
  hedge: {
    // Silence after which a second region is asked; learned where nothing is said, ms.
    afterMs: 1500,
  },
});`);
  expect(code).not.toMatch(/sameRegion|rampMs/);
  expect(code).toContain("deployments: { 'gpt-4o-mini': false },");
  expect(applicationCode({ ...rich, client: { strategy: 'priority', hedge: false, retry: {} } }, 'node')).toMatch(
    / {2}\],\n}\);/,
  );
});

test('no code is made of options that the library has not', () => {
  for (const client of [
    { strategy: 'x(); alert' },
    { retry: { 'a: alert(1), b': 1 } },
    { retry: { attempts: 'x' } },
    { evil: { a: 1 } },
  ]) {
    const code = () => applicationCode({ ...blackout, client }, 'node');
    expect(code, JSON.stringify(client)).toThrow('there is no code for the option client.');
  }
});

test('every option that is a figure is told of, and the library takes its least', () => {
  const names = optionFigures.map(({ group, name }) => `${group}.${name}`);
  expect(new Set(names).size).toBe(names.length);
  const regions = [
    { name: 'eastus', endpoint: 'https://contoso.openai.azure.com', credential: { apiKey: 'key' } },
  ] as const;
  for (const { group, name, least } of optionFigures) {
    const take = (figure: number) => createFailoverFetch({ regions, [group]: { [name]: figure } });
    expect(() => take(least), `${group}.${name}`).not.toThrow(/must be (a (whole )?number|one of)/);
    expect(() => take(least - 1), `${group}.${name}`).toThrow(`${group}.${name} must be`);
  }
});

test('an option at its default is no change', () => {
  const defaults = optionFigures.filter((one) => one.default !== undefined && one.group !== 'hedge');
  const client: Record<string, Record<string, number>> = {};
  for (const { group, name, default: usual = 0 } of defaults) client[group] = { ...client[group], [name]: usual };
  expect(changedOptions({ client: { strategy: 'priority', ...client } })).toEqual({});
  expect(changedOptions({ client: { hedge: {} } })).toEqual({ hedge: {} });
});

test('tokens are the code, in pieces', () => {
  for (const target of targets) {
    const code = applicationCode(rich, target);
    expect(
      tokensOf(code)
        .map(({ text }) => text)
        .join(''),
    ).toBe(code);
  }
  expect(tokensOf("const a = 'b'; // c\nreturn 1_000")).toEqual([
    { kind: 'keyword', text: 'const' },
    { kind: 'plain', text: ' a = ' },
    { kind: 'string', text: "'b'" },
    { kind: 'plain', text: '; ' },
    { kind: 'comment', text: '// c' },
    { kind: 'plain', text: '\n' },
    { kind: 'keyword', text: 'return' },
    { kind: 'plain', text: ' ' },
    { kind: 'number', text: '1_000' },
  ]);
});

test('any text survives its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = quoted(text);
      expect(code).toMatch(/^'.*'$/);
      expect(runInNewContext(code)).toBe(text);
      expect(tokensOf(code)).toHaveLength(1);
    }),
  );
});
