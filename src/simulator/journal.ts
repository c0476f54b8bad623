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
  /**
   * The `seq` of the request that this one repeats: a browser found its connection closed, and sent it again by itself.
   * Without these, what arrived is what the client sent. On sockets it is told of Chromium's requests alone, and of those
   * that bring an `x-ms-client-request-id`.
   */
  readonly dupOf?: number;
  /** How much too early it came, where the deployment had said when to come back. */
  readonly earlyByMs?: number;
}

/** An entry that is being written. */
export type JournalDraft = { -readonly [Key in keyof JournalEntry]: JournalEntry[Key] };

/** Hears of each request as it arrives, and when nothing more will be known of it. */
export type JournalListener = (what: 'arrival' | 'end', entry: JournalEntry) => void;

/** Which entries are asked for: those that are all of it. */
export interface JournalFilter {
  /** A `seq`; only later ones. */
  readonly since?: number | undefined;
  readonly region?: string | undefined;
  /** Ours (`apim-request-id`) or the client's (`x-ms-client-request-id`). */
  readonly requestId?: string | undefined;
}

/** Every request that arrived, oldest first. */
export class Journal {
  readonly #limit: number;
  readonly #listeners = new Set<JournalListener>();
  /** A ring, so that the oldest makes room at no cost. */
  #drafts: JournalDraft[] = [];
  /** The number of the first that was kept since it was cleared. */
  #base = 1;
  #seq = 0;

  /** @param limit entries kept; the oldest make room. */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Opens an entry, to be filled as the request goes on. */
  open(facts: Omit<JournalEntry, 'seq'>): JournalDraft {
    const draft: JournalDraft = { seq: ++this.#seq, ...facts };
    if (this.#limit > 0) this.#drafts[this.#slot(draft.seq)] = draft;
    this.#tell('arrival', draft);
    return draft;
  }

  /** Nothing more will be written into it. */
  end(draft: JournalEntry): void {
    this.#tell('end', draft);
  }

  /** Copies, as they stand now, without the secrets of a query. */
  entries({ since = 0, region, requestId }: JournalFilter = {}): readonly JournalEntry[] {
    const found: JournalEntry[] = [];
    const oldest = Math.max(this.#base, this.#seq - this.#limit + 1);
    for (let seq = Math.max(oldest, since + 1); seq <= this.#seq; seq++) {
      const draft = this.#drafts[this.#slot(seq)];
      if (!draft) continue;
      if (region !== undefined && draft.region !== region) continue;
      if (requestId !== undefined && draft.requestId !== requestId && draft.clientRequestId !== requestId) continue;
      found.push(shown(draft));
    }
    return found;
  }

  /** All entries with that id, be it ours (`apim-request-id`) or the client's (`x-ms-client-request-id`). */
  of(requestId: string): readonly JournalEntry[] {
    return this.entries({ requestId });
  }

  /** Calls back until the returned function is called. */
  subscribe(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets all entries; numbers go on. */
  clear(): void {
    this.#drafts = [];
    this.#base = this.#seq + 1;
  }

  #slot(seq: number): number {
    return (seq - this.#base) % this.#limit;
  }

  #tell(what: 'arrival' | 'end', draft: JournalEntry): void {
    for (const listener of this.#listeners) listener(what, shown(draft));
  }
}

/** Gateways take a key in the query as well. */
const secretInQuery = /([?&][^=&]*(?:key|token|secret|sig|signature|password|code)=)[^&]+/gi;

function shown(draft: JournalEntry): JournalEntry {
  return { ...draft, path: draft.path.replace(secretInQuery, '$1***') };
}
