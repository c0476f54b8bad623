import { type FindByte, fastFindByte } from '../platform.ts';

/** An event as it came. Of a long one that is dull `data` is only its beginning, and `tail` its end. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
  readonly tail?: string | undefined;
}

/** Longest data that is kept whole whatever it says, characters. */
const LONG = 4_096;
/** What is kept of either end of longer ones. */
const END = 512;
/** Nothing that is longer is an event. */
const LONGEST = 2 ** 25;
/** Lines between two long ones, and some to spare. */
const FEW = 5;
const LF = 10;

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) from text that is cut anywhere. Unlike a parser for those who want the data, it
 * keeps of a long event no more than is looked at: a stream of images costs neither memory nor time for what nobody reads.
 */
export class EventParser {
  /** An event has no end, and no more are read. */
  overflown = false;
  readonly #onEvent: (event: ServerSentEvent) => void;
  readonly #isDull: (name: string, head: string) => boolean;
  /** A line's beginning, while its end has not come. */
  #pending: string[] = [];
  #length = 0;
  #skimmed: { readonly head: string; tail: string } | undefined;
  #afterCr = false;
  /** Lines end with a line feed, as they do everywhere, though a carriage return would do. */
  #hasLf = false;
  /** What came last was read as text. */
  #asText = false;
  readonly #find = fastFindByte();
  /** Of what comes in pieces, and of what is whole. */
  readonly #decoder = new TextDecoder();
  readonly #whole = new TextDecoder();
  readonly #encoder = new TextEncoder();
  readonly #brief: (text: string) => string;
  #name = '';
  #data: string | undefined;
  #tail: string | undefined;

  /**
   * @param isDull whether a long event that is called so and begins like this says nothing between its ends
   * @param brief takes from a text the whole events that nobody needs
   */
  constructor(
    onEvent: (event: ServerSentEvent) => void,
    isDull: (name: string, head: string) => boolean,
    brief: (text: string) => string,
  ) {
    this.#onEvent = onEvent;
    this.#isDull = isDull;
    this.#brief = brief;
  }

