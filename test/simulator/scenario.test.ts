import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonSchema } from '../../src/simulator/json-schema.ts';
import { regionModel } from '../../src/simulator/region-model.ts';
import {
  parseScenario,
  printScenario,
  type Scenario,
  scenarioRegions,
  scenarioToken,
} from '../../src/simulator/scenario.ts';
import { scenarioSchema } from '../../src/simulator/scenario-schema.ts';
import { scenarios } from '../../src/simulator/scenarios.ts';
import { anyScenario } from './arbitrary-scenario.ts';

const blackout: Scenario = {
  v: 1,
  id: 'blackout',
  title: 'The nearest region is down',
  seed: 7,
  duration: 60,
  regions: [{ id: 'eastus', latency: 40 }, { id: 'westeurope' }],
  load: [
    { clients: 5, rps: 1 },
    { at: 5, calls: 20 },
  ],
  client: { retry: { attempts: 3 } },
  faults: [[10, 40, 'eastus', 'refused']],
  asserts: ['errors==0'],
};

/** What is said of a scenario that differs in some members. */
function refusal(members: object): string[] {
  try {
    parseScenario({ ...blackout, ...members });
  } catch (error) {
    if (error instanceof TypeError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('reads what it prints', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const parsed = parseScenario(scenario);
      expect(parseScenario(JSON.parse(printScenario(parsed)))).toEqual(parsed);
    }),
  );
});

test('prints a line for each region, load, fault and assert', () => {
  expect(printScenario(blackout)).toBe(`{
  "v": 1,
  "id": "blackout",
  "title": "The nearest region is down",
  "seed": 7,
  "duration": 60,
  "regions": [
    {"id":"eastus","latency":40},
    {"id":"westeurope"}
  ],
  "load": [
    {"clients":5,"rps":1},
    {"at":5,"calls":20}
  ],
  "client": {"retry":{"attempts":3}},
  "faults": [
    [10,40,"eastus","refused"]
  ],
  "asserts": [
    "errors==0"
  ]
}
`);
});

test('returns a copy with faults and asserts in their shortest form', () => {
  const parsed = parseScenario({
    ...blackout,
    regions: [{ id: 'eastus', latency: undefined }],
    faults: [
      [10, 40, 'eastus', 'status(503, json)*2~2000ms'],
      [10, 40, 'client', 'clock( -60 )'],
    ],
    asserts: ['errors  ==  0'],
  });
  expect(parsed.regions).toStrictEqual([{ id: 'eastus' }]);
  expect(parsed.faults).toEqual([
    [10, 40, 'eastus', 'status(503)*2~2s'],
    [10, 40, 'client', 'clock(-60)'],
  ]);
  expect(parsed.asserts).toEqual(['errors==0']);
});

