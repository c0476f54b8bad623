import { hex } from './hash.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { RegionModel } from './region-model.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { Receiver } from './virtual-response.ts';

/** What is given of a simulator. */
export interface HostOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  /** All regions, as a secret may be any region's. */
  readonly models: readonly RegionModel[];
  readonly journal: boolean;
  readonly onArrival: ((draft: JournalEntry) => void) | undefined;
  readonly onEnd: ((entry: JournalEntry) => void) | undefined;
}

/** What the regions of a simulator have in common. */
export class VirtualHost {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly models: readonly RegionModel[];
  readonly journal: Journal;
  readonly receiver = new Receiver();
  readonly onArrival: (draft: JournalEntry) => void;
  readonly onEnd: (entry: JournalEntry) => void;
  readonly #encoder = new TextEncoder();
  readonly #fingerprints = new Map<string, string>();
  #connections = 0;
  #dated = { second: Number.NaN, text: '' };

  constructor({ seed, clock, models, journal, onArrival, onEnd }: HostOptions) {
    this.seed = seed;
    this.clock = clock;
    this.models = models;
    this.journal = new Journal(journal ? undefined : 0);
    this.onArrival = onArrival ?? (() => {});
    this.onEnd = onEnd ?? (() => {});
  }

  /** Numbers the connections of all regions. */
  nextConnection(): number {
    return ++this.#connections;
  }

  encode(text: string): Uint8Array<ArrayBuffer> {
    return this.#encoder.encode(text);
  }

  /** Stands for a secret without revealing it. */
  fingerprint = (secret: string): string => {
    const known = this.#fingerprints.get(secret) ?? hex(12, 'fingerprint', secret);
    this.#fingerprints.set(secret, known);
    return known;
  };

  /** What the `date` header says now. */
  date(): string {
    const second = Math.floor(this.clock.now() / 1000);
    if (second !== this.#dated.second) this.#dated = { second, text: new Date(second * 1000).toUTCString() };
    return this.#dated.text;
  }
}
