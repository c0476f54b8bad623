import { expect, test } from 'vitest';
import { cellsOf, planOf } from './plan.ts';
import { scenarios } from './scenarios/index.ts';
import { sceneOf } from './scene.ts';

const plan = planOf(scenarios);

test('what the promises name has 20 seeds', () => {
  const seedsOf = (id: string, of: string) =>
    plan.find(({ scenario, fleet, policy }) => scenario.id === id && fleet === of && policy === 'ours')?.seeds;
  for (const id of ['refused', 'fast-503', 'black-hole', 'brownout-50', 'all-down-503', 'noise-2']) {
    expect([id, seedsOf(id, 'servers')]).toEqual([id, 20]);
  }
  for (const id of ['refused', 'fast-503', 'black-hole', 'offline-30', 'sleep-1h', 'clock-forward', 'clock-back']) {
    expect([id, seedsOf(id, 'tab')]).toEqual([id, 20]);
  }
});

test('ours comes first in each group, and a group can be asked for by its words', () => {
  const policies = planOf(scenarios, ['refused', 'servers']).map(({ policy }) => policy);
  expect(policies).toEqual(['ours', 'plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum']);
  expect(planOf(scenarios, ['refused', 'nobody'])).toEqual([]);
  expect(planOf(scenarios, ['refused', 'tab', 'plain']).flatMap(cellsOf)).toHaveLength(20);
});

test('scenarios have names of their own, and what they call an outage is one', () => {
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  for (const scenario of scenarios) {
    const [from, until] = scenario.outage ?? [];
    if (from === undefined || until === undefined) continue;
    const { phases, truth } = sceneOf(scenario, { fleet: 'servers' });
    expect(phases.some((phase) => phase.from === from)).toBe(true);
    expect(until).toBeLessThanOrEqual(scenario.seconds);
    if (phases.some(({ harm }) => harm === 'down')) {
      const { deployments = ['gpt-4o'] } = scenario.traffic ?? {};
      expect(deployments.some((name) => truth.isDown(0, name, from * 1_000))).toBe(true);
    }
  }
});
