import { expect, test } from 'vitest';
import { anyCall } from '../../src/health/any-call.ts';
import { isAllowed } from '../../src/health/choose.ts';
import { known, NOW } from '../support/health.ts';

test('a call like any other says nothing of where it may go', () => {
  const call = anyCall(NOW, 'https://r0.openai.azure.com');
  expect(call).toMatchObject({
    id: '',
    url: 'https://r0.openai.azure.com',
    method: 'POST',
    body: null,
    init: {},
    operation: { kind: 'other', stream: false, replayable: true, boundTo: [] },
    addressed: '',
    deadline: NOW,
  });
  expect(call.signal.aborted).toBe(false);
  expect([...call.headers]).toEqual([]);
  expect(known([{}, { deployments: { gpt: false } }]).every((one) => isAllowed(one, call))).toBe(true);
});
