import { lastSaid } from './last-said.ts';
import type { Json } from './record.ts';
import type { Item } from './stored-objects.ts';

/** Who answers, and to what. */
export interface Question {
  /** `eastus`: the region as the simulator was told it. */
  readonly region: string;
  readonly deployment: string;
  /** The request's JSON, or the texts of its form. */
  readonly body: Json;
  /** Differs from answer to answer. Hexadecimal. */
  readonly id: string;
  /** Unix time, ms. */
  readonly now: number;
  /** What was said before and is not in the body. @default nothing */
  readonly earlier?: readonly Item[];
}

/** A text, cut to the tokens that were allowed. */
export interface AnswerText {
  readonly tokens: readonly string[];
  readonly cut: boolean;
  readonly promptTokens: number;
}

const longestEcho = 200;

/** Says who answered, and repeats what it was asked last. */
export function answerText(question: Question, maxTokens: unknown): AnswerText {
  const { body, earlier = [] } = question;
  const all = tokensOf(heard(question, lastSaid(body, earlier).text));
  const limit = typeof maxTokens === 'number' && maxTokens > 0 ? maxTokens : all.length;
  const said = JSON.stringify(body['messages'] ?? body['input'] ?? body['prompt'] ?? '').length;
  const before = earlier.length === 0 ? 0 : JSON.stringify(earlier).length;
  return { tokens: all.slice(0, limit), cut: all.length > limit, promptTokens: Math.ceil((said + before) / 4) };
}

/** What a deployment says of something that it was told. */
export function heard({ region, deployment }: Question, told: string): string {
  return `${deployment} in ${region} heard: ${shortened(told)}`;
}

export function shortened(text: string): string {
  return text.length > longestEcho ? `${text.slice(0, longestEcho)}…` : text;
}

/** A token is a word and the space before it. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}
