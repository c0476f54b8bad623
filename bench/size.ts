import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** The most that `createFailoverFetch` may weigh, bundled, minified and gzipped, bytes. */
export const sizeBudget = 39_500;

export interface Size {
  readonly minified: number;
  readonly gzip: number;
}

export interface Sizes {
  /** `createFailoverFetch` alone. */
  readonly core: Size;
  /** Every export of `.`. */
  readonly all: Size;
  /** ky alone, which neither fails over nor learns. */
  readonly ky: Size;
  /** Core over ky, gzipped. */
  readonly ratio: number;
}

async function sizeOf(contents: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzip: gzipSync(code, { level: 9 }).length };
}

/** Of what was built last. */
export async function measureSizes(): Promise<Sizes> {
  const [core, all, ky] = await Promise.all([
    sizeOf("export { createFailoverFetch } from '../dist/index.js'"),
    sizeOf("export * from '../dist/index.js'"),
    sizeOf("export { default } from 'ky'"),
  ]);
  return { core, all, ky, ratio: core.gzip / ky.gzip };
}

if (import.meta.main) {
  const sizes = await measureSizes();
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ...sizes, budget: sizeBudget }));
  else {
    const line = (name: string, { minified, gzip }: Size): string => `${name}: ${gzip} B gzip (${minified} B minified)`;
    console.log(line('createFailoverFetch', sizes.core));
    console.log(line('everything exported', sizes.all));
    console.log(line('ky', sizes.ky));
    console.log(`ratio: ${sizes.ratio.toFixed(2)} × ky; budget: ${sizeBudget} B`);
  }
}
