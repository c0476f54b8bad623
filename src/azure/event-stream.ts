import { EventParser, type ServerSentEvent } from './event-parser.ts';
import { type InBandError, inBandError } from './in-band-error.ts';

/** Hears each event; those of a chat have no type. */
export type EventTap = (type: string, data: string) => void;

/** Events of a response that say nothing yet of how it will go. */
const PREAMBLE = /^(response\.(created|in_progress|queued)|keep-?alive|ping)$/i;
/** What the last event of a stream is called, by the kind of operation. Other kinds end as they like. */
const LAST: Readonly<Record<string, RegExp>> = {
  responses: /^response\.(completed|incomplete|cancelled)$/,
  'audio.speech': /\.done$/,
  'audio.transcriptions': /\.done$/,
  'images.generations': /\.completed$/,
  'images.edits': /\.completed$/,
};
const CHAT = /^(chat\.)?completions$/;

/** What a chat's long chunk, and what a typed event is, says at its ends. */
const DULL = /\.(delta|partial_image|completed)$/;
/** What tells of an error, the last event, a choice that ends or another choice, unless that comes behind it. */
const NEWS: readonly (readonly [word: string, unless?: string])[] = [
  ['rror'],
  ['DONE]'],
  ['finish_reason"', ':null'],
  ['index"', ':0'],
];
/** What the ends of a long chunk may tell of. */
const NEWS_AT_ENDS = NEWS.slice(2);

/**
 * Follows a stream of server-sent events, and knows how far it is: whether it has begun to answer, was whole, or failed.
 * Chat: wire form of OpenAI's chat completion chunks; responses: typed events.
 */
export class EventStream {
  /** An event has come. */
  spoken = false;
  /** An event has come that carries something of the answer. */
  begun = false;
  /** The service said that it failed, in place of a status. */
  failure: InBandError | undefined;
  /** An event is not what events of this kind are. */
  malformed = false;
  #finished = false;
  #last = false;
  /** Choices that were begun, and whether each has its `finish_reason`. */
  readonly #choices = new Map<unknown, boolean>();
  readonly #kind: string;
  readonly #isChat: boolean;
  readonly #tap: EventTap | undefined;
  readonly #parser = new EventParser(
    (event) => this.#read(event),
    (name, head) =>
      this.#isChat ? head.includes('"choices"') && !head.includes('"error"') : DULL.test(name || typeOf(head)),
    (text) => this.#brief(text),
  );

  /** @param kind of the operation that is answered: `chat.completions`, `responses`, … */
  constructor(kind: string, tap?: EventTap) {
    this.#kind = kind;
    this.#isChat = CHAT.test(kind);
    this.#tap = tap;
  }

  /** Everything has come that belongs to the answer. */
  get whole(): boolean {
    // What could not be read is not found wanting.
    if (this.#finished || this.#last || this.#parser.overflown) return true;
    if (this.#isChat) return this.#choices.size > 0 && [...this.#choices.values()].every(Boolean);
    return !(this.#kind in LAST) && this.begun;
  }

  /** Nothing of worth can follow. */
  get closed(): boolean {
    return this.#last;
  }

  /** The next bytes, cut anywhere. */
  feed(bytes: Uint8Array): void {
    this.#parser.feed(bytes);
  }

  /** There are no more. Some servers forget the blank line behind their last event. */
  end(): void {
    this.#parser.push('\n\n');
  }

  /** Without the whole events in its middle, if none of them has news. */
  #brief(text: string): string {
    const first = text.indexOf('\n\n') + 2;
    const last = text.lastIndexOf('\n\n') + 2;
    if (first >= last || !this.#needsNews || hasNews(text.slice(first, last))) return text;
    for (let at = first; at < last; ) {
      const end = text.indexOf('\n\n', at);
      if (!text.startsWith('data: {', at) || text[end - 1] !== '}') return text;
      at = end + 2;
    }
    return text.slice(0, first) + text.slice(last);
  }

  /** A chat has begun: most chunks change nothing of what is known, and to read each would take most of a stream's time. */
  get #needsNews(): boolean {
    return this.begun && this.#choices.has(0);
  }

  #read({ name, data, tail }: ServerSentEvent): void {
    // What follows the last event is no part of the answer.
    if (data === '' || this.#last) return;
    this.spoken = true;
    if (/^\[DONE\]\s*$/.test(data)) {
      this.#last = true;
      return;
    }
    const isPlain = data.startsWith('{') && (tail ?? data).endsWith('}');
    const words = tail === undefined ? NEWS : NEWS_AT_ENDS;
    if (this.#needsNews && isPlain && !hasNews(data, words) && !hasNews(tail ?? '', words)) return;
    const json = tail === undefined ? parse(data) : skim(data, tail);
    if (json === undefined) {
      this.malformed ||= this.#isChat || this.#kind in LAST;
      this.begun = true;
      return;
    }
    const type = name || (typeof json['type'] === 'string' ? json['type'] : '');
    this.#tap?.(type, data);
    const failure = inBandError(type, json);
    // What was only said to have failed may be explained by what follows.
    if (failure) this.failure = this.failure?.vague === false ? this.failure : failure;
    else if (this.#isChat) this.#readChunk(json);
    else if (LAST[this.#kind]?.test(type)) {
      this.begun = this.#finished = true;
      // Each of several images has a last event of its own.
      this.#last = !this.#kind.startsWith('images.');
    } else if (!PREAMBLE.test(type)) this.begun = true;
  }

  #readChunk({ choices }: Fields): void {
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      const { index = 0, finish_reason: finish = null, delta, text } = (choice ?? {}) as Fields;
      // Some servers send an empty one for as long as there is none.
      const finished = isSomething(finish);
      if (finished) this.#choices.set(index, true);
      else if (delta !== undefined || text !== undefined) this.#choices.set(index, this.#choices.get(index) ?? false);
      if (finished || isSomething(text) || carries(delta)) this.begun = true;
    }
  }
}

interface Fields {
  readonly [name: string]: unknown;
}

/** A delta that only says whose turn it is carries nothing yet. */
function carries(delta: unknown): boolean {
  return (
    typeof delta === 'object' &&
    delta !== null &&
    Object.entries(delta).some(([name, value]) => name !== 'role' && isSomething(value))
  );
}

const isSomething = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

function parse(data: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(data);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Text inside a string is escaped, and fools nobody. */
const FINISH = /"finish_reason"\s*:\s*"(\w+)"/;

/** What the ends of a long event say: as much of it as there is to know. */
function skim(head: string, tail: string): Fields | undefined {
  if (!head.startsWith('{') || !tail.trimEnd().endsWith('}')) return undefined;
  const index = Number(/"index"\s*:\s*(\d+)/.exec(head)?.[1] ?? 0);
  const finish = (FINISH.exec(tail) ?? FINISH.exec(head))?.[1];
  return { type: typeOf(head), choices: [{ index, delta: { content: tail }, finish_reason: finish }] };
}

/** Of an event without a name: only a type that comes first is certain to be its own, and not that of something in it. */
const typeOf = (head: string): string => /^\{\s*"type"\s*:\s*"([^"\\]*)"/.exec(head)?.[1] ?? '';

const hasNews = (text: string, words = NEWS): boolean =>
  words.some(([word, unless]) => {
    let at = text.indexOf(word);
    while (at >= 0 && unless && text.startsWith(unless, at + word.length)) at = text.indexOf(word, at + 1);
    return at >= 0;
  });
