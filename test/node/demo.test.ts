import { expect, test } from 'vitest';
import { isGood } from '../../playground/demo/figures.ts';
import type { Line } from '../../playground/demo/narrate.ts';
import { run } from '../../playground/demo/run.ts';

test('the demo, in six seconds: no call fails while one region is down and another throttles', {
  timeout: 30_000,
}, async () => {
  const lines: Line[] = [];
  const { figures, answers } = await run({ scale: 0.3, tell: (line) => lines.push(line) });
  expect(answers.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(figures).toMatchObject({ calls: 120, failed: 0, earlyRetries: 0, credentialLeaks: 0 });
  expect(Object.values(figures.byRegion).reduce((sum, count) => sum + count)).toBe(120);
  expect(figures.byRegion).not.toMatchObject({ swedencentral: 0 });
  expect(figures.byRegion).not.toMatchObject({ westeurope: 0 });
  expect(figures.detectMs).toBeLessThan(1_000);
  expect(figures.failbackMs).toBeLessThan(4_000);
  expect(figures.attemptsPerCall).toBeLessThan(1.2);
  expect(isGood(figures)).toBe(true);
  const told = lines.map(({ text }) => text).join('\n');
  expect(told).toMatch(/eastus is down \(\w+\), calls go to swedencentral/);
  expect(told).toMatch(/swedencentral is left alone until .* \(throttled\), calls go to westeurope/);
  expect(told).toMatch(/eastus answers when asked: one call tests it/);
  expect(told).toMatch(/eastus has recovered, its calls come back little by little/);
});

test('the demo says so when it did not go well', () => {
  const good = {
    calls: 400,
    failed: 0,
    byRegion: {},
    failovers: 4,
    detectMs: 100,
    failbackMs: 5_000,
    p50Ms: 30,
    p99Ms: 50,
    attemptsPerCall: 1.01,
    earlyRetries: 0,
    credentialLeaks: 0,
  };
  expect(isGood(good)).toBe(true);
  for (const bad of [{ failed: 1 }, { earlyRetries: 1 }, { credentialLeaks: 1 }, { failbackMs: null }]) {
    expect(isGood({ ...good, ...bad })).toBe(false);
  }
});
