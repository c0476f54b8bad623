import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFragment, printFragment } from '../../playground/share/fragment.ts';
import { readUrl, shareUrl } from '../../playground/share/location.ts';
import { checkVersion, currentVersion, migrate } from '../../playground/share/migrate.ts';
import { longestLink, pack, unpack } from '../../playground/share/pack.ts';
import { type JsonValue, parseScenario, type Scenario, scenarios } from '../../src/simulator/index.ts';
import { anyScenario } from '../simulator/arbitrary-scenario.ts';

const [preset] = scenarios;
if (!preset) throw new Error('there are no scenarios');

const figures = fc.dictionary(fc.constantFrom('attempts', 'openMs', 'budget'), fc.nat());
const client: fc.Arbitrary<Record<string, JsonValue>> = fc.record(
  { strategy: fc.constantFrom('priority', 'latency'), retry: figures, breaker: figures, hedge: fc.constant(false) },
  { requiredKeys: [] },
);
const anyShared = fc
  .record({
    scenario: anyScenario,
    client,
    at: fc.nat({ max: 1 }),
    zoom: fc.constantFrom({ from: 0, to: 0.5 }, { from: 0.3, to: 1 }, undefined),
    rival: fc.constantFrom('plain' as const, undefined),
  })
  .map(({ scenario, client, at, zoom, rival }) => {
    return { scenario: parseScenario({ ...scenario, client }), at, ...(zoom && { zoom }), ...(rival && { rival }) };
  });

test('a link brings back what was shared', async () => {
  await fc.assert(
    fc.asyncProperty(anyShared, async (shared) => {
      const fragment = await printFragment(shared).catch((error) => {
        // Some are too long for any link.
        expect(error).toBeInstanceOf(RangeError);
        return undefined;
      });
      if (fragment !== undefined) expect(await parseFragment(`#${fragment}`)).toEqual(shared);
    }),
  );
});

test('a link says only what differs from the preset', async () => {
  const [same, seed, other] = await Promise.all([
    printFragment({ scenario: preset }),
    printFragment({ scenario: { ...preset, seed: 8 } }),
    printFragment({ scenario: { ...preset, id: 'my-own' } }),
  ]);
  expect(same.length).toBeLessThan(70);
  expect(seed.length - same.length).toBeLessThan(20);
  expect(other.length).toBeGreaterThan(200);
  for (const scenario of scenarios) {
    const changed = { ...scenario, faults: [...scenario.faults, [1, 2, '*', 'status(503)'] as const] };
    expect((await printFragment({ scenario: changed })).length).toBeLessThan(400);
  }
});

test('links of version 1 are read for ever', async () => {
  expect(
    await parseFragment(
      's=1.ZZDBasMwEER_JcyphU2QHRdaQT6h5x6CD4u1Tk1lyUhrign-9yI7hULPMztvZu9wsHcMDhZjDI4XEHRQL7D4-GQ9fPI0SRB3iOHw_uvIIg62NgQ3J9YhBtg3Q0hyG2LIsNdHZv4WJ6GToIk9CJ5VQrfAwsdbiGlk_9QYMqfzMwhjdOJhX41Z6REgnHXO9d_TqipcmXxcRglaaLhNemwi2rUl-Mhua9D5YdfPhDRl2JqQNQmPsOb0UhissGdD6Nj7YjAlYL8rf8maWOW29X3gy0hNS1FZVcZpA6wroefZb22ulaHG0L_xSfo5i0NL19rQht1JhNj3fgiCtiVwzpL2WZJSTPlyMWhXgsJW9akhJFjESQIPx-y-sP4A',
    ),
  ).toEqual({
    scenario: {
      v: 1,
      id: 'monday',
      title: 'What happened on Monday',
      seed: 20,
      duration: 90,
      regions: [
        { id: 'swedencentral', latency: 'lognormal(40,0.3)', model: 800 },
        { id: 'eastus2', latency: 110, deployments: ['gpt-4o'] },
      ],
      load: [
        { clients: 3, rps: 2, stream: 0.5 },
        { at: 30, calls: 20 },
      ],
      client: { strategy: 'latency', retry: { attempts: 3 } },
      faults: [
        [10, 40, 'swedencentral', 'refused'],
        [20, 30, 'client', 'offline'],
      ],
      asserts: ['errors==0'],
    },
    at: 12.4,
    rival: 'openai-sdk',
  });
  const received = await parseFragment(
    's=1.BcExCoAwDEDRu_w5QwsONVeRDlUjikWFtJN4d997eVDmWpbz7g1hR0nFxi0grOiLm61oErbSa3N0mmKQIQhWvHVH8KPatRg5f0JDY_x-',
  );
  expect(received).toMatchObject({
    scenario: { id: 'blackout', seed: 8, faults: [[10, 40, 'eastus', 'silence']] },
    at: 11,
  });
  const zoomed = await parseFragment(
    's=1.FcrRCkAwFIDhd_mvTxohzqtoF2NbiiLbbsi7y3f9PZwo8-6W7SgZYUUZXBijQfDoQ3RlzwmdptpI31SdEFzKJSFcIZYUPNa-QkbrVrjRfzam6uz7AQ',
  );
  expect(zoomed).toMatchObject({
    scenario: { id: 'blackout', faults: [[10, 62.5, 'eastus', 'refused']] },
    at: 14,
    zoom: { from: 10, to: 20.5 },
  });
});

