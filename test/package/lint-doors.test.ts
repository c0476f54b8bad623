import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const refused: readonly (readonly [file: string, code: string, rule: string])[] = [
  // Time and chance
  ['chain/a.ts', 'export const a = () => Date.now();', 'plugin'],
  ['chain/a.ts', 'export const a = Date.now;', 'plugin'],
  ['chain/a.ts', 'export const a = () => new Date();', 'plugin'],
  ['health/a.ts', 'export const a = () => Math.random();', 'plugin'],
  ['chain/a.ts', 'export const a = () => AbortSignal.timeout(1);', 'plugin'],
  ['chain/a.ts', 'export const a = () => performance.now();', 'noRestrictedGlobals'],
  ['store/a.ts', 'export const a = () => setTimeout(() => {}, 1);', 'noRestrictedGlobals'],
  ['store/a.ts', 'export const a = () => setInterval(() => {}, 1);', 'noRestrictedGlobals'],
  ['store/a.ts', 'export const a = () => clearTimeout(1);', 'noRestrictedGlobals'],
  ['call/a.ts', 'export const a = () => crypto.randomUUID();', 'noRestrictedGlobals'],
  ['options.ts', 'export const a = () => Date.now();', 'plugin'],
  ['clock.ts', 'export const a = () => Math.random();', 'plugin'],
  ['simulator/node/a.ts', 'export const a = () => Date.now();', 'plugin'],
  // The platform
  ['chain/a.ts', 'export const a = () => globalThis.setTimeout(() => {}, 1);', 'plugin'],
  ['chain/a.ts', 'export const a = () => globalThis.navigator?.onLine;', 'plugin'],
  ['platform.ts', 'export const a = () => navigator;', 'noRestrictedGlobals'],
  ['chain/a.ts', "export const a = () => fetch('https://a.test');", 'noRestrictedGlobals'],
  ...['window', 'document', 'navigator', 'process', 'indexedDB', 'localStorage', 'self'].map(
    (name) => ['store/a.ts', `export const a = () => ${name};`, 'noRestrictedGlobals'] as const,
  ),
  ['chain/a.ts', "console.log('a');", 'noConsole'],
  ['chain/a.ts', "import { once } from 'node:events';\nexport const a = once;", 'noRestrictedImports'],
  // Arrows
  ['azure/a.ts', "export { a } from '../chain/a.ts';", 'noRestrictedImports'],
  ['azure/a.ts', "export type { A } from '../health/a.ts';", 'noRestrictedImports'],
  ['azure/a.ts', "export { a } from '../options.ts';", 'noRestrictedImports'],
  ['azure/a.ts', "export const a = () => import('../call/a.ts');", 'noRestrictedImports'],
  ['azure/a.ts', "export { a } from './../chain/a.ts';", 'noRestrictedImports'],
  ['health/a.ts', "export { a } from '../azure/a.ts';", 'noRestrictedImports'],
  ['health/a.ts', "export { a } from '../clock.ts';", 'noRestrictedImports'],
  ['health/a.ts', "export { a } from '../store/memory.ts';", 'noRestrictedImports'],
  ['call/a.ts', "export { a } from '../health/a.ts';", 'noRestrictedImports'],
  ['credential/a.ts', "export { a } from '../chain/a.ts';", 'noRestrictedImports'],
  ['store/a.ts', "export { a } from '../chain/a.ts';", 'noRestrictedImports'],
  ['chain/a.ts', "export { a } from '../create-failover-fetch.ts';", 'noRestrictedImports'],
  ['chain/a.ts', "export { a } from '../simulator/a.ts';", 'noRestrictedImports'],
  ['index.ts', "export { a } from './simulator/a.ts';", 'noRestrictedImports'],
  ['errors.ts', "export { a } from './chain/failover.ts';", 'noRestrictedImports'],
  ['ky.ts', "export { a } from './chain/failover.ts';", 'noRestrictedImports'],
  ...['azure', 'chain', 'health', 'call'].flatMap((folder) => [
    ['simulator/a.ts', `export { a } from '../${folder}/a.ts';`, 'noRestrictedImports'] as const,
    ['simulator/node/a.ts', `export { a } from '../../${folder}/a.ts';`, 'noRestrictedImports'] as const,
  ]),
  ['simulator/a.ts', "export { once } from 'node:events';", 'noRestrictedImports'],
  ['simulator/a.ts', 'export const a = () => globalThis.MessageChannel;', 'plugin'],
  ['cli/a.ts', "export { a } from '../chain/a.ts';", 'noRestrictedImports'],
  ['cli/a.ts', 'export const a = () => process.argv;', 'noRestrictedGlobals'],
];

