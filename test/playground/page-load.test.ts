import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  kindOf,
  type LoadKind,
  loopOf,
  together,
  withClients,
  withKind,
  withLoop,
} from '../../playground/page/state/edit-load.ts';
import { clientsIn, loadWords } from '../../playground/page/view/load.ts';
import { type OpenLoop, parseScenario, type Scenario, scenarios } from '../../src/simulator/index.ts';
import { anyScenario, withFewCalls } from '../simulator/arbitrary-scenario.ts';

const [preset] = scenarios;
if (!preset) throw new Error('there are no scenarios');
const kinds: readonly LoadKind[] = ['steady', 'ramp', 'users', 'none'];

test('calls come as was chosen, and for what they came before', () => {
  fc.assert(
    fc.property(anyScenario, fc.constantFrom(...kinds), (any, kind) => {
      const scenario = { ...any, load: any.load.map(withFewCalls) };
      const chosen = withKind(scenario, kind);
      expect(() => parseScenario(chosen)).not.toThrow();
      expect(kindOf(loopOf(chosen))).toBe(kind);
      expect(chosen.load.filter((one) => 'at' in one)).toEqual(scenario.load.filter((one) => 'at' in one));
      const [before, after] = [loopOf(scenario), loopOf(chosen)];
      if (!before || !after) return;
      const asked = ({ from, to, stream, deployments, maxTokens }: typeof before) => {
        return { from, to, stream, deployments, maxTokens };
      };
      expect(asked(after)).toEqual(asked(before));
      expect(clientsIn(chosen)).toBe(clientsIn(scenario));
    }),
  );
});

test('more clients call as often together', () => {
  const loop: OpenLoop = { clients: 5, rps: 1, ramp: { rps: 3, seconds: 30 } };
  const more = withClients(loop, 7) as OpenLoop;
  expect(more).toEqual({ clients: 7, rps: 0.714286, ramp: { rps: 2.14286, seconds: 30 } });
  expect([together(more, more.rps), together(more, more.ramp?.rps ?? 0)]).toEqual([5, 15]);
  expect(withClients({ users: 5, thinkMs: 700 }, 7)).toEqual({ users: 7, thinkMs: 700 });
});

test('only the first loop is changed', () => {
  const load = [
    { at: 3, calls: 2 },
    { clients: 2, rps: 1, to: 20 },
    { users: 3, thinkMs: 500 },
  ];
  const changed = withLoop({ ...preset, load }, { users: 1, thinkMs: 100 });
  expect(changed.load).toEqual([load[0], { users: 1, thinkMs: 100 }, load[2]]);
});

const words = (load: Scenario['load'], at: number): string => loadWords({ load, duration: 60 }, at);

test('the map says how often is called at the moment', () => {
  const ramp = { clients: 4, rps: 0.5, ramp: { rps: 2, seconds: 20 }, from: 10 };
  expect([0, 10, 20, 30, 60].map((at) => words([ramp], at))).toEqual([0, 2, 5, 8, 8].map((rate) => `${rate} calls/s`));
  const users = { users: 3, thinkMs: 1_000, to: 40 };
  expect([39, 40].map((at) => words([{ ...ramp, to: 40 }], at))).toEqual(['8 calls/s', '0 calls/s']);
  expect(words([users], 5)).toBe('one call each at a time');
  expect(words([ramp, users, { at: 5, calls: 9 }], 30)).toBe('8 calls/s and users who wait');
  expect(words([], 5)).toBe('0 calls/s');
  expect(words([{ clients: 1, rps: 0.012 }], 5)).toBe('0.01 calls/s');
  expect(clientsIn({ load: [ramp, users, { at: 5, calls: 9 }, { at: 6, calls: 1 }] })).toBe(14);
});
