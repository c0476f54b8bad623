import { type Gauge, gauges, type Sample } from './gauges.ts';
import type { Soak } from './soak.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en');

/** `3 × Timeout, 1 × TCPSocketWrap` */
export function counted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `${names.filter((one) => one === name).length} × ${name}`).join(', ');
}

export function line(round: number, sample: Sample): string {
  const parts = gauges.map((gauge) => `${gauge} ${number(sample[gauge])}`);
  return `round ${round}: ${parts.join(', ')}`;
}

export function summary(soak: Soak): string {
  const { seconds, outcomes, faults, events, journal, samples, tolerated, growing, left } = soak;
  const of = (gauge: Gauge): string => {
    const { gain, error } = soak.trends[gauge];
    const [first, last] = [samples[0]?.[gauge] ?? 0, samples.at(-1)?.[gauge] ?? 0];
    const verdict = growing.includes(gauge) ? 'GROWS' : 'steady';
    const trend = `${number(gain)} ± ${number(error)}`;
    return `| ${gauge} | ${number(first)} | ${number(last)} | ${trend} | ${number(tolerated[gauge])} | ${verdict} |`;
  };
  const { calls, answered, abandoned, aborted, failed, clients } = outcomes;
  return `${number(calls)} calls in ${seconds} s: ${answered} answered, ${abandoned} abandoned, ${aborted} aborted, ${failed} failed;
${clients} clients came and went; ${faults} faults, ${number(events)} events heard, ${number(journal)} entries in the journal.

| held at rest | first | last | trend, from first to last | tolerated | |
| --- | --- | --- | --- | --- | --- |
${gauges.map(of).join('\n')}

Left when all was closed: ${counted(left) || 'nothing'}.`;
}
