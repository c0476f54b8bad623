import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RegionOptions } from '../../src/index.ts';
import { type Answer, ok, refused, reset, status } from '../support/service.ts';
import { outcomeOf, setup } from '../support/setup.ts';

const FAILURES: readonly Answer[] = [refused, reset, status(500), status(502), status(429), status(403), status(401)];
const OWN_NAMES = { gpt: 'own-gpt', 'o 3': 'ö/3' } as const;
const aRegion = fc.record({
  prefix: fc.constantFrom('', '/gateway', '/gateway/deep'),
  renames: fc.boolean(),
  apiVersion: fc.option(fc.constantFrom('2024-10-21', 'preview'), { nil: undefined }),
  answers: fc.array(fc.constantFrom<Answer>(...FAILURES), { maxLength: 4 }),
});
const aBody = fc.oneof(
  fc.jsonValue().map((messages) => JSON.stringify({ messages, model: 'gpt' })),
  fc.string(),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => new Blob([new Uint8Array(bytes)])),
  fc.dictionary(fc.string(), fc.string()).map((fields) => new URLSearchParams(fields)),
);
const aPath = fc.constantFrom(
  '/openai/deployments/gpt/chat/completions',
  '/openai/deployments/o%203/embeddings',
  '/openai/v1/chat/completions',
  '/openai/v1/embeddings',
);
const aQuery = fc.constantFrom('', '?api-version=2024-06-01', '?a=1&api-version=2024-06-01&b=%20', '?x=%2F');
const worlds = fc.record({
  regions: fc.array(aRegion, { minLength: 2, maxLength: 3 }),
  body: aBody,
  path: aPath,
  query: aQuery,
  type: fc.constantFrom('application/json', 'text/plain', 'application/octet-stream'),
});
const keyOf = (name: string) => `secret-of-${name}`;

async function play({ regions, body, path, query, type }: typeof worlds extends fc.Arbitrary<infer T> ? T : never) {
  const whole = regions.map(({ prefix, renames, apiVersion }, index): RegionOptions => {
    const name = `region${index}`;
    return {
      name,
      endpoint: `https://${name}.openai.azure.com${prefix}`,
      credential: { apiKey: keyOf(name) },
      ...(renames && { deployments: OWN_NAMES }),
      ...(apiVersion !== undefined && { apiVersion }),
    };
  });
  const script = Object.fromEntries(regions.map(({ answers }, index) => [`region${index}`, [...answers, ok]]));
  const world = setup({ regions: whole, script });
  const headers = {
    'content-type': type,
    'api-key': 'the-callers-own',
    authorization: 'Bearer the-callers-own',
    'x-mine': 'yes',
  };
  await outcomeOf(
    world.clock.run(world.fetch(`${whole[0]?.endpoint}${path}${query}`, { method: 'POST', body, headers })),
  );
  return { ...world, whole };
}

const bytesOf = async (body: BodyInit | null | undefined): Promise<string> =>
  [...new Uint8Array(await new Response(body).arrayBuffer())].join();

/** What a JSON body says, but for the name of the model; `undefined` of any other. */
async function withoutModel(body: BodyInit | null | undefined): Promise<unknown> {
  try {
    const { model, ...rest } = JSON.parse(await new Response(body).text());
    return model === undefined ? undefined : rest;
  } catch {
    return undefined;
  }
}

test('Invariant 11: every attempt sends what the caller sent, but for the model’s name in its region', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (given) => {
      const { requests, whole } = await play(given);
      const said = await withoutModel(given.body);
      for (const { region, body, method, headers } of requests) {
        const renames = whole.find(({ name }) => name === region)?.deployments !== undefined;
        // The body names the deployment where the path does not.
        if (renames && said !== undefined && !given.path.includes('/deployments/'))
          expect(await withoutModel(body)).toEqual(said);
        else expect(await bytesOf(body)).toBe(await bytesOf(given.body));
        expect([method, headers.get('x-mine'), headers.get('content-type')]).toEqual(['POST', 'yes', given.type]);
      }
    }),
    { numRuns: 100 },
  );
});

test('Invariant 11: of the address, only endpoint, deployment and api-version become another region’s', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (given) => {
      const { requests, whole } = await play(given);
      const said = new URL(`https://any${given.path}${given.query}`);
      for (const request of requests) {
        const region = whole.find(({ name }) => name === request.region);
        const base = `${region?.endpoint}/`;
        expect(request.url.startsWith(base)).toBe(true);
        const url = new URL(request.url.slice(base.length - 1), 'https://any');
        const own = Object.values(region?.deployments ?? {}).map((name) => encodeURIComponent(String(name)));
        const path = own.reduce((text, name) => text.replace(`/${name}/`, '/*/'), url.pathname);
        expect(path.replace(/gpt|o%203/, '*')).toBe(said.pathname.replace(/gpt|o%203/, '*'));
        for (const search of [url.searchParams, said.searchParams]) search.sort();
        const others = (search: URLSearchParams) => [...search].filter(([name]) => name !== 'api-version');
        expect(others(url.searchParams)).toEqual(others(said.searchParams));
        if (region?.apiVersion === undefined)
          expect(url.searchParams.get('api-version')).toBe(said.searchParams.get('api-version'));
      }
    }),
    { numRuns: 100 },
  );
});

test('Invariant 11: a region’s credential is sent to its own endpoint, and to no other; the caller’s own to none', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (given) => {
      const { requests, questions, whole } = await play(given);
      for (const { url, headers, init } of [...requests, ...questions]) {
        const region = whole.find(({ endpoint }) => url.startsWith(`${endpoint}/`));
        expect(region).toBeDefined();
        for (const { name } of whole.filter((one) => one !== region))
          expect(JSON.stringify([...headers, url, String(init.body)])).not.toContain(keyOf(name));
        expect(JSON.stringify([...headers])).not.toContain('callers-own');
        // A page's question, which carries nothing, may be redirected: browsers forbid to ask without.
        expect(init.mode === 'no-cors' && init.credentials === 'omit' ? 'manual' : init.redirect).toBe('manual');
      }
      for (const { region, headers } of requests) expect(headers.get('api-key')).toBe(keyOf(region));
    }),
    { numRuns: 100 },
  );
});
