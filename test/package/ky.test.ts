import { expect, test } from 'vitest';
import { createFailoverFetch } from '../../src/index.ts';
import { createKy } from '../../src/ky.ts';

function failing(status: number) {
  const sent: string[] = [];
  const fetch = createFailoverFetch({
    regions: [{ name: 'sweden', endpoint: 'https://contoso-sweden.openai.azure.com', credential: { apiKey: 'key' } }],
    retry: { attempts: 1 },
    fetch: async (input) => {
      sent.push(String(input));
      return Response.json({ error: { message: 'no' } }, { status });
    },
  });
  return { fetch, sent };
}

test.each([408, 429, 500, 503])('leaves a %s to the chain: ky asks once', async (status) => {
  const { fetch, sent } = failing(status);
  const api = createKy(fetch, { prefix: 'https://contoso-sweden.openai.azure.com/openai/v1' });
  await expect(api.get('models')).rejects.toMatchObject({ name: 'HTTPError', response: { status } });
  expect(sent).toEqual(['https://contoso-sweden.openai.azure.com/openai/v1/models']);
});

test('passes its options on', async () => {
  const { fetch } = failing(503);
  const api = createKy(fetch, { throwHttpErrors: false });
  const response = await api.get('https://contoso-sweden.openai.azure.com/openai/v1/models');
  expect(response.status).toBe(503);
});
