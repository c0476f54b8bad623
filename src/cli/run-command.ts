import { readFile } from 'node:fs/promises';
import { commands } from './commands.ts';
import { usage } from './usage.ts';
import { UsageError } from './usage-error.ts';

/** Where a command writes. */
export interface Output {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Runs what the arguments ask for. Resolves to the exit code: 2 for what its caller can put right, 1 for other failures. */
export async function runCommand(args: readonly string[], { say, complain }: Output): Promise<0 | 1 | 2> {
  try {
    await dispatch(args, say);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const misused = error instanceof UsageError || isMisread(error);
    complain(misused ? `${message}\n\nazure-openai-failover help says how it is used.\n` : `${message}\n`);
    return misused ? 2 : 1;
  }
}

async function dispatch([name, ...args]: readonly string[], say: Output['say']): Promise<void> {
  if (name === '--version' || name === '-v') return say(`${await version()}\n`);
  if (name === 'help' || [name, ...args].some((arg) => arg === '--help' || arg === '-h')) return say(usage);
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command(args, say);
  const known = `${Object.keys(commands).join(', ')} or help`;
  throw new UsageError(
    name === undefined ? `a command must be given: ${known}` : `the command must be ${known}, got "${name}"`,
  );
}

async function version(): Promise<string> {
  // Two folders up, in the package and in a checkout.
  const manifest: { readonly version: string } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

/** What `parseArgs` throws. */
function isMisread(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