  /** The next bytes, cut anywhere. */
  feed(bytes: Uint8Array): void {
    if (this.overflown) return;
    const rest = this.#find && this.#hasLf ? bytes.subarray(this.#leap(bytes, this.#find)) : bytes;
    if (rest.length === 0) return;
    this.#asText = true;
    this.push(this.#brief(this.#decoder.decode(rest, { stream: true })));
  }

  /** Goes past what is long and dull, without making text of it. Returns how far. */
  #leap(bytes: Uint8Array, find: FindByte): number {
    let at = 0;
    if (this.#afterCr) return at;
    if (this.#length > 0 && !this.#skimmed) {
      const end = find(bytes, LF, 0);
      if ((end < 0 ? bytes.length : end) <= LONG) return at;
      this.#hold(this.#decoder.decode(bytes.subarray(0, LONG), { stream: true }));
      at = LONG;
      if (!this.#skimmed) return at;
    }
    // Half a character may be left of what was still read as text.
    if (this.#skimmed && this.#asText) this.#decoder.decode();
    this.#asText &&= !this.#skimmed;
    for (let lines = 0; lines < FEW && (this.#skimmed || bytes.length - at > LONG); lines++) {
      const end = find(bytes, LF, at);
      const last = end < 0 ? bytes.length : end;
      if (!this.#skimmed && last - at <= LONG) {
        this.#endLine(end === at ? '' : this.#whole.decode(bytes.subarray(at, end)).replace(/\r$/, ''));
        at = end + 1;
        continue;
      }
      const tail = this.#whole.decode(bytes.subarray(Math.max(at, last - END), last));
      if (this.#skimmed) this.#skimmed.tail = last - at < END ? (this.#skimmed.tail + tail).slice(-END) : tail;
      else {
        const head = this.#whole.decode(bytes.subarray(at, at + END));
        if (this.#data !== undefined || !head.startsWith('data:') || !this.#isDull(this.#name, dataOf(head))) break;
        this.#skimmed = { head: dataOf(head), tail };
      }
      if (end < 0) return bytes.length;
      this.#endLine('');
      at = end + 1;
    }
    return at;
  }

  push(text: string): void {
    if (text === '' || this.overflown) return;
    let at = this.#afterCr && text.startsWith('\n') ? 1 : 0;
    this.#afterCr = text.endsWith('\r');
    let cr = text.indexOf('\r');
    for (;;) {
      if (cr >= 0 && cr < at) cr = text.indexOf('\r', at);
      const lf = text.indexOf('\n', at);
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
      if (end < 0) break;
      this.#hasLf = lf >= 0;
      this.#endLine(text.slice(at, end));
      at = end + (end === cr && lf === cr + 1 ? 2 : 1);
    }
    if (at < text.length) this.#hold(at === 0 ? text : this.#own(text.slice(at)));
    else if (this.#data !== undefined) this.#data = this.#own(this.#data);
  }

  #hold(piece: string): void {
    if (this.#skim(piece)) return;
    const wasLong = this.#length > LONG;
    this.#length += piece.length;
    const isLong = !wasLong && this.#length > LONG && this.#data === undefined;
    const line = isLong ? this.#pending.join('') + piece : '';
    const head = dataOf(line.slice(0, END));
    if (line.startsWith('data:') && this.#isDull(this.#name, head)) {
      this.#skimmed = { head: this.#own(head), tail: this.#own(line.slice(-END)) };
      this.#pending = [];
    } else this.#pending.push(piece);
    this.overflown = this.#length > LONGEST;
  }

  /** Keeps no more than the end of what is skimmed. Returns whether anything is. */
  #skim(piece: string): boolean {
    const skimmed = this.#skimmed;
    if (!skimmed) return false;
    if (piece.length >= END) skimmed.tail = this.#own(piece.slice(-END));
    else if (piece !== '') skimmed.tail = (skimmed.tail + piece).slice(-END);
    return true;
  }

  #endLine(rest: string): void {
    this.#skim(rest);
    const skimmed = this.#skimmed;
    const line = this.#length > 0 && !skimmed ? this.#pending.join('') + rest : rest;
    this.#pending = [];
    this.#length = 0;
    this.#skimmed = undefined;
    if (skimmed) {
      this.#data = skimmed.head;
      this.#tail = skimmed.tail;
    } else if (line === '') this.#dispatch();
    else if (line.startsWith('data:') || line === 'data') this.#add(dataOf(line));
    else if (line.startsWith('event:')) this.#name = this.#own(line.slice(line[6] === ' ' ? 7 : 6));
  }

  #add(data: string): void {
    const first = this.#data === undefined;
    if (first && data.length > LONG && this.#isDull(this.#name, data.slice(0, END))) {
      this.#data = this.#own(data.slice(0, END));
      this.#tail = this.#own(data.slice(-END));
    } else this.#data = first ? data : `${this.#data}\n${data}`;
  }

  #dispatch(): void {
    const [name, data, tail] = [this.#name, this.#data, this.#tail];
    this.#name = '';
    this.#data = undefined;
    this.#tail = undefined;
    if (data !== undefined) this.#onEvent({ name, data, tail });
  }

  /** A copy: a part of a text keeps all of it alive, and V8 makes room for what lives on from one read to the next. */
  #own(text: string): string {
    if (text.length < 13) return text;
    if (text.length > END) return this.#whole.decode(this.#encoder.encode(text));
    return this.#whole.decode(room.subarray(0, this.#encoder.encodeInto(text, room).written));
  }
}

/** For what is copied: three bytes are the most that a character of a text takes. */
const room = new Uint8Array(3 * END);

const dataOf = (line: string): string => line.slice(line[5] === ' ' ? 6 : 5);
