import OpenAI, { AzureOpenAI } from 'openai';
import { expect } from 'vitest';
import type { SimEndpoint } from '../../../src/simulator/node/index.ts';

/** The two clients of the official SDK: of the classic surface, and of v1. Without retries. */
export const clients: readonly (readonly [name: string, of: (endpoint: SimEndpoint) => OpenAI])[] = [
  [
    'AzureOpenAI',
    ({ url, key }) => new AzureOpenAI({ endpoint: url, apiKey: key, apiVersion: '2025-03-01-preview', maxRetries: 0 }),
  ],
  ['OpenAI on v1', ({ url, key }) => new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key, maxRetries: 0 })],
];

/** What is said of a request that is refused. */
export async function refusal(call: PromiseLike<unknown>): Promise<unknown> {
  const error = await Promise.resolve(call).then(
    () => expect.fail('must be refused'),
    (error: unknown) => error,
  );
  if (!(error instanceof OpenAI.APIError)) throw error;
  const { status, code, param, error: body } = error;
  return { status, code, param, message: body?.message };
}
