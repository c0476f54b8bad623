import type { Json } from './record.ts';
import type { Inference } from './route.ts';

/** What a request counts against the quota before it is answered, in tokens: what it may use, as far as it says. */
export function tokenCost(operation: Inference, body: Json): number {
  const most = body['max_completion_tokens'] ?? body['max_output_tokens'] ?? body['max_tokens'];
  if (typeof most === 'number' && most >= 0) return most;
  if (operation !== 'embeddings') return usualAnswer;
  const { input } = body;
  const texts = Array.isArray(input) ? input : [input];
  return texts.reduce(
    (sum, text) => sum + (typeof text === 'string' ? Math.ceil(text.length / lettersPerToken) : 1),
    0,
  );
}

/** Taken for granted where nothing is said. */
const usualAnswer = 16;
const lettersPerToken = 4;
