import fc from 'fast-check';
import { printFault } from '../../src/simulator/fault.ts';
import type { Scenario, ScenarioFault, ScenarioRegion } from '../../src/simulator/scenario.ts';
import type { ScenarioLoad } from '../../src/simulator/scenario-load.ts';
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

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const rate = fc.double({ min: 0.01, max: 10_000, noNaN: true });
const count = fc.integer({ min: 1, max: 10_000 });
const asked = { stream: maybe(fc.double({ min: 0, max: 1, noNaN: true })), maxTokens: maybe(count) };

const load = (duration: number): fc.Arbitrary<ScenarioLoad> => {
  const window = fc
    .option(span(duration), { nil: undefined })
    .map((times): object => (times ? { from: times[0], to: times[1] } : {}));
  const ramp = maybe(fc.record({ rps: rate, seconds: fc.integer({ min: 1, max: 1_000 }) }));
  const thinkMs = fc.constantFrom(750, 'uniform(500,2000)', 'lognormal(1500, 0.5)');
  return fc
    .oneof(
      fc.tuple(window, fc.record({ clients: count, rps: rate, ramp, ...asked })),
      fc.tuple(window, fc.record({ users: count, thinkMs, ...asked })),
      fc.tuple(
        fc.constant({}),
        fc.record({ at: fc.integer({ min: 0, max: duration - 1 }), calls: fc.integer({ min: 1, max: 100 }), ...asked }),
      ),
    )
    .map(([when, rest]) => present({ ...rest, ...when }) as ScenarioLoad);
};

const span = (duration: number): fc.Arbitrary<[number, number]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: duration }), { minLength: 2, maxLength: 2 })
    .map(([a = 0, b = 0]): [number, number] => [Math.min(a, b), Math.max(a, b)]);

/** At most one fault of the connection, so that no two meet. */
const faults = (duration: number, count: number): fc.Arbitrary<ScenarioFault[]> => {
  const target = fc.constantFrom('*', ...ids.slice(0, count));
  const at = (what: fc.Arbitrary<string>, where = target): fc.Arbitrary<ScenarioFault> =>
    fc.tuple(span(duration), where, what).map(([[from, to], name, text]): ScenarioFault => [from, to, name, text]);
  const ofClient = fc.constantFrom('offline', 'sleep', 'reload', 'forget', 'clock(600)', 'clock(-0.5)');
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

/** The same load as far as it is not about how much there is of it. */
export function withFewCalls(load: ScenarioLoad): ScenarioLoad {
  if ('at' in load) return load;
  if ('users' in load) return { ...load, users: 2 };
  return { ...load, clients: 2, rps: 0.1, ...(load.ramp && { ramp: { ...load.ramp, rps: 0.5 } }) };
}
