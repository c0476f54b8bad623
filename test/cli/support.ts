import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

/** The command as a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has printed as far as the text, which it waits for. */
  until(text: string): Promise<string>;
  /** What became of it. */
  readonly done: Promise<Done>;
}

export interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Starts the command; it does not outlive the test.
 *
 * @param command the file to run, where it is not the checkout's.
 */
export function start(args: readonly string[], { command = main } = {}): Running {
  const child = spawn(process.execPath, [command, ...args], { stdio: 'pipe' });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const done = once(child, 'close').then(([code]): Done => ({ code, out, err }));
  const until = async (text: string): Promise<string> => {
    while (!out.includes(text)) {
      const ended = await Promise.race([done, once(child.stdout, 'data')]);
      if ('code' in ended) throw new Error(`ended before it printed ${JSON.stringify(text)}: ${ended.out}${ended.err}`);
    }
    return out;
  };
  return { child, until, done };
}

export function run(...args: readonly string[]): Promise<Done> {
  return start(args).done;
}
