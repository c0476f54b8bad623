import { expect, test } from 'vitest';
import { argumentsFor } from '../../src/simulator/function-arguments.ts';

test.each([
  ['none', undefined, {}],
  ['not an object', 'string', {}],
  ['an empty object', { type: 'object', properties: {} }, {}],
  ['an object without a type', { properties: { city: { type: 'string' } } }, { city: 'Rome' }],
  [
    'each type',
    {
      type: 'object',
      properties: {
        text: { type: 'string' },
        whole: { type: 'integer', minimum: 3 },
        number: { type: 'number' },
        flag: { type: 'boolean' },
        nothing: { type: 'null' },
        unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
        kind: { const: 'now' },
        maybe: { type: ['string', 'null'] },
        either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
        list: { type: 'array', items: { type: 'string' } },
        some: { type: 'array', minItems: 1, items: { type: 'integer' } },
        place: { type: 'object', properties: { city: { type: 'string' } } },
      },
    },
    {
      text: 'Rome',
      whole: 3,
      number: 1,
      flag: true,
      nothing: null,
      unit: 'celsius',
      kind: 'now',
      maybe: 'Rome',
      either: true,
      list: [],
      some: [1],
      place: { city: 'Rome' },
    },
  ],
])('gives arguments for %s', (_, schema, expected) => {
  expect(argumentsFor(schema, 'Rome')).toEqual(expected);
});

test('ends with a schema that has no end', () => {
  const tree: { type: string; properties: Record<string, unknown> } = { type: 'object', properties: {} };
  tree.properties['child'] = tree;
  expect(JSON.stringify(argumentsFor(tree, 'Rome')).length).toBeLessThan(200);
});
