import type { Journal, JournalEntry } from '../journal.ts';

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly help: string;
  readonly type: 'counter' | 'gauge';
}

const metrics = {
  simulator_requests_total: { help: 'Requests that are over.', type: 'counter' },
  simulator_requests_open: { help: 'Requests that are being answered.', type: 'gauge' },
  simulator_body_bytes_total: { help: 'Bytes of bodies, received and sent.', type: 'counter' },
  simulator_early_requests_total: { help: 'Requests that came before a retry-after was over.', type: 'counter' },
  simulator_credential_leaks_total: { help: 'Requests with a secret of another region.', type: 'counter' },
  simulator_faults: { help: 'Faults that are on.', type: 'gauge' },
} as const satisfies Record<string, Metric>;

type Name = keyof typeof metrics;

/** Counts what a journal tells of, from now on, whatever the journal still keeps. */
export class ControlMetrics {
  /** The first request that it heard of; those before it are counted nowhere. */
  #first = Number.POSITIVE_INFINITY;
  readonly #samples = new Map<Name, Map<string, number>>();
  /** Counts no further. */
  readonly stop: () => void;

  constructor(journal: Journal) {
    this.stop = journal.subscribe((what, entry) => (what === 'arrival' ? this.#arrived(entry) : this.#ended(entry)));
  }

  /**
   * As Prometheus reads it (text format 0.0.4).
   *
   * @param faults how many each region has.
   */
  print(faults: Readonly<Record<string, number>>): string {
    this.#samples.set('simulator_faults', new Map());
    for (const [region, count] of Object.entries(faults)) this.#add('simulator_faults', { region }, count);
    return Object.entries(metrics)
      .map(([name, { help, type }]) => {
        const samples = [...(this.#samples.get(name as Name) ?? [])].map(
          ([labels, value]) => `${name}${labels} ${value}\n`,
        );
        return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('')}`;
      })
      .join('');
  }

  #arrived({ seq, region }: JournalEntry): void {
    this.#first = Math.min(this.#first, seq);
    this.#add('simulator_requests_open', { region }, 1);
  }

  #ended({ seq, region, status, closedBy, bytesIn, bytesOut, earlyByMs, leak }: JournalEntry): void {
    if (seq < this.#first) return;
    this.#add('simulator_requests_open', { region }, -1);
    const how = { region, status: String(status ?? 'none'), closed_by: closedBy ?? 'none' };
    this.#add('simulator_requests_total', how, 1);
    this.#add('simulator_body_bytes_total', { region, direction: 'received' }, bytesIn);
    this.#add('simulator_body_bytes_total', { region, direction: 'sent' }, bytesOut);
    if (earlyByMs !== undefined) this.#add('simulator_early_requests_total', { region }, 1);
    if (leak) this.#add('simulator_credential_leaks_total', { region }, 1);
  }

  #add(name: Name, labels: Labels, amount: number): void {
    const samples = this.#samples.get(name) ?? new Map<string, number>();
    this.#samples.set(name, samples);
    const key = printLabels(labels);
    samples.set(key, (samples.get(key) ?? 0) + amount);
  }
}

function printLabels(labels: Labels): string {
  const printed = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
    return `${name}="${escaped}"`;
  });
  return `{${printed.join(',')}}`;
}
