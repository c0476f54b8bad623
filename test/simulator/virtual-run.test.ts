import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore, type RegionOptions } from '../../src/index.ts';
import { hex } from '../../src/simulator/hash.ts';
import { createVirtualSimulator, type VirtualSimulator } from '../../src/simulator/index.ts';

/** Regions that are slow by chance, and that fail in many ways in the course of 90 seconds. */
function stormy(seed: number): VirtualSimulator {
  const simulator = createVirtualSimulator({
    seed,
    regions: {
      eastus: { latencyMs: 'lognormal(40,0.3)', modelMs: 'lognormal(200,0.5)' },
      westeurope: { latencyMs: 'uniform(80,120)', modelMs: 300 },
      swedencentral: {},
    },
  });
  const { clock } = simulator;
  const faults: readonly (readonly [from: number, until: number, region: string, fault: string])[] = [
    [5, 15, 'eastus', 'refused'],
    [20, 30, 'eastus', '429(5)%60'],
    [25, 60, 'westeurope', 'flap(1.7,0.9,rst:request)'],
    [35, 45, 'eastus', 'latency(lognormal(900,0.6))'],
    [50, 60, '*', 'status(503)%30'],
    [65, 70, 'eastus', 'silence'],
    [72, 80, 'eastus', 'capacity(3)'],
    [75, 85, 'westeurope', 'dns~5s'],
  ];
  for (const [from, until, name, fault] of faults) {
    for (const { region } of simulator.endpoints()) {
      if (name !== '*' && name !== region) continue;
      clock.timer(from * 1000, () => {
        const injected = simulator.region(region).inject(fault);
        clock.timer((until - from) * 1000, () => injected.end());
      });
    }
  }
  return simulator;
}

const question = (nth: number): string =>
  JSON.stringify({
    model: 'gpt-4o',
    stream: nth % 2 === 0,
    messages: [{ role: 'user', content: `What is ${nth} times ${nth}, in words?` }],
  });

/** What two clients of their own kinds see who try region after region, and the hash of all that happened. */
async function storm(seed: number): Promise<{ readonly hash: string; readonly outcomes: ReadonlySet<string> }> {
  const simulator = stormy(seed);
  const { clock } = simulator;
  const startedAt = clock.now();
  const seen: string[] = [];
  const outcomes = new Set<string>();

  const attempt = async (fetch: typeof globalThis.fetch, url: string, key: string, nth: number): Promise<string> => {
    const controller = new AbortController();
    const cancel = clock.timer(1500 + nth, () => controller.abort(new DOMException('too long', 'TimeoutError')));
    try {
      const response = await fetch(`${url}/openai/v1/chat/completions`, {
        method: 'POST',
        headers: { 'api-key': key },
        body: question(nth),
        signal: controller.signal,
      });
      const text = nth % 7 === 0 ? '' : await response.text();
      if (nth % 7 === 0) await response.body?.cancel();
      return `${response.status} ${hex(8, text)}`;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    } finally {
      cancel();
    }
  };

  for (const shapes of ['node', 'browser'] as const) {
    const client = simulator.client({ shapes });
    clock.timer(62_000, () => (client.offline = true));
    clock.timer(63_500, () => (client.offline = false));
    clock.timer(87_000, () => client.cut());
    for (let nth = 0; nth < 450; nth++) {
      clock.timer(nth * 200, async () => {
        for (const { region, url, key } of simulator.endpoints()) {
          const outcome = await attempt(client.fetch, url, key, nth);
          seen.push(`${clock.now() - startedAt} ${shapes} ${nth} ${region} ${outcome}`);
          outcomes.add(outcome.replace(/ [\da-f]{8}$/, ''));
          if (outcome.startsWith('200')) break;
        }
      });
    }
  }
  await clock.runUntil(startedAt + 120_000);
  expect(clock.open).toBe(0);
  return { hash: hex(16, ...seen, JSON.stringify(simulator.journal.entries())), outcomes };
}

test('a run is a function of its seed, and the same on every platform', async () => {
  const { hash, outcomes } = await storm(7);
  expect([...outcomes].sort()).toEqual([
    '200',
    '429',
    '503',
    'TimeoutError: too long',
    'TypeError: Failed to fetch',
    'TypeError: fetch failed',
  ]);
  expect((await storm(7)).hash).toBe(hash);
  expect((await storm(8)).hash).not.toBe(hash);
  expect(hash).toBe('e4b3308d1023faf3');
});

/** 90 seconds of ten calls a second, half of them streams that are read to their end. */
async function drive(seed: number): Promise<{ readonly hash: string; readonly statuses: readonly number[] }> {
  const simulator = stormy(seed);
  const { clock } = simulator;
  const startedAt = clock.now();
  const own = clock.fork();
  const regions = simulator
    .endpoints()
    .map(({ region, url, key }): RegionOptions => ({ name: region, endpoint: url, credential: { apiKey: key } }));
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions,
    fetch: simulator.fetch,
    clock: own,
    random: () => 0.5,
  });
  const statuses: number[] = [];
  const seen: string[] = [];
  for (let nth = 0; nth < 900; nth++) {
    clock.timer(nth * 100, async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: question(nth) };
      const response = await fetch(`${regions[0]?.endpoint}/openai/v1/chat/completions`, init);
      seen.push(`${clock.now() - startedAt} ${nth} ${hex(8, await response.text())}`);
      statuses.push(response.status);
    });
  }
  await clock.runUntil(startedAt + 600_000);
  await clock.run(fetch.close());
  expect(clock.open).toBe(0);
  return { hash: hex(16, ...seen, JSON.stringify(simulator.journal.entries())), statuses };
}

test('90 seconds of ten calls a second through the library take a moment, and the same way each time', async () => {
  const startedAt = performance.now();
  const { hash, statuses } = await drive(7);
  const tookMs = performance.now() - startedAt;
  expect(statuses).toHaveLength(900);
  expect(tookMs).toBeLessThan(1500);
  expect((await drive(7)).hash).toBe(hash);
});