test.each([
  [{ v: 2 }, 'scenario.v: must be 1, got 2'],
  [{ id: 'Black out' }, 'scenario.id: must be a text that matches ^[a-z0-9]+(-[a-z0-9]+)*$, got "Black out"'],
  [{ title: undefined }, 'scenario.title: must be a text that is not empty, got nothing'],
  [{ seed: 1.5 }, 'scenario.seed: must be a whole number from 0 to 9007199254740991, got 1.5'],
  [{ duration: 0 }, 'scenario.duration: must be a number above 0 to 2147483, got 0'],
  [{ duration: Number.NaN }, 'scenario.duration: must be a number above 0 to 2147483, got NaN'],
  [{ regions: [] }, 'scenario.regions: must be a list of one or more, got an empty list'],
  [{ regions: {} }, 'scenario.regions: must be a list, got an object'],
  [
    { regions: [...blackout.regions, { id: 'north', latncy: 4 }] },
    'scenario.regions[2].latncy: is unknown; known are id, display, latency, model, deployments, cors',
  ],
  [
    { regions: [...blackout.regions, { id: 'eastus' }] },
    'scenario.regions[2].id: must be the only one of its name, got "eastus"',
  ],
  [
    { regions: [...blackout.regions, { id: 'client' }] },
    'scenario.regions[2].id: must be other than the target "client", got "client"',
  ],
  [
    { regions: [...blackout.regions, { id: 'north', model: 'slow' }] },
    'scenario.regions[2].model: must be a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma), got "slow"',
  ],
  [{ load: [{ clients: 0, rps: 1 }] }, 'scenario.load[0].clients: must be a whole number from 1 to 10000, got 0'],
  [{ load: [{ clients: 1 }] }, 'scenario.load[0].rps: must be a number above 0 to 10000, got nothing'],
  [{ load: [{ at: 5 }] }, 'scenario.load[0].calls: must be a whole number from 1 to 10000, got nothing'],
  [{ load: [{ at: 60, calls: 1 }] }, 'scenario.load[0].at: must be less than the duration (60), got 60'],
  [{ load: [{ clients: 1, rps: 1, from: 9, to: 9 }] }, 'scenario.load[0].from: must be less than the end (9), got 9'],
  [{ load: [{ clients: 1, rps: 1, to: 61 }] }, 'scenario.load[0].to: must be no more than the duration (60), got 61'],
  [{ load: [{ at: 5, calls: 1, stream: 2 }] }, 'scenario.load[0].stream: must be a number from 0 to 1, got 2'],
  [{ client: [] }, 'scenario.client: must be an object, got an empty list'],
  [{ client: { onEvent: () => {} } }, 'scenario.client: must be made of JSON values, got an object'],
  [{ faults: [[10, 40, 'eastus']] }, 'scenario.faults[0]: must be a list of 4, got a list of 3'],
  [{ faults: [[40, 40, 'eastus', 'key']] }, 'scenario.faults[0][0]: must be less than the end (40), got 40'],
  [{ faults: [[10, 99, 'eastus', 'key']] }, 'scenario.faults[0][1]: must be no more than the duration (60), got 99'],
  [
    { faults: [[10, 40, 'mars', 'key']] },
    'scenario.faults[0][2]: must be one of eastus, westeurope, * and client, got "mars"',
  ],
  [
    { faults: [...blackout.faults, [10, 40, 'eastus', 'status(99)']] },
    'scenario.faults[1][3]: fault "status(99)": status must be a whole number from 100 to 599, got "99"',
  ],
  [
    { faults: [[10, 40, 'client', 'refused']] },
    'scenario.faults[0][3]: client fault "refused": kind must be offline, sleep, reload, forget or clock, got "refused"',
  ],
  [
    { faults: [...blackout.faults, [39, 50, '*', 'flap(1,1)']] },
    'scenario.faults[1]: must not be on while scenario.faults[0] is, got "refused" until 40 s and "flap(1,1)" from 39 s',
  ],
  [
    { faults: [1, 2].map((from) => [from, 3, 'client', 'offline']) },
    'scenario.faults[1]: must not be on while scenario.faults[0] is, got "offline" until 3 s and "offline" from 2 s',
  ],
  [{ asserts: ['errors'] }, 'scenario.asserts[0]: assert "errors": op must be ==, !=, <, <=, >, >=, got ""'],
])('refuses %j', (members, reason) => {
  expect(refusal(members)).toEqual([reason]);
});

test('says everything that is wrong at once', () => {
  expect(refusal({ v: 2, tilte: 'x', faults: [[0, 1, 'eastus', 3]] })).toEqual([
    expect.stringMatching(/^scenario\.tilte: is unknown; known are v, id, title, /),
    'scenario.v: must be 1, got 2',
    'scenario.faults[0][3]: must be a text that is not empty, got 3',
  ]);
  expect(refusal({ faults: [[0, 99, 'mars', 'key']], asserts: ['x==0'] })).toHaveLength(3);
  for (const nothing of [undefined, null, 'blackout', []]) {
    expect(() => parseScenario(nothing)).toThrow(/^scenario: must be an object, got /);
  }
});

test('lets faults of the connection follow each other, or strike different regions', () => {
  const faults = [
    [10, 40, 'eastus', 'refused'],
    [40, 50, 'eastus', 'silence'],
    [10, 40, 'westeurope', 'dns'],
    [40, 50, 'westeurope', 'refused~5s'],
    [45, 50, 'westeurope', 'refused'],
    [10, 40, 'eastus', 'latency(5)'],
    [10, 40, 'client', 'offline'],
    [10, 40, 'client', 'sleep'],
  ];
  expect(refusal({ faults })).toEqual([]);
});

test('the schema says of every member what it must be, and what is required exists', () => {
  for (const { schema } of objectsOf(scenarioSchema, blackout)) {
    if (!('properties' in schema)) continue;
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining([...schema.required]));
  }
});

