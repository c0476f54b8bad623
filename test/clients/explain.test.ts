import { RetryError } from 'ai';
import { expect, test } from 'vitest';
import { explain } from '../../src/index.ts';
import { aiSdkChat } from './adapters/ai-sdk-chat.ts';
import { all } from './adapters/all.ts';
import { node } from './support/node.ts';
import { scene } from './support/scene.ts';
import { BACKUP, HOME } from './support/world.ts';

const throttled = { fault: '429(60)', attempts: [`${HOME} throttled`, `${BACKUP} throttled`] };
const refused = { fault: 'refused', attempts: [HOME, HOME, BACKUP, BACKUP].map((region) => `${region} connect`) };
// For a status, the AI SDK throws a copy of the headers, in which nothing can be known again.
const keepsHeaders = all.filter(({ name }) => !name.startsWith('AI SDK'));

const failureOf = (call: Promise<unknown>): Promise<unknown> => call.catch((thrown: unknown) => thrown);

for (const [adapters, { fault, attempts }] of [[keepsHeaders, throttled] as const, [all, refused] as const]) {
  for (const adapter of adapters) {
    test(`explain: knows what ${adapter.name} makes of it, and an app of that: ${fault}`, async (context) => {
      const { client } = await scene(node, adapter, { faults: { [HOME]: fault, [BACKUP]: fault } }, context);
      const error = await failureOf(client.chat('Hello'));
      for (const result of [error, new Error('The assistant failed', { cause: error })]) {
        const told = explain(result)?.attempts.map(({ region, verdict }) => `${region} ${verdict.kind}`);
        expect(told).toEqual(attempts);
      }
    });
  }
}

test('explain: knows the last of the tries that the AI SDK gave up after', async (context) => {
  const { client } = await scene(node, aiSdkChat, { faults: { [HOME]: 'refused', [BACKUP]: 'refused' } }, context);
  const [first, last] = [await failureOf(client.chat('One')), await failureOf(client.chat('Two'))];
  const error = new RetryError({
    message: 'Failed after 2 attempts',
    reason: 'maxRetriesExceeded',
    errors: [first, last],
  });
  expect(explain(last)).toBeDefined();
  expect(explain(last)).not.toBe(explain(first));
  expect(explain(error)).toBe(explain(last));
});
