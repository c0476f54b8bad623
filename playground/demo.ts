import { parseArgs } from 'node:util';
import { isGood } from './demo/figures.ts';
import { painter } from './demo/paint.ts';
import { closing, line, opening } from './demo/report.ts';
import { run } from './demo/run.ts';

const usage =
  'npm run demo              regions fail while calls go on, told as it happens\nnpm run demo -- --json    the figures only, as one JSON object';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(json: boolean): Promise<void> {
  const paint = painter(process.stdout, process.env);
  if (!json) say(opening(paint));
  const done = await run(json ? {} : { tell: (told) => say(line(told, paint)) });
  say(json ? JSON.stringify(done.figures) : closing(done, paint));
  if (!isGood(done.figures)) process.exitCode = 1;
}

// Whoever reads no further (`| head`) wants no more.
process.stdout.once('error', () => process.exit());

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  await main(values.json);
} catch (error) {
  const misused = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    misused ? `${error.message}\n\n${usage}\n` : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = misused ? 2 : 1;
}
