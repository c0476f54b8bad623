import type { JsonSchema } from './json-schema.ts';
import { deployments, loadSchema, longestSeconds, seconds } from './scenario-load-schema.ts';

const region = {
  type: 'object',
  properties: {
    id: {
      description: 'As Azure names it: `eastus2`. Not `client`.',
      type: 'string',
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    },
    display: { description: 'As `x-ms-region` says it; made from the id when absent.', type: 'string', minLength: 1 },
    latency: {
      description: 'What the network takes, ms: a number, `uniform(50,200)` or `lognormal(40,0.3)`; 0 when absent.',
      anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }],
    },
    model: {
      description: 'What the model takes on top of it, ms, in the same form; 0 when absent.',
      anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }],
    },
    deployments: { description: 'Its deployments; any when absent.', ...deployments },
    cors: {
      description:
        'What pages of other origins may see: `azure`, `full`, `none-on-error`, `none`, `preflight-fail` or `preflight-slow(ms)`; `azure` when absent.',
      type: 'string',
    },
  },
  required: ['id'],
  additionalProperties: false,
} as const satisfies JsonSchema;

/**
 * JSON Schema (draft 2020-12) of a scenario. `parseScenario` checks by it, and then what no schema can say: that faults
 * and asserts can be read, that targets exist, and what may go on at the same time.
 */
export const scenarioSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Scenario',
  description: 'Regions, a load on them, and what goes wrong when. All times are seconds from the start.',
  type: 'object',
  properties: {
    v: { description: 'Version of the format.', const: 1 },
    id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    title: { type: 'string', minLength: 1 },
    seed: { description: 'What chance is made from.', type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    duration: { type: 'number', exclusiveMinimum: 0, maximum: longestSeconds },
    regions: { description: 'In the order of preference.', type: 'array', items: region, minItems: 1 },
    shapes: {
      description: 'Whose `fetch` the clients have: `node` or `browser`; `node` when absent.',
      type: 'string',
      pattern: '^(node|browser)$',
    },
    credential: {
      description: 'What the clients come with: `key`, or `token` for one that every region takes; `key` when absent.',
      type: 'string',
      pattern: '^(key|token)$',
    },
    load: { type: 'array', items: loadSchema },
    client: {
      description: 'Options of the library, as far as they are JSON; a strategy by its name.',
      type: 'object',
      additionalProperties: true,
    },
    faults: {
      type: 'array',
      items: {
        description: 'From, to, target and fault: [10, 40, "eastus", "refused"].',
        type: 'array',
        prefixItems: [
          seconds,
          seconds,
          { description: 'The id of a region, `*` for all of them, or `client`.', type: 'string', minLength: 1 },
          { description: 'As `parseFault` reads it, or `parseClientFault`.', type: 'string', minLength: 1 },
        ],
        minItems: 4,
        maxItems: 4,
      },
    },
    asserts: {
      description: 'What must hold at the end, as `parseAssert` reads it: `errors==0`.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
    },
  },
  required: ['v', 'id', 'title', 'seed', 'duration', 'regions', 'load', 'client', 'faults', 'asserts'],
  additionalProperties: false,
} as const satisfies JsonSchema;
