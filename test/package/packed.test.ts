import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { typeErrors } from './support/type-errors.ts';

const root = join(import.meta.dirname, '../..');
const consumer = inject('consumer');
const installed = join(consumer, 'node_modules/azure-openai-failover');

/** What a module prints as JSON, in the consumer's project. */
function evaluate(code: string, ...flags: readonly string[]): unknown {
  const args = [...flags, '--input-type=module', '--eval', code];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' }));
}

const exported = {
  'azure-openai-failover': [
    'FailoverError',
    'compose',
    'createFailoverFetch',
    'explain',
    'indexedDBStore',
    'latency',
    'memoryStore',
    'mergeSnapshots',
    'priority',
    'weighted',
  ],
  'azure-openai-failover/identity': ['entra'],
  'azure-openai-failover/ky': ['createKy'],
  'azure-openai-failover/msal': ['msal'],
  'azure-openai-failover/redis': ['redisStore'],
  'azure-openai-failover/simulator': [
    'VirtualClock',
    'createVirtualSimulator',
    'holds',
    'parseAssert',
    'parseClientFault',
    'parseFault',
    'parseScenario',
    'playFaults',
    'printAssert',
    'printClientFault',
    'printFault',
    'printScenario',
    'scenarioRegions',
    'scenarioSchema',
    'scenarioToken',
    'scenarios',
  ],
  'azure-openai-failover/simulator/node': [
    'parseFault',
    'printFault',
    'startControl',
    'startSimulator',
    'useSimulator',
  ],
};

test.each(Object.entries(exported))('%s exports what is documented and nothing else', (entry, names) => {
  expect(evaluate(`console.log(JSON.stringify(Object.keys(await import('${entry}'))))`)).toEqual(names);
});

test('has no entry but those', () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const entries = Object.keys(exported).map((entry) => entry.replace('azure-openai-failover', '.'));
  expect(Object.keys(exports)).toEqual([...entries, './package.json']);
});

test('offers no sockets to a browser', () => {
  const resolve = `
    const codes = {};
    for (const entry of ['azure-openai-failover', 'azure-openai-failover/simulator', 'azure-openai-failover/simulator/node']) {
      try { import.meta.resolve(entry); codes[entry] = 'found'; } catch (error) { codes[entry] = error.code; }
    }
    console.log(JSON.stringify(codes))`;
  expect(evaluate(resolve, '--conditions=browser')).toEqual({
    'azure-openai-failover': 'found',
    'azure-openai-failover/simulator': 'found',
    'azure-openai-failover/simulator/node': 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  });
});

test('holds the build, a licence and a readme, and says nothing of the machine that packed it', () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const names = files.map((file) => file.slice(installed.length + 1));
  expect(names.filter((name) => !name.startsWith('dist/')).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const place of [root, `${tmpdir()}/`, 'file:///']) expect(text, file).not.toContain(place);
  }
});

test.each(['', '/simulator'])('touches nothing of the platform when it is imported: %s', (entry) => {
  const touched = evaluate(`
    const touched = [];
    const watch = (owner, name) => {
      const value = owner[name];
      Object.defineProperty(owner, name, { configurable: true, get: () => (touched.push(name), value) });
    };
    for (const name of ${JSON.stringify(platform)}) watch(globalThis, name);
    watch(Date, 'now');
    watch(Math, 'random');
    await import('azure-openai-failover${entry}');
    const found = [...touched];
    console.log(JSON.stringify(found))`);
  expect(touched).toEqual([]);
});

const platform = [
  ...[
    'fetch',
    'Request',
    'Response',
    'Headers',
    'FormData',
    'Blob',
    'AbortController',
    'AbortSignal',
    'ReadableStream',
    'TextEncoder',
    'MessageChannel',
  ],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'performance', 'crypto', 'process', 'Buffer', 'navigator'],
  ...['window', 'self', 'document', 'indexedDB', 'localStorage', 'BroadcastChannel'],
];

test.each([
  [
    'a browser',
    Object.keys(exported).filter((entry) => !entry.endsWith('/node')),
    ['ES2023', 'DOM', 'DOM.Iterable'],
    [],
  ],
  // What MSAL's own types name is a page's.
  [
    'Node',
    Object.keys(exported).filter((entry) => !entry.endsWith('/msal')),
    ['ES2023', 'ESNext.Disposable'],
    ['node'],
  ],
])('has types that compile for %s, strictly and without a skipped library check', (_platform, entries, lib, types) => {
  const file = `types-${types.length}.ts`;
  const code = entries.map((entry, index) => `import * as entry${index} from '${entry}';\nexport { entry${index} };`);
  writeFileSync(join(consumer, file), `${code.join('\n')}\n`);
  expect(typeErrors(consumer, file, { lib, types })).toBe('');
});