test('a link to a preset that has changed since says so', async () => {
  const changes = { p: 'blackout', h: '000000', d: {} };
  const received = await parseFragment(`s=1.${await pack(changes)}`);
  expect(received?.scenario.id).toBe('blackout');
  expect(received?.note).toContain('has changed since');
  await expect(parseFragment(`s=1.${await pack({ p: 'gone', d: {} })}`)).rejects.toThrow(
    '"gone", which there is no more',
  );
});

test('an older link goes through every migration from its version on', () => {
  const steps = [(older: unknown) => `${older}2`, (older: unknown) => `${older}3`];
  expect(migrate(1, '1', steps)).toBe('123');
  expect(migrate(2, '2', steps)).toBe('23');
  expect(migrate(3, '3', steps)).toBe('3');
  expect(() => checkVersion(4, 3)).toThrow('of version 4, and this page knows 3: reload it');
  expect(() => checkVersion(0, 3)).toThrow('must be 1 or more');
  expect(migrate(currentVersion, 'as it is')).toBe('as it is');
});

test.each([
  ['s=', 'must read s=version.text'],
  ['s=abc', 'must read s=version.text'],
  ['s=1.', 'damaged'],
  ['s=1.!!!', 'damaged'],
  ['s=1.AAAA', 'damaged'],
  ['s=1.a', 'damaged'],
  ['s=99.q1YqUbKqrgUA', 'this page knows'],
  [`s=1.${'A'.repeat(5_000)}`, 'must have 4096 characters at most, got 5000'],
])('a link that is none ends in a clear word (%#)', async (fragment, message) => {
  await expect(parseFragment(fragment)).rejects.toThrow(message);
});

test.each([
  [null, 'must say how its scenario differs'],
  [[], 'must say how its scenario differs'],
  [{ d: 1 }, 'must say how its scenario differs'],
  [{ d: {}, p: 1 }, 'by name'],
  [{ d: {}, t: '1' }, 'in seconds'],
  [{ d: {} }, 'scenario.regions'],
  [{ p: 'calm', d: { v: 2 } }, 'scenario.v'],
  [{ p: 'calm', d: { evil: 1 } }, 'scenario'],
  [{ p: 'calm', d: {}, t: 61 }, 'from 0 to 60 s, got 61'],
  [{ p: 'calm', d: {}, z: [30, 30] }, 'a part of 0 to 60 s, got 30 to 30'],
  [{ p: 'calm', d: {}, z: [30, 61] }, 'a part of 0 to 60 s, got 30 to 61'],
  [{ p: 'calm', d: {}, z: [30] }, 'moments in seconds'],
  [{ p: 'calm', d: {}, z: '30' }, 'moments in seconds'],
  [{ p: 'calm', d: {}, r: 'me' }, 'rival of a link must be one of'],
  [{ p: 'calm', d: { client: { credential: { apiKey: 'x' } } } }, 'got client.credential'],
])('what a link says is checked: %j', async (payload, message) => {
  await expect(parseFragment(`s=1.${await pack(payload)}`)).rejects.toThrow(message);
});

test('any text is read, or refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `1.${text}`),
      ),
      async (text) => {
        const read = parseFragment(`#s=${encodeURIComponent(text)}`);
        await read.catch((error) =>
          expect(error).toSatisfy((one) => one instanceof TypeError || one instanceof RangeError),
        );
      },
    ),
  );
});

