import { parseArgs } from 'node:util';
import { counted, line, summary } from './report.ts';
import { soak } from './soak.ts';

const usage = `npm run soak                     ten minutes of calls and faults; fails when anything grows
npm run soak -- --minutes 1      less
npm run soak -- --json           the figures only, as one JSON object`;

function readOptions(): { readonly minutes: number; readonly json: boolean } {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes >= 0.1 && minutes <= 1_440)) {
    throw new RangeError(`--minutes must be from 0.1 to 1440, got "${values.minutes}"`);
  }
  return { minutes, json: values.json };
}

/** Ends the process, should it not have ended by itself by then. */
function endWithin(ms: number, wrong: string): void {
  setTimeout(() => {
    process.stderr.write(`${wrong}: ${counted(process.getActiveResourcesInfo())}\n`);
    process.exit(1);
  }, ms).unref();
}

async function run({ minutes, json }: ReturnType<typeof readOptions>): Promise<void> {
  // Of half a minute each, a lull included that outlasts idle connections; fewer and shorter where there is less time.
  const rounds = Math.max(10, Math.round(2 * minutes));
  const short = minutes < 1;
  endWithin(2 * minutes * 60_000 + 60_000, 'a call, or the simulator, does not end');
  const done = await soak({
    rounds,
    warmUps: Math.ceil(rounds / 5),
    roundMs: (minutes * 60_000) / rounds,
    leak: process.env.SOAK_LEAK ?? '',
    full: !short,
    // Code that gets hot, and a past that is being filled, are most of what a short one sees.
    ...(short && { heapTolerance: 5_000_000 }),
    ...(!json && { tell: (round, sample) => console.log(line(round, sample)) }),
  });
  console.log(json ? JSON.stringify(done) : summary(done));
  if (done.growing.length > 0 || done.left.length > 0) process.exitCode = 1;
}

function optionsOrUsage(): ReturnType<typeof readOptions> | undefined {
  try {
    return readOptions();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

const options = optionsOrUsage();
if (options) {
  try {
    await run(options);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
  endWithin(1_000, 'the process does not end');
}
