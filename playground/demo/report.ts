import type { Line } from './narrate.ts';
import type { Paint, Style } from './paint.ts';
import type { Run } from './run.ts';
import { CALLS, PER_SECOND, PRIMARY, REGIONS } from './scene.ts';
import { table } from './table.ts';

const MOODS: Readonly<Record<Line['mood'], Style>> = { plain: 'reset', bad: 'red', good: 'green' };
const SPEAKERS: Readonly<Record<Line['who'], Style>> = { azure: 'yellow', library: 'cyan', demo: 'dim' };

/** What is about to be seen. */
export function opening(paint: Paint): string {
  const [primary, ...backups] = REGIONS.map(({ name }) => name);
  return [
    paint('bold', 'One region goes down, another throttles. Do the calls notice?'),
    '',
    `  ${CALLS} chat completions, ${PER_SECOND} a second, half of them streamed, take ${CALLS / PER_SECOND} s.`,
    `  They are made by the OpenAI SDK, through our fetch, without its own retries.`,
    `  ${primary} comes first, then ${backups.join(', then ')}: simulated, on real sockets.`,
    '',
  ].join('\n');
}

/** A line of the story. */
export function line({ atMs, who, text, mood }: Line, paint: Paint): string {
  const at = `${(atMs / 1_000).toFixed(1)} s`.padStart(8);
  return `${paint('dim', at)}  ${paint(SPEAKERS[who], who.padEnd(7))}  ${paint(MOODS[mood], text)}`;
}

/** The figures, for a person. */
export function closing(run: Run, paint: Paint): string {
  const { calls, failed } = run.figures;
  const failures = run.answers.flatMap(({ failure }) => failure ?? []).slice(0, 3);
  const answered = failed === 0 ? `All ${calls} calls were answered.` : `${failed} of ${calls} calls failed.`;
  return [
    '',
    table(regionRows(run)),
    '',
    table(facts(run)),
    '',
    `${paint(failed === 0 ? ['bold', 'green'] : ['bold', 'red'], answered)} The one that went furthest: ${furthest(run)}.`,
    ...failures.map((failure) => paint('red', `  ${failure}`)),
  ].join('\n');
}

function regionRows({ figures, traces }: Run): readonly (readonly (string | number)[])[] {
  const attempts = traces.flatMap((trace) => trace.attempts);
  const rows = REGIONS.map(({ name }) => {
    const here = attempts.filter(({ region }) => region === name);
    const causes = here.map(({ verdict }) => verdict.kind).filter((kind) => kind !== 'ok');
    const counted = [...new Set(causes)].map((kind) => `${causes.filter((one) => one === kind).length} ${kind}`);
    return [name, figures.byRegion[name] ?? 0, here.length, causes.length, counted.join(', ')];
  });
  return [['region', 'answered', 'attempts', 'failed', 'because'], ...rows];
}

function facts({ figures }: Run): readonly (readonly string[])[] {
  const { failed, failovers, attemptsPerCall, detectMs, failbackMs, p50Ms, p99Ms } = figures;
  return [
    ['failed calls', String(failed)],
    ['attempts per call', `${attemptsPerCall}, with ${failovers} moves to another region`],
    ['time of a call', `p50 ${p50Ms} ms, p99 ${p99Ms} ms, to the end of its answer`],
    [`${PRIMARY} went down`, `calls passed it by ${after(detectMs)}`],
    [`${PRIMARY} came back`, `calls were answered there ${after(failbackMs)}`],
    ['early retries', `${figures.earlyRetries} requests came before the time a region had asked for`],
    ['leaked keys', `${figures.credentialLeaks} requests showed one region's key to another`],
  ];
}

function after(ms: number | null): string {
  if (ms === null) return 'never';
  return ms < 1_000 ? `after ${Math.round(ms)} ms` : `after ${(ms / 1_000).toFixed(1)} s`;
}

function furthest({ traces }: Run): string {
  const [first] = traces.toSorted((a, b) => b.attempts.length - a.attempts.length);
  return String(first ?? 'there was none');
}
