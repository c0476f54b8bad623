import { expect, test } from 'vitest';
import { explain, FailoverError } from '../../src/index.ts';
import { endless, failedToFetch, ok, refused, reset, status, throttled } from '../support/service.ts';
import { chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

test.each([400, 404, 405, 409, 413, 415, 422, 451, 501])(
  'A: a %i is returned, not thrown, and asked only once',
  async (code) => {
    const { chat: ask, asked } = setup({
      script: { sweden: status(code, { 'x-odd': 'yes' }, 'Your request is wrong.') },
    });
    const response = await ask();
    expect(response.status).toBe(code);
    expect(response.headers.get('x-odd')).toBe('yes');
    expect(await response.json()).toEqual({ error: { code: String(code), message: 'Your request is wrong.' } });
    expect(asked()).toEqual(['sweden']);
  },
);

test.each([
  ['the one that says when to come back, before', throttled(90), status(500), 429],
  ['the one that says when to come back, after', status(500), throttled(90), 429],
  ['a server’s error before a refused credential', status(500), status(403), 500],
  ['a server’s error after a refused credential', status(403), status(500), 500],
  ['any response before a dead connection', status(403), refused, 403],
  ['any response after a dead connection', failedToFetch, status(502), 502],
])('A: when every region failed, the most useful response is returned: %s', async (_, sweden, eastus, code) => {
  const { chat: ask, left } = setup({ script: { sweden, eastus } });
  const response = await ask();
  expect(response.status).toBe(code);
  expect(await response.text()).toContain('"error"');
  expect(left()).toEqual([]);
});

test.each([
  ['refused', refused],
  ['reset', reset],
  ['Failed to fetch', failedToFetch],
])('A: only when there is no response it rejects like fetch, with a FailoverError (%s)', async (_, answer) => {
  const { chat: ask } = setup({ script: { sweden: answer }, regions: ['sweden'] });
  const outcome = await outcomeOf(ask());
  const error = 'error' in outcome ? outcome.error : undefined;
  expect(error).toBeInstanceOf(FailoverError);
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ name: 'FailoverError', code: 'ERR_ALL_REGIONS_FAILED' });
  expect((error as FailoverError).cause).toBeInstanceOf(TypeError);
  expect((error as FailoverError).trace.attempts.length).toBeLessThanOrEqual(4);
  expect(explain(error)?.attempts).toEqual((error as FailoverError).trace.attempts);
});

test('A: a response’s body, status text, headers and URL are what the service sent', async () => {
  const { chat: ask, left } = setup({
    script: { sweden: endless(200, 'data: first\n\n'), eastus: ok },
  });
  const response = await ask();
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: first\n\n');
  await reader?.cancel();
  expect(left()).toEqual([]);
});

test('A: regions() lists the regions in the order in which they would be tried', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, endpoint: endpointOf(name), credential: { apiKey: 'k' } }));
  const { fetch, clock } = setup({
    regions: [{ ...a, priority: 2 } as never, { ...b, priority: 1 } as never, { ...c, priority: 0 } as never],
    script: { c: refused },
  });
  expect(fetch.regions().map(({ region }) => region)).toEqual(['c', 'b', 'a']);
  await clock.run(fetch(`${endpointOf('c')}/openai/v1/chat/completions`, chat()));
  expect(fetch.regions().map(({ region }) => region)).toEqual(['b', 'a', 'c']);
});
