import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tsc = join(import.meta.dirname, '../../../node_modules/.bin/tsc');

/** What TypeScript says of a file in a project, when it is as strict as it can be and skips no library; nothing is good. */
export function typeErrors(
  folder: string,
  file: string,
  options: { readonly lib: readonly string[]; readonly types: readonly string[] },
): string {
  const compilerOptions = { strict: true, noEmit: true, target: 'ES2023', module: 'NodeNext', ...options };
  writeFileSync(join(folder, `${file}.json`), JSON.stringify({ compilerOptions, files: [file] }));
  try {
    return execFileSync(tsc, ['-p', `${file}.json`], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}
