import type { Question } from './answer-text.ts';
import { chance } from './hash.ts';

/** Embeddings of unit length. The same text gives the same vector in every region, as one model does. */
export function embeddingsAnswer({ body, deployment }: Question): string {
  const input = body['input'];
  const inputs: readonly unknown[] =
    Array.isArray(input) && !input.every((part) => typeof part === 'number') ? input : [input];
  const size =
    typeof body['dimensions'] === 'number' ? Math.min(body['dimensions'], mostDimensions) : defaultDimensions;
  const tokens = Math.ceil(JSON.stringify(input ?? '').length / 4);
  return JSON.stringify({
    object: 'list',
    data: inputs.map((text, index) => {
      const vector = vectorOf(JSON.stringify(text ?? ''), size);
      const embedding = body['encoding_format'] === 'base64' ? base64(vector) : [...vector];
      return { object: 'embedding', index, embedding };
    }),
    model: deployment,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** Fewer than any real model's, as nobody measures distances here. */
const defaultDimensions = 16;
const mostDimensions = 4096;

function vectorOf(text: string, size: number): Float32Array<ArrayBuffer> {
  const raw = Array.from({ length: size }, (_, index) => chance('embedding', text, index) * 2 - 1);
  const length = Math.hypot(...raw);
  return new Float32Array(raw.map((value) => value / length));
}

function base64(vector: Float32Array<ArrayBuffer>): string {
  return btoa(String.fromCharCode(...new Uint8Array(vector.buffer)));
}