test('refuses what the schema refuses, wherever it is', () => {
  fc.assert(
    fc.property(anyScenario, fc.nat(), fc.nat(), (scenario, which, member) => {
      const objects = objectsOf(scenarioSchema, scenario);
      const { schema, path } = objects[which % objects.length] ?? { schema: scenarioSchema, path: [] };
      expect(() => parseScenario(changed(scenario, [...path, 'surprise'], 1))).toThrow('.surprise: is unknown');
      for (const required of schema.required) {
        expect(() => parseScenario(changed(scenario, [...path, required], undefined))).toThrow(TypeError);
      }
      const [name, rule] = Object.entries(schema.properties)[member % Object.keys(schema.properties).length] ?? [];
      if (name === undefined || rule === undefined) return;
      for (const wrong of wrongFor(rule)) {
        expect(() => parseScenario(changed(scenario, [...path, name], wrong))).toThrow(TypeError);
      }
    }),
  );
});

type ObjectSchema = Extract<JsonSchema, { readonly properties: unknown }>;

interface Place {
  readonly schema: ObjectSchema;
  readonly path: readonly (string | number)[];
}

/** Every object of a scenario that the schema says something of, with the part of the schema that does. */
function objectsOf(schema: JsonSchema, value: unknown, path: readonly (string | number)[] = []): readonly Place[] {
  if ('oneOf' in schema) {
    const meant = schema.oneOf.filter(({ required }) => required.every((name) => name in Object(value)));
    expect(meant).toHaveLength(1);
    return meant.flatMap((one) => objectsOf(one, value, path));
  }
  if ('items' in schema && Array.isArray(value)) {
    return value.flatMap((item, index) => objectsOf(schema.items, item, [...path, index]));
  }
  if (!('properties' in schema)) return [];
  const inside = Object.entries(schema.properties).flatMap(([name, member]) =>
    objectsOf(member, Object(value)[name], [...path, name]),
  );
  return [{ schema, path }, ...inside];
}

/** Values that break a rule, next to its edge where it has one. */
function wrongFor(schema: JsonSchema): readonly unknown[] {
  if ('const' in schema) return [schema.const + 1, String(schema.const)];
  if ('anyOf' in schema) return [null, -1, true];
  if ('oneOf' in schema || 'additionalProperties' in schema) return [null, [], 'x'];
  if (schema.type === 'array') return [null, {}, ...('minItems' in schema ? [[]] : [])];
  if (schema.type === 'string') return [null, 1, ...('pattern' in schema || 'minLength' in schema ? [''] : [])];
  const { minimum, exclusiveMinimum, maximum } = schema;
  return [
    null,
    'x',
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(schema.type === 'integer' ? [0.5] : []),
  ];
}

function changed(value: unknown, [name, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (name === undefined) return to;
  const copy: Record<string, unknown> = Array.isArray(value) ? Object.assign([], value) : { ...Object(value) };
  copy[name] = changed(copy[name], rest, to);
  return copy;
}

test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))('%s is a scenario', (_id, scenario) => {
  expect(parseScenario(JSON.parse(printScenario(scenario)))).toEqual(scenario);
  for (const { name, ...options } of scenarioRegions(scenario)) regionModel(name, options, scenario.seed);
});

test('every scenario has an id of its own', () => {
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
});

test('says whose fetch the clients have, and what they come with', () => {
  const scenario: Scenario = { ...blackout, shapes: 'browser', credential: 'token' };
  expect(parseScenario(JSON.parse(printScenario(scenario)))).toEqual(scenario);
  expect(refusal({ shapes: 'deno', credential: 'password' })).toEqual([
    'scenario.shapes: must be a text that matches ^(node|browser)$, got "deno"',
    'scenario.credential: must be a text that matches ^(key|token)$, got "password"',
  ]);
});

test('regions take the tokens of the scenario where it says that clients come with them', () => {
  const taken = (credential: 'key' | 'token', token: string): unknown => {
    const [options] = scenarioRegions({ ...blackout, credential });
    return typeof options?.acceptsToken === 'function' && options.acceptsToken(token);
  };
  expect(taken('token', `${scenarioToken}1`)).toBe(true);
  expect(taken('token', 'another')).toBe(false);
  expect(taken('key', `${scenarioToken}1`)).toBe(false);
});

test('refuses a profile of CORS that there is not', () => {
  expect(
    refusal({
      regions: [
        { id: 'eastus', cors: 'open' },
        { id: 'westeurope', cors: 'preflight-slow(50)' },
      ],
    }),
  ).toEqual([
    'scenario.regions[0].cors: must be azure, full, none-on-error, none, preflight-fail or preflight-slow(ms), got "open"',
  ]);
});

test('makes regions for a simulator', () => {
  expect(scenarioRegions({ ...blackout, regions: [{ id: 'eastus', latency: 40, model: 'uniform(1,2)' }] })).toEqual([
    { name: 'eastus', latencyMs: 40, modelMs: 'uniform(1,2)' },
  ]);
});
