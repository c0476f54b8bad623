import type { ServerResponse } from 'node:http';
import type { ControlEvent } from './control-types.ts';

interface Sent {
  readonly number: number;
  readonly text: string;
}

/** What a reader may leave unread before it is cut off, bytes; it comes back with the id it had got to. */
const mostUnread = 1_048_576;

/** The last events, and who follows them. */
export class EventLog {
  readonly #run: string;
  readonly #limit: number;
  #kept: Sent[] = [];
  #count = 0;
  readonly #readers = new Set<ServerResponse>();

  /**
   * @param run part of every id, so that one of an earlier run is known as such.
   * @param limit events kept; the oldest make room.
   */
  constructor(run: string, limit = 5000) {
    this.#run = run;
    this.#limit = limit;
  }

  get followed(): boolean {
    return this.#readers.size > 0;
  }

  tell({ type, ...data }: ControlEvent): void {
    const number = ++this.#count;
    const text = `id: ${this.#run}-${number}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#kept.push({ number, text });
    // In lots, as to take one from the front moves all others.
    if (this.#kept.length >= 2 * this.#limit) this.#kept = this.#kept.slice(-this.#limit);
    for (const reader of this.#readers) this.#send(reader, text);
  }

  /**
   * Sends all that follows until the reader leaves.
   *
   * @param after the id of the last event that the reader has; from now on when absent.
   */
  follow(reader: ServerResponse, after: string | undefined): void {
    reader.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reader.write('retry: 500\n\n');
    if (after !== undefined) reader.write(this.#missed(after));
    this.#readers.add(reader);
    reader.once('close', () => this.#readers.delete(reader));
  }

  /** Ends all streams. */
  close(): void {
    for (const reader of this.#readers) reader.end();
  }

  #missed(after: string): string {
    const number = after.startsWith(`${this.#run}-`) ? Number(after.slice(this.#run.length + 1)) : Number.NaN;
    const oldest = this.#count - Math.min(this.#kept.length, this.#limit) + 1;
    const known = Number.isInteger(number) && number >= oldest - 1 && number <= this.#count;
    if (!known) return `id: ${this.#run}-${this.#count}\nevent: gap\ndata: {}\n\n`;
    return this.#kept
      .filter((sent) => sent.number > number)
      .map(({ text }) => text)
      .join('');
  }

  #send(reader: ServerResponse, text: string): void {
    if (reader.writableLength > mostUnread) reader.destroy();
    else reader.write(text);
  }
}
