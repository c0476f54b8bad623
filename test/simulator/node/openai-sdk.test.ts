import OpenAI, { AzureOpenAI } from 'openai';
import { expect, test } from 'vitest';
import type { SimEndpoint } from '../../../src/simulator/node/index.ts';
import { endpoint, started } from './support.ts';

const azure = ({ url, key }: SimEndpoint): OpenAI =>
  new AzureOpenAI({ endpoint: url, apiKey: key, apiVersion: '2025-03-01-preview', maxRetries: 0 });
const v1 = ({ url, key }: SimEndpoint): OpenAI =>
  new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key, maxRetries: 0 });
const clients = [
  ['AzureOpenAI', azure],
  ['OpenAI on v1', v1],
] as const;
const messages = [{ role: 'user' as const, content: 'Good morning' }];
const said = 'gpt-4o in eastus heard: Good morning';

test.each(clients)('%s reads a chat completion', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const completion = await client.chat.completions.create({ model: 'gpt-4o', messages });
  expect(completion.choices[0]?.message.content).toBe(said);
  expect(completion._request_id).toBeTruthy();
});

test.each(clients)('%s reads a streamed chat completion', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const stream = client.chat.completions.stream({ model: 'gpt-4o', messages, stream_options: { include_usage: true } });
  const completion = await stream.finalChatCompletion();
  expect(completion.choices[0]).toMatchObject({ message: { content: said }, finish_reason: 'stop' });
  expect(completion.usage?.completion_tokens).toBe(6);
});

test.each(clients)('%s reads embeddings', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const { data } = await client.embeddings.create({ model: 'small', input: ['one', 'two'] });
  expect(data.map(({ embedding }) => embedding.length)).toEqual([16, 16]);
  expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
});

test.each(clients)('%s reads a response', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const response = await client.responses.create({ model: 'gpt-4o', input: 'Good morning' });
  expect(response.output_text).toBe(said);
  expect(response.status).toBe('completed');
});

test.each(clients)('%s reads a streamed response', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const stream = client.responses.stream({ model: 'gpt-4o', input: 'Good morning' });
  const numbers: number[] = [];
  stream.on('event', (event) => numbers.push(event.sequence_number));
  const response = await stream.finalResponse();
  expect(response.output_text).toBe(said);
  expect(numbers).toEqual(numbers.map((_number, index) => index));
});

test.each(clients)('%s lists models', async (_, clientOf) => {
  const client = clientOf(endpoint(await started()));
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(['gpt-4o', 'small']);
});

test('OpenAI reads an error', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('429(2)');
  const call = v1(endpoint(simulator)).chat.completions.create({ model: 'gpt-4o', messages });
  await expect(call).rejects.toMatchObject({ status: 429, code: '429' });
});
