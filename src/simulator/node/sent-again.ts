import type { JournalEntry } from '../journal.ts';

/** A request that its browser is about to send again. */
interface Lost {
  /** Of the first time that it was sent. */
  readonly seq: number;
  readonly likeness: string;
  /** Unix time, ms. */
  readonly at: number;
}

/**
 * Which requests a browser sent again without a word to its page: those on a connection that had carried another, and that
 * ended before a byte of a response, as it may have been closed before they were sent. Chromium does so always, at once, and
 * nothing else comes in between that bears the same `x-ms-client-request-id`: what its page tries again comes later.
 */
export class SentAgain {
  #lost: readonly Lost[] = [];

  /**
   * The `seq` of the request that this one repeats.
   *
   * @param now Unix time, ms.
   */
  repeats(headers: Headers, { method, path }: Pick<JournalEntry, 'method' | 'path'>, now: number): number | undefined {
    const likeness = likenessOf(headers, method, path);
    const lost = this.#lost.find((one) => one.likeness === likeness && now - one.at <= atOnceMs);
    if (lost) this.#lost = this.#lost.filter((one) => one !== lost);
    return lost?.seq;
  }

  /** A request was cut off before a byte of a response. */
  lost(headers: Headers, { seq, dupOf = seq, method, path, reused }: JournalEntry, now: number): void {
    const likeness = likenessOf(headers, method, path);
    if (!reused || likeness === undefined) return;
    this.#lost = [...this.#lost.filter(({ at }) => now - at <= atOnceMs), { seq: dupOf, likeness, at: now }];
  }

  /** Who connects fails to: what is sent again does not arrive, and its page hears of it. */
  forget(): void {
    this.#lost = [];
  }
}

/** What tells a request from others; `undefined` where it is none of Chromium's, or says nothing to tell it by. */
function likenessOf(headers: Headers, method: string, path: string): string | undefined {
  const agent = headers.get('user-agent') ?? '';
  const id = headers.get('x-ms-client-request-id');
  return id !== null && /Chrom(e|ium)\/\d/.test(agent) ? [agent, id, method, path].join('\n') : undefined;
}

/** Long enough for a machine that is busy. */
const atOnceMs = 1000;
