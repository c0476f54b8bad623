import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A project, outside of this one, that has the packed package installed. */
    readonly consumer: string;
  }
}

const root = join(import.meta.dirname, '../../..');

/** Builds, packs and installs the package as somebody else would have it. */
export function setup(project: TestProject): () => void {
  const consumer = mkdtempSync(join(tmpdir(), 'consumer-'));
  const run = (cwd: string, command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run(root, 'npm', 'run', 'build');
  const tarball = run(root, 'npm', 'pack', '--silent', '--pack-destination', consumer).trim();
  // Its one dependency is the one that is here, so that no test needs a registry.
  const overrides = { 'idb-keyval': `file:${join(root, 'node_modules/idb-keyval')}` };
  const manifest = { name: 'consumer', private: true, type: 'module', overrides };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  run(consumer, 'npm', 'install', '--offline', `./${tarball}`);
  // What a consumer would install beside it.
  mkdirSync(join(consumer, 'node_modules/@azure'));
  mkdirSync(join(consumer, 'node_modules/@types'));
  const clients = ['ky', 'openai', 'ai', '@ai-sdk', '@langchain'];
  for (const name of [...clients, '@azure/identity', '@azure/msal-browser', '@types/node', 'redis', '@redis']) {
    symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
  }
  project.provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true });
}
