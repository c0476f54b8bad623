import { expect, test } from 'vitest';
import { createFailoverFetch, explain, FailoverError, memoryStore } from '../../src/index.ts';
import { createVirtualSimulator } from '../../src/simulator/index.ts';
import { seeded } from '../support/random.ts';
import { type Sent, tapped } from '../support/tapped.ts';

const KINDS = ['chat/completions', 'responses'] as const;
const REGIONS = ['sweden', 'eastus', 'france'];
const CALLS = 3;

type Random = () => number;
const below = (random: Random, most: number): number => Math.floor(random() * most);
const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** Something that befalls a region's streams, or its calls. */
function fault(random: Random): string {
  const events = below(random, 12);
  const kind = oneOf(random, [
    ...['rst', 'fin', 'stall', 'trunc', 'badsse', 'badchunk', 'sse-error'].map((name) => `${name}:sse:${events}`),
    ...['rst', 'fin', 'stall'].map((name) => `${name}:bytes:${below(random, 2_000)}`),
    ...['rate', 'capacity', 'server'].flatMap((cause) =>
      ['nested', 'flat', 'failed'].map((form) => `sse-error(${cause},${form}):sse:${events}`),
    ),
    ...['hang:headers', 'refused', 'silence', 'rst:request', 'status(503,html)', '429(20)', 'key'],
  ]);
  return kind + oneOf(random, kind === 'refused' ? ['', '~5s'] : ['', '', '', '*1', '%50', '~5s']);
}

const pace = (random: Random): string =>
  random() < 0.5 ? `slice(${1 + below(random, 40)},${below(random, 4)})` : `throttle(${500 + below(random, 5_000)})`;

function world(seed: number) {
  const random = seeded(seed);
  const names = REGIONS.slice(0, 2 + below(random, 2));
  const simulator = createVirtualSimulator({
    seed,
    regions: Object.fromEntries(names.map((name) => [name, {}])),
    shapes: oneOf(random, ['node', 'browser'] as const),
  });
  const well = new Set(names);
  for (const name of names) {
    const region = simulator.region(name);
    if (random() < 0.3) region.inject(pace(random));
    if (random() < 0.3) continue;
    well.delete(name);
    region.inject(fault(random));
  }
  const { fetch: tap, sent } = tapped(simulator.fetch);
  const endpoints = simulator.endpoints();
  const [first, ...rest] = endpoints.map(({ region, url, key }) => ({
    name: region,
    endpoint: url,
    credential: { apiKey: key },
  }));
  if (!first) throw new Error('a world has regions');
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [first, ...rest],
    fetch: tap,
    clock: simulator.clock,
    random,
    onEvent: () => {},
  });
  const path = oneOf(random, KINDS);
  const body = path === 'responses' ? { input: 'Tell me' } : { messages: [{ role: 'user', content: 'Tell me' }] };
  const call = (): Promise<Response> =>
    fetch(`${first.endpoint}/openai/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', stream: true, ...body }),
    });
  return { clock: simulator.clock, call, sent, well, fetch };
}

/** What a caller got: everything up to the end, and the error it ended with. */
async function read(call: Promise<Response>) {
  let response: Response | undefined;
  let text = '';
  try {
    response = await call;
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { response, text };
  } catch (error) {
    return { response, text, error: error ?? 'nothing' };
  }
}

// Read from the wire's text, not from what the library makes of it.
const LAST = /^(data: \[DONE\]|event: response\.(completed|incomplete))$/m;
const isWhole = (text: string): boolean => LAST.test(text) || /"finish_reason":"\w+"/.test(text);
/** Before its last event: behind it no SDK reads. */
const saysError = (text: string): boolean =>
  /^event: (error|response\.failed)$|^data: \{"error":/m.test(text.split(LAST)[0] ?? '');
const hasContent = (text: string): boolean =>
  /"delta":\{"content":"[^"]|"finish_reason":"|^event: response\.(output|content)/m.test(text);

/** How many calls were answered, broke after they had begun to be, and were not. */
type Tally = Record<'whole' | 'broken' | 'failed', number>;

async function check(seed: number, tally: Tally): Promise<void> {
  const { clock, call, sent, well, fetch } = world(seed);
  for (let nth = 0; nth < CALLS; nth++) {
    const from: number = sent.length;
    const { response, text, error } = await clock.run(read(call()));
    const tries: readonly Sent[] = sent.slice(from);
    const story = `seed ${seed}, call ${nth + 1}: ${explain(response ?? error)}`;
    if (error === undefined && response?.ok) {
      // No silent truncation, and every byte of one answer, once and in order.
      expect(isWhole(text) && !saysError(text), story).toBe(true);
      expect(text, story).toBe(tries.at(-1)?.text);
      tally.whole++;
      continue;
    }
    if (response?.ok) {
      expect(error, story).toBeInstanceOf(FailoverError);
      expect(error, story).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
      expect(
        tries.some((one) => one.text.startsWith(text)),
        story,
      ).toBe(true);
      if (hasContent(text)) {
        expect(
          explain(error)?.attempts.map(({ verdict }) => verdict.kind),
          story,
        ).toContain('stream-broken');
        tally.broken++;
        continue;
      }
    }
    // Nothing was handed over that carried anything: no region may have been able to.
    tally.failed++;
    expect([...well], story).toEqual([]);
  }
  await clock.run(fetch.close());
}

test('Q, R: in 1,000 worlds no stream is cut short in silence, doubled or shuffled, and none fails early that a region could have answered', {
  timeout: 120_000,
}, async () => {
  const tally: Tally = { whole: 0, broken: 0, failed: 0 };
  for (let seed = 1; seed <= 1_000; seed++) await check(seed, tally);
  // Each of them happens, or nothing was tested.
  expect(Math.min(...Object.values(tally)), JSON.stringify(tally)).toBeGreaterThan(50);
});
