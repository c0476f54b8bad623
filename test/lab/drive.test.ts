import { expect, test } from 'vitest';
import type { Cell } from './cell.ts';
import { drive } from './drive.ts';
import type { Scenario } from './scenario.ts';
import { outage } from './scenarios/outages.ts';

const LENGTH = { seconds: 60, outage: [20, 40] } as const;
const fleets = ['server'] as const;
const refused = outage('refused', '', 'refused', LENGTH, { fleets });
const cell = (policy: Cell['policy'], seed = 1): Cell => ({ scenario: '', fleet: 'server', policy, seed });

test('a run is a function of its cell', async () => {
  const run = await drive(refused, cell('ours'));
  expect(await drive(refused, cell('ours'))).toEqual(run);
  const other = await drive(refused, cell('ours', 2));
  expect(other.calls).not.toEqual(run.calls);
  expect(run.calls.length).toBeGreaterThan(200);
  expect(run.attempts.filter(({ first }) => first)).toHaveLength(run.calls.length);
});

test('every policy gets the same calls at the same times', async () => {
  const begun = async (policy: Cell['policy']) =>
    (await drive(refused, cell(policy))).calls.map(({ beganAt }) => beganAt);
  const [ours, ...others] = await Promise.all([begun('ours'), begun('plain'), begun('envoy')]);
  for (const other of others) expect(other).toEqual(ours);
});

test('plain fails while its region is down, and only then', async () => {
  const { calls, truth } = await drive(refused, cell('plain'));
  for (const { ok, beganAt, endedAt } of calls) {
    const met = truth.isDown(0, 'gpt-4o', beganAt) || truth.isDown(0, 'gpt-4o', endedAt);
    expect(ok).toBe(!met);
  }
});

test('what is wrong with a request is answered as it should be, whoever is asked', async () => {
  const scenario: Scenario = { ...refused, phases: () => [], traffic: { invalid: 0.3, poison: 0.1, streams: 0.5 } };
  for (const policy of ['ours', 'plain'] as const) {
    const { calls } = await drive(scenario, cell(policy));
    expect(calls.filter(({ ok }) => !ok)).toEqual([]);
  }
});

test('a region that works on what another has answered is paid as well', async () => {
  const slow: Scenario = {
    ...refused,
    phases: () => [{ region: 0, from: 20, until: 40, fault: 'slow(x10)', harm: 'down' }],
  };
  expect((await drive(slow, cell('plain'))).paidTwice).toBe(0);
  expect((await drive(slow, cell('ours-hedged'))).paidTwice).toBeGreaterThan(0);
});

test('while clients sleep no time passes for them, and the connections that they had are gone', async () => {
  const asleep: Scenario = { ...refused, phases: () => [], upset: { kind: 'asleep', from: 20, seconds: 3_600 } };
  const { calls, endMs } = await drive(asleep, cell('plain'));
  expect(calls.every(({ beganAt }) => beganAt <= endMs)).toBe(true);
  const lost = calls.filter(({ ok }) => !ok);
  expect(lost.length).toBeGreaterThan(0);
  for (const { beganAt, endedAt } of lost) expect(beganAt <= 20_000 && endedAt === 20_000).toBe(true);
});