test('a link that would unpack without end is given up early', async () => {
  const bomb = await pack({ p: 'calm', d: { title: 'A'.repeat(2_500_000) } });
  expect(bomb.length).toBeLessThan(longestLink);
  await expect(unpack(bomb)).rejects.toThrow('must unpack to 65536 bytes at most');
});

test('a scenario that is too much for a link is refused', async () => {
  const title = Array.from({ length: 6_000 }, (_, nth) => String.fromCharCode(33 + ((nth * 7919) % 89))).join('');
  const faults = Array.from(
    { length: 900 },
    (_, nth) => [nth % 50, 60, 'eastus', `status(5${10 + ((nth * 37) % 89)})`] as const,
  );
  await expect(printFragment({ scenario: { ...preset, title, faults } })).rejects.toThrow(
    'save the scenario as a file',
  );
});

test('a link never carries what may be a secret', async () => {
  const link = (client: Scenario['client']) => printFragment({ scenario: { ...preset, client } });
  for (const client of [
    { credential: { apiKey: 'secret' } },
    { regions: [{ endpoint: 'https://contoso.openai.azure.com' }] },
    { strategy: 'https://contoso.openai.azure.com' },
    { retry: { attempts: 'secret' } },
    { retry: { 'api-key=secret': 1 } },
    { retry: [1] as never },
  ]) {
    await expect(link(client as never)).rejects.toThrow("a link takes of the library's options");
  }
  expect(await link({ strategy: 'weighted', hedge: false, timeouts: { totalMs: 1_000 } })).toMatch(/^s=1\.[\w-]+$/);
});

test('a preset has a link that can be read', async () => {
  const page = 'http://127.0.0.1:4000/play/?scenario=old#live=http://127.0.0.1:18090&token=secret';
  const url = await shareUrl(page, { scenario: { ...preset, seed: 8 }, at: 12.4 });
  expect(url).toBe(`http://127.0.0.1:4000/play/?scenario=${preset.id}&seed=8&t=12.4`);
  expect(await readUrl(new URL(url))).toEqual({ scenario: { ...preset, seed: 8 }, at: 12.4 });
  expect(await shareUrl(page, { scenario: preset })).toBe(`http://127.0.0.1:4000/play/?scenario=${preset.id}`);
});

test('a link has the stretch that is zoomed in on, in either form', async () => {
  const page = 'http://127.0.0.1:4000/';
  const read = { scenario: preset, at: 12.4, zoom: { from: 10, to: 20.5 } };
  const url = await shareUrl(page, read);
  expect(url).toBe(`${page}?scenario=${preset.id}&t=12.4&from=10&to=20.5`);
  expect(await readUrl(new URL(url))).toEqual(read);
  const edited = { ...read, scenario: { ...preset, duration: 61 } };
  expect(await readUrl(new URL(await shareUrl(page, edited)))).toEqual(edited);
  expect((await readUrl({ search: '?scenario=calm&from=50', hash: '' }))?.zoom).toEqual({ from: 50, to: 60 });
  expect((await readUrl({ search: '?scenario=calm&to=5', hash: '' }))?.zoom).toEqual({ from: 0, to: 5 });
});

test('what else is in the page’s address is not shared', async () => {
  const page = 'http://127.0.0.1:4000/#live=http://127.0.0.1:18090&token=secret';
  const url = await shareUrl(page, { scenario: { ...preset, duration: 61 }, rival: 'plain' });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:4000\/#s=1\.[\w-]+$/);
  expect(await readUrl(new URL(url))).toEqual({ scenario: { ...preset, duration: 61 }, rival: 'plain' });
});

test('an address that asks for nothing is none of ours', async () => {
  expect(await readUrl(new URL('http://127.0.0.1/?utm=1#live=http://127.0.0.1:1&token=t'))).toBeUndefined();
});

test.each([
  ['?scenario=nowhere', 'scenario must be one of calm, '],
  ['?scenario=calm&seed=-1', 'seed must be a whole number'],
  ['?scenario=calm&seed=1e9', 'seed must be a whole number'],
  ['?scenario=calm&t=NaN', 't must be a number of seconds'],
  ['?scenario=calm&t=61', 'from 0 to 60 s'],
  ['?scenario=calm&from=x', 'from must be a number of seconds'],
  ['?scenario=calm&from=20&to=10', 'a part of 0 to 60 s, got 20 to 10'],
])('a query is checked: %s', async (search, message) => {
  await expect(readUrl({ search, hash: '' })).rejects.toThrow(message);
});
