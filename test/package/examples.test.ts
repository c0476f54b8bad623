import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const consumer = inject('consumer');
const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

interface Example {
  readonly folder: string;
  readonly command: string;
  /** What it prints, line by line. `N` is any number. */
  readonly prints: readonly (string | RegExp)[];
}

const examples: readonly Example[] = [
  {
    folder: 'node-script',
    command: 'example:node',
    prints: [
      'Who answers when all is well?',
      '  swedencentral answered (200, N ms)',
      '  gpt-4o in swedencentral heard: Who answers when all is well?',
      'Who answers when Sweden is down?',
      /^ {2}swedencentral (could not be reached|lost the connection).*; eastus2 answered \(200, N ms\)$/,
      '  gpt-4o in eastus2 heard: Who answers when Sweden is down?',
      'And when the token was revoked?',
      /refused its credential \(401, N ms\); .* answered \(200, N ms\); swedencentral was left alone for \d+ s more/,
      /^ {2}gpt-4o in \w+ heard: And when the token was revoked\?$/,
      '2 tokens were asked for',
    ],
  },
  {
    folder: 'openai-sdk',
    command: 'example:openai',
    prints: [
      'Who answers when all is well?',
      '  sweden answered (200, N ms)',
      '  gpt-4o in sweden heard: Who answers when all is well?',
      'Who answers when each stream from Sweden breaks before its first word?',
      /^ {2}sweden broke the stream .*; eastus2 answered \(200, N ms\)$/,
      '  gpt-4o in eastus2 heard: Who answers when each stream from Sweden breaks before its first word?',
      'Good morning, my name is Ada.',
      '  sweden answered (200, N ms)',
      '  gpt-4o in sweden heard: Good morning, my name is Ada.',
      'What is my name, when the region that has heard it is down?',
      /^ {2}Only sweden can answer a call that names resp_\w+, and it did not .*: sweden (could not be reached|lost the connection)/,
      'And when what was said is sent along, instead of its id?',
      // Nobody else had answered, so whose fault it was is not known yet.
      /eastus2 answered \(200, N ms\); sweden was left alone/,
      '  gpt-4o in eastus2 heard: What is my name, when the region that has heard it is down?',
    ],
  },
  {
    folder: 'ai-sdk',
    command: 'example:ai-sdk',
    prints: [
      'Who answers when Sweden is down?',
      /^ {2}sweden could not be reached .*; eastus2 answered \(200, N ms\)$/,
      '  gpt-4o in eastus2 heard: Who answers when Sweden is down?',
      'Who answers when a stream breaks in the middle?',
      /^ {2}eastus2 answered \(200, N ms\); sweden was left alone for \d+ s more: it could not be reached$/,
      // As many words as the SDK had passed on by then.
      /^ {2}gpt-4o in eastus2.* …$/,
      '  This is not all. The stream from eastus2 broke: the connection was lost',
      /^ {2}eastus2 broke the stream \(200 UND_ERR_SOCKET, N ms\); sweden was left alone for \d+ s more: it could not be reached$/,
      'And when the same is asked again?',
      /^ {2}eastus2 answered \(200, N ms\); sweden was left alone for \d+ s more: it could not be reached$/,
      '  gpt-4o in eastus2 heard: And when the same is asked again?',
    ],
  },
  {
    folder: 'langchain',
    command: 'example:langchain',
    prints: [
      'Who answers when all is well?',
      '  sweden answered (200, N ms)',
      '  ft-7 in sweden heard: Who answers when all is well?',
      'Who answers when Sweden throttles?',
      '  sweden throttled it (429, N ms, asks for 60 s); eastus2 answered (200, N ms)',
      '  ft-us in eastus2 heard: Who answers when Sweden throttles?',
      'And who is asked after that?',
      /^ {2}eastus2 answered \(200, N ms\); sweden was left alone, as it asks for \d\d s more \(throttled\)$/,
      '  ft-us in eastus2 heard: And who is asked after that?',
      'Who answers when all of them throttle?',
      /^ {2}eastus2 throttled it \(429, N ms, asks for 90 s\); sweden was left alone, as it asks for \d\d s more \(throttled\)$/,
      // Sweden's, which is sooner.
      /^ {2}Nobody has room before [56]\d s have passed\.$/,
    ],
  },
  {
    folder: 'ky',
    command: 'example:ky',
    prints: [
      'Who answers a slow call within 0.3 s?',
      '  Nobody did (TimeoutError)',
      'Believed: sweden closed, eastus2 closed',
      'Who answers when Sweden is down?',
      /^ {2}sweden could not be reached .*; eastus2 answered \(200, N ms\)$/,
      '  gpt-4o in eastus2 heard: Who answers when Sweden is down?',
      'Believed: eastus2 closed, sweden open (connect)',
      'And who is asked after that?',
      /^ {2}eastus2 answered \(200, N ms\); sweden was left alone for \d+ s more: it could not be reached$/,
      '  gpt-4o in eastus2 heard: And who is asked after that?',
    ],
  },
];

test.each(examples)('$folder runs as it stands, says who answered, and ends by itself', async ({ folder, prints }) => {
  const there = join(consumer, 'examples', folder);
  cpSync(join(root, 'examples', folder), there, { recursive: true });
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', join(root, 'test/clients/support/loopback-only.ts'), 'index.js'],
    // An empty environment, as LangChain would tell others of its calls where a developer's shell says so.
    { cwd: there, env: {}, timeout: 30_000 },
  );
  expect(stderr).toBe('');
  const lines = prints.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line)));
  expect(stdout.replaceAll(/\d+ ms/g, 'N ms').split('\n')).toEqual([...lines, '']);
});

test.each(examples)('$folder says the command that runs it, and all there is to install', ({ folder, command }) => {
  const readme = readFileSync(join(root, 'examples', folder, 'README.md'), 'utf8');
  const code = readFileSync(join(root, 'examples', folder, 'index.js'), 'utf8');
  expect(readme).toContain(`npm run ${command}\n`);
  expect(scripts[command]).toBe(`tsup --silent && node examples/${folder}/index.js`);
  const imported = [...code.matchAll(/ from '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name);
  // Loaded when the first token is asked for.
  if (code.includes('azure-openai-failover/identity')) imported.push('@azure/identity');
  const installed = /`npm install (.+?)`/.exec(readme)?.[1]?.split(' ');
  expect(new Set(installed)).toEqual(new Set(imported));
});
