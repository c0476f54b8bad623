/** What was learned, as plain data. Holds no part of a request or an answer but ids, and no credential. */
export interface HealthSnapshot {
  readonly version: 1;
  /** When it was saved, by the clock of who saved it, Unix time in ms. */
  readonly savedAt?: number;
  /** Facts about regions, each with the time it was learned (`at`): of two about one thing the later counts. */
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

/**
 * Keeps learned health. No call ever waits for it, and its failures cost a warning and nothing else.
 * `memoryStore`, `indexedDBStore` and `redisStore` are such; with {@link mergeSnapshots} a few lines make one of your own.
 */
export interface HealthStore {
  /**
   * Whose word it is. `device`: the same person's, on the same network, so what others saw counts as if it were seen here.
   * `fleet`: of a region that others believe to be down, one call of one's own decides; only that the service asked for
   * patience, and what `force` said, holds for all. @default 'device'
   */
  readonly trust?: 'device' | 'fleet';
  load(): Promise<HealthSnapshot | undefined>;
  /** Merges into what is stored, atomically. */
  save(snapshot: HealthSnapshot): Promise<void>;
  /** Hears what others save, until the returned function is called. */
  subscribe?(listener: (snapshot: HealthSnapshot) => void): () => void;
  /**
   * Asks for the sole right to test a region. Resolves with what gives it back, or with `undefined` where another has it; it
   * must come back by itself when who has it is gone.
   */
  claim?(region: string): Promise<(() => void) | undefined>;
  close?(): Promise<void>;
}
