import type { FailoverFetch } from '../../../src/index.ts';
import type { Manners } from './manners.ts';

/** What a client is made with. */
export interface Setting {
  readonly fetch: FailoverFetch;
  /** The address of one region, with nothing after it. */
  readonly endpoint: string;
  /** Its own, on top of ours: `usual` leaves them as they come. */
  readonly retries: 'off' | 'usual';
}

export interface Streaming {
  readonly signal?: AbortSignal;
  /** Hears the text so far, whenever there is more. */
  readonly onText?: (text: string) => void;
}

/** How a stream went, as its reader sees it. */
export interface Streamed {
  /** All that was read, also when it ended badly. */
  readonly text: string;
  /** Why the model stopped, as far as the reader was told. */
  readonly finish?: string;
  /** What was thrown, in the words of `told`. */
  readonly error?: string;
}

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
}

/** What is asked of every client, in terms that all have in common. */
export interface Client {
  chat(question: string, signal?: AbortSignal): Promise<string>;
  stream(question: string, options?: Streaming): Promise<Streamed>;
  /** Lets the model call {@link TOOL}. */
  callTool?(question: string): Promise<ToolCall>;
  embed?(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  transcribe?(audio: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Answers to what came before, which one region remembers. */
  respond?(question: string, previous?: string): Promise<{ readonly id: string; readonly text: string }>;
}

export type Feature = 'callTool' | 'embed' | 'transcribe' | 'respond';

/** One client, and what it makes of what happens. */
export interface Adapter {
  /** As the names of the tests say it. */
  readonly name: string;
  readonly api: 'chat' | 'responses';
  /** Features that the client does not have, and why. */
  readonly lacks: Partial<Record<Feature, string>>;
  readonly manners: Manners;
  open(setting: Setting): Client;
}

export const CHAT_MODEL = 'gpt-4o';
export const EMBEDDING_MODEL = 'text-embedding-3-small';
export const AUDIO_MODEL = 'whisper';
export const API_VERSION = '2025-03-01-preview';
export const NO_KEY = 'set by failover for each region';

export const TOOL = {
  name: 'weather',
  description: 'Tells the weather of a place',
  parameters: {
    type: 'object',
    properties: { place: { type: 'string' } },
    required: ['place'],
    additionalProperties: false,
  },
} as const;

/** Events that a stream sends before its first word. */
export const PRELUDE: Readonly<Record<Adapter['api'], number>> = { chat: 2, responses: 4 };