const accepted: readonly (readonly [file: string, code: string])[] = [
  ['clock.ts', 'export const a = () => setTimeout(() => Date.now(), performance.now());'],
  ['options.ts', "export const a = () => [Math.random(), globalThis.fetch('https://a.test')];"],
  ['platform.ts', 'export const a = () => globalThis.navigator?.onLine;'],
  ['azure/a.ts', 'export const a = (date: string) => Date.parse(date) + new Date(5).getTime();'],
  ['azure/a.ts', "export { a } from './b.ts';\nexport { b } from '../clock.ts';\nexport type * from '../types.ts';"],
  ['health/a.ts', "export type { A } from '../options.ts';\nexport type { B } from '../store/health-store.ts';"],
  ['call/a.ts', "export { a } from '../azure/a.ts';\nexport { b } from '../within.ts';"],
  [
    'chain/a.ts',
    "export { a } from '../azure/a.ts';\nexport { b } from '../call/b.ts';\nexport { c } from '../events.ts';",
  ],
  ['create-failover-fetch.ts', "export { a } from './chain/a.ts';\nexport const b = () => globalThis.Response;"],
  ['events.ts', "console.warn('a');"],
  ['ky.ts', "import ky from 'ky';\nexport const a = ky;"],
  ['simulator/a.ts', "export { systemClock } from '../clock.ts';"],
  ['simulator/next-turn.ts', 'export const a = () => globalThis.MessageChannel;'],
  ['simulator/node/a.ts', "export { once } from 'node:events';\nexport { sep } from 'node:path/posix';"],
  ['cli/a.ts', "export { argv } from 'node:process';\nexport { a } from '../simulator/node/a.ts';"],
  ['chain/a.ts', 'export const a = (fetch: () => void, self: object) => [fetch(), self];'],
];

/** What Biome says of each snippet, all of them in one project that has our rules. */
async function lint(snippets: readonly (readonly [file: string, code: string, rule?: string])[]): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'lint-doors-'));
  onTestFinished(() => rm(project, { recursive: true }));
  for (const file of ['biome.json', 'lint', 'package.json', '.gitignore']) {
    await cp(join(root, file), join(project, file), { recursive: true });
  }
  const paths = snippets.map(([file], index) => `src/${file.replace(/\ba\.ts$/, `a-${index}.ts`)}`);
  expect(new Set(paths).size).toBe(paths.length);
  for (const [index, path] of paths.entries()) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), `${snippets[index]?.[1]}\n`);
  }
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', '--reporter=json', '--max-diagnostics=none', 'src'],
    {
      cwd: project,
      encoding: 'utf8',
    },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
  };
  return snippets.map(([file, code], index) => {
    const rules = diagnostics.filter(({ location }) => location.path === paths[index]).map(({ category }) => category);
    return `${file}: ${code} ${rules.map((rule) => rule.replace(/.*\//, '')).join(' ')}`.trim();
  });
}

test('refuses what goes around a door or against an arrow', async () => {
  expect(await lint(refused)).toEqual(refused.map(([file, code, rule]) => `${file}: ${code} ${rule}`));
});

test('accepts what goes through a door and along an arrow', async () => {
  expect(await lint(accepted)).toEqual(accepted.map(([file, code]) => `${file}: ${code}`));
});
