/** What was learned, as plain data. */
export interface HealthSnapshot {
  readonly version: 1;
  readonly records: Readonly<Record<string, unknown>>;
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
