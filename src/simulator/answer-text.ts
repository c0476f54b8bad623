/** Who answers, and to what. */
export interface Question {
  /** `eastus`: the region as the simulator was told it. */
  readonly region: string;
  readonly deployment: string;
  /** The request's JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Differs from answer to answer. Hexadecimal. */
  readonly id: string;
  /** Unix time, ms. */
  readonly now: number;
}

/** A text, cut to the tokens that were allowed. A token is a word and the space before it. */
export interface AnswerText {
  readonly tokens: readonly string[];
  readonly cut: boolean;
  readonly promptTokens: number;
}

const longestEcho = 200;

/** Says who answered, and repeats what it was asked last. */
export function answerText({ region, deployment, body }: Question, maxTokens: unknown): AnswerText {
  const asked = lastUserText(body);
  const echo = asked.length > longestEcho ? `${asked.slice(0, longestEcho)}…` : asked;
  const all = `${deployment} in ${region} heard: ${echo}`.match(/\s*\S+/g) ?? [];
  const limit = typeof maxTokens === 'number' && maxTokens > 0 ? maxTokens : all.length;
  return {
    tokens: all.slice(0, limit),
    cut: all.length > limit,
    promptTokens: Math.ceil(JSON.stringify(body['messages'] ?? body['input'] ?? '').length / 4),
  };
}

function lastUserText(body: Question['body']): string {
  const said = body['messages'] ?? body['input'];
  if (typeof said === 'string') return said;
  if (!Array.isArray(said)) return '';
  const last = said.findLast((message) => message?.role === 'user');
  if (typeof last?.content === 'string') return last.content;
  const parts: unknown = last?.content;
  return Array.isArray(parts) ? parts.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('') : '';
}
