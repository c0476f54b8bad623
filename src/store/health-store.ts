/** What was learned, as plain data. Holds no part of a request or an answer but ids, and no credential. */
export interface HealthSnapshot {
  readonly version: 1;
  /** By region. */
  readonly records: Readonly<Record<string, unknown>>;
  /**
   * Which region keeps what, by id. Of what is saved, only what is new: a store adds it to what it has, the later of two pins
   * of one id counts, and where there are more than it cares to keep (10,000, say) the oldest go first.
   */
  readonly pins?: Readonly<Record<string, Pin>>;
}

/** Where the thing with an id is kept. */
export interface Pin {
  readonly region: string;
  /** When that was learned, Unix time in ms. */
  readonly at: number;
}

/** Keeps learned health. No call ever waits for it, and its failures cost a warning and nothing else. */
export interface HealthStore {
  load(): Promise<HealthSnapshot | undefined>;
  /** Merges into what is stored, atomically. */
  save(snapshot: HealthSnapshot): Promise<void>;
  /** Hears what others save. */
  subscribe?(listener: (snapshot: HealthSnapshot) => void): () => void;
  close?(): Promise<void>;
}
