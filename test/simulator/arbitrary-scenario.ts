import fc from 'fast-check';
import { printFault } from '../../src/simulator/fault.ts';
import type { Scenario, ScenarioFault, ScenarioLoad, ScenarioRegion } from '../../src/simulator/scenario.ts';
import { connectionFault, serviceFault } from './arbitrary-fault.ts';

const ids = ['eastus', 'eastus2', 'westeurope'];
const time = fc.constantFrom(undefined, 40, 0.5, 'uniform(1,2)', 'lognormal(800, 0.4)');

function present<T extends object>(members: T): T {
  return JSON.parse(JSON.stringify(members));
}

const region = fc
  .record({
    display: fc.option(fc.constant('East'), { nil: undefined }),
    latency: time,
    model: time,
    cors: fc.constantFrom(undefined, 'full', 'preflight-slow(50)'),
    deployments: fc.option(fc.array(fc.stringMatching(/^[\w.-]{1,9}$/), { minLength: 1, maxLength: 3 }), {
      nil: undefined,
    }),
  })
  .map(present);

const regions: fc.Arbitrary<ScenarioRegion[]> = fc
  .array(region, { minLength: 1, maxLength: 3 })
  .map((list) => list.map((one, index) => ({ id: ids[index] ?? '', ...one })) as ScenarioRegion[]);

const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
const load = (duration: number): fc.Arbitrary<ScenarioLoad> =>
  fc.oneof(
    fc
      .record({
        clients: fc.integer({ min: 1, max: 10_000 }),
        rps: fc.double({ min: 0.01, max: 10_000, noNaN: true }),
        window: fc.option(span(duration), { nil: undefined }),
        stream: share,
      })
      .map(({ window, ...rest }) => present({ ...rest, from: window?.[0], to: window?.[1] }) as ScenarioLoad),
    fc
      .record({ at: fc.integer({ min: 0, max: duration - 1 }), calls: fc.integer({ min: 1, max: 100 }), stream: share })
      .map((entry) => present(entry) as ScenarioLoad),
  );

const span = (duration: number): fc.Arbitrary<[number, number]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: duration }), { minLength: 2, maxLength: 2 })
    .map(([a = 0, b = 0]): [number, number] => [Math.min(a, b), Math.max(a, b)]);

/** At most one fault of the connection, so that no two meet. */
const faults = (duration: number, count: number): fc.Arbitrary<ScenarioFault[]> => {
  const target = fc.constantFrom('*', ...ids.slice(0, count));
  const at = (what: fc.Arbitrary<string>, where = target): fc.Arbitrary<ScenarioFault> =>
    fc.tuple(span(duration), where, what).map(([[from, to], name, text]): ScenarioFault => [from, to, name, text]);
  const ofClient = fc.constantFrom('offline', 'sleep', 'reload', 'clock(600)', 'clock(-0.5)');
  return fc
    .tuple(
      fc.array(at(serviceFault.map(printFault)), { maxLength: 4 }),
      fc.array(at(connectionFault.map(printFault)), { maxLength: 1 }),
      fc.array(at(ofClient, fc.constant('client')), { maxLength: 1 }),
    )
    .map((lists) => lists.flat());
};

/** Any scenario, valid. */
export const anyScenario: fc.Arbitrary<Scenario> = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), regions)
  .chain(([duration, list]) =>
    fc.record({
      v: fc.constant(1 as const),
      id: fc.stringMatching(/^[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}$/),
      title: fc.string({ minLength: 1 }),
      seed: fc.maxSafeNat(),
      duration: fc.constant(duration),
      regions: fc.constant(list),
      load: fc.array(load(duration), { maxLength: 3 }),
      client: fc
        .dictionary(fc.string(), fc.jsonValue())
        .map((client) => JSON.parse(JSON.stringify(client)) as Scenario['client']),
      faults: faults(duration, list.length),
      asserts: fc.subarray(['errors==0', 'p99Ms<=2500', 'success>=0.95']),
    }),
  );
