import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/azure/address.ts';
import { createDestinations } from '../../src/call/destination.ts';

const BASE = 'https://contoso.openai.azure.com';
const ENDPOINTS: readonly Endpoint[] = [{ origin: BASE, prefix: '', base: BASE }];

test('finds the same destination again, and tells methods apart', () => {
  const find = createDestinations(ENDPOINTS);
  const url = `${BASE}/openai/v1/files/file-1`;
  const read = find('GET', url);
  expect(read?.route).toEqual({ kind: 'files', replayable: true, boundTo: ['file-1'], keeps: true });
  expect(find('GET', url)).toBe(read);
  expect(find('DELETE', url)?.route.replayable).toBe(false);
});

test('finds no destination for what is not ours, however often it is asked', () => {
  const find = createDestinations(ENDPOINTS);
  for (const url of ['data:,', 'https://example.com/openai', '', `${BASE}.evil.com/openai`, 'data:,']) {
    expect(find('GET', url)).toBeUndefined();
  }
});

test('finds every destination, however many there are', () => {
  const find = createDestinations(ENDPOINTS);
  for (const round of [1, 2]) {
    for (let nth = 0; nth < 1_200; nth++) {
      expect(find('GET', `${BASE}/openai/v1/files/file-${nth}`)?.route.boundTo, `round ${round}`).toEqual([
        `file-${nth}`,
      ]);
    }
  }
});
