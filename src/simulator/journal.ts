/** What is known of one request that arrived. Times are Unix time, ms. */
export interface JournalEntry {
  /** Counts the requests of all regions, from 1. */
  readonly seq: number;
  readonly arrivedAt: number;
  readonly firstByteAt?: number;
  readonly endedAt?: number;
  readonly region: string;
  /** The `apim-request-id` it was given. */
  readonly requestId: string;
  /** What it brought as `x-ms-client-request-id`. */
  readonly clientRequestId?: string;
  /** Counts the connections of all regions, from 1. */
  readonly connection: number;
  /** Whether the connection had carried a request before. */
  readonly reused: boolean;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly deployment?: string;
  /** Whether it asked for a stream. */
  readonly stream: boolean;
  /** The fault that decided, else the one that delayed. */
  readonly fault?: string;
  readonly status?: number;
  /** Fingerprint of the secret it brought: of the one that leaked, else of the first. */
  readonly credential?: string;
  /** The region whose secret that is, where one is known to own it. */
  readonly credentialOf?: string;
  /** A secret arrived that belongs to another region, and not to this one. */
  readonly leak?: true;
  /** Of bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Events of a stream that were sent. */
  readonly events: number;
  /** Who ended it. */
  readonly closedBy?: 'client' | 'server' | 'fault';
  /** How much too early it came, where the deployment had said when to come back. */
  readonly earlyByMs?: number;
}

/** An entry that is being written. */
export type JournalDraft = { -readonly [Key in keyof JournalEntry]: JournalEntry[Key] };

/** Every request that arrived, oldest first. */
export class Journal {
  readonly #limit: number;
  #drafts: JournalDraft[] = [];
  #seq = 0;

  /** @param limit entries kept; the oldest make room. */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Opens an entry, to be filled as the request goes on. */
  open(facts: Omit<JournalEntry, 'seq'>): JournalDraft {
    const draft: JournalDraft = { seq: ++this.#seq, ...facts };
    this.#drafts.push(draft);
    if (this.#drafts.length > this.#limit) this.#drafts.shift();
    return draft;
  }

  /** Copies, as they stand now. */
  entries(): readonly JournalEntry[] {
    return this.#drafts.map((draft) => ({ ...draft }));
  }

  /** All entries with that id, be it ours (`apim-request-id`) or the client's (`x-ms-client-request-id`). */
  of(requestId: string): readonly JournalEntry[] {
    return this.entries().filter((entry) => entry.requestId === requestId || entry.clientRequestId === requestId);
  }

  /** Forgets all entries; numbers go on. */
  clear(): void {
    this.#drafts = [];
  }
}
