import { expect, test } from 'vitest';
import { parseScenario, printScenario, type Scenario } from '../../src/simulator/scenario.ts';
import type { ScenarioLoad } from '../../src/simulator/scenario-load.ts';

const calm: Scenario = {
  v: 1,
  id: 'calm',
  title: 'Nothing is wrong',
  seed: 7,
  duration: 60,
  regions: [{ id: 'eastus' }],
  load: [],
  client: {},
  faults: [],
  asserts: [],
};

test.each<readonly [string, ScenarioLoad]>([
  ['an open loop', { clients: 5, rps: 1 }],
  ['a ramp', { clients: 5, rps: 1, ramp: { rps: 4, seconds: 30 }, from: 10 }],
  ['a ramp to nothing', { clients: 5, rps: 1, ramp: { rps: 0, seconds: 30 } }],
  ['a ramp that is longer than the scenario', { clients: 5, rps: 1, ramp: { rps: 4, seconds: 600 } }],
  ['users', { users: 20, thinkMs: 1500 }],
  ['users who do not all think alike', { users: 20, thinkMs: 'lognormal(1500,0.5)', from: 5, to: 50, stream: 0.5 }],
  ['a burst', { at: 5, calls: 20, deployments: ['gpt-4o'] }],
  ['answers of a limited length', { users: 1, thinkMs: 0, maxTokens: 100 }],
])('%s is a load', (_what, load) => {
  const scenario = { ...calm, load: [load] };
  expect(parseScenario(JSON.parse(printScenario(scenario)))).toEqual(scenario);
});

const think = 'a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma)';
const open = { clients: 1, rps: 1 };
const closed = { users: 1, thinkMs: 500 };

test.each([
  [{ ...open, ramp: 4 }, 'ramp: must be an object, got 4'],
  [{ ...open, ramp: { rps: 4 } }, 'ramp.seconds: must be a number above 0 to 2147483, got nothing'],
  [{ ...open, ramp: { rps: 4, seconds: 0 } }, 'ramp.seconds: must be a number above 0 to 2147483, got 0'],
  [{ ...open, ramp: { rps: -1, seconds: 9 } }, 'ramp.rps: must be a number from 0 to 10000, got -1'],
  [{ ...open, ramp: { rps: 4, seconds: 9, to: 3 } }, 'ramp.to: is unknown; known are rps, seconds'],
  [{ users: 1 }, 'thinkMs: must be a number from 0 or a text, got nothing'],
  [{ thinkMs: 1 }, 'users: must be a whole number from 1 to 10000, got nothing'],
  [{ ...closed, users: 0 }, 'users: must be a whole number from 1 to 10000, got 0'],
  [{ ...closed, thinkMs: 'a while' }, `thinkMs: must be ${think}, got "a while"`],
  [{ ...closed, thinkMs: 'uniform(2,1)' }, `thinkMs: must be ${think}, got "uniform(2,1)"`],
  [{ ...closed, from: 9, to: 9 }, 'from: must be less than the end (9), got 9'],
  [{ ...closed, to: 61 }, 'to: must be no more than the duration (60), got 61'],
  [{ ...closed, rps: 1 }, 'rps: is unknown; known are users, thinkMs, from, to, stream, deployments, maxTokens'],
  [{ ...closed, maxTokens: 0 }, 'maxTokens: must be a whole number from 1 to 1000000, got 0'],
  [{ at: 1, calls: 1, maxTokens: 1.5 }, 'maxTokens: must be a whole number from 1 to 1000000, got 1.5'],
])('refuses %j', (load, reason) => {
  expect(() => parseScenario({ ...calm, load: [load] })).toThrow(new TypeError(`scenario.load[0].${reason}`));
});
