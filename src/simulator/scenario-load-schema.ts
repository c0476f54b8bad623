import type { JsonSchema } from './json-schema.ts';
import { leastThinkMs } from './scenario-load.ts';

/** The longest that a timer waits, in whole seconds. */
export const longestSeconds = 2_147_483;

/** A moment of a scenario. */
export const seconds = { type: 'number', minimum: 0, maximum: longestSeconds } as const;

/** Names of deployments. */
export const deployments = {
  type: 'array',
  items: { type: 'string', pattern: '^[\\w.-]+$' },
  minItems: 1,
} as const;

const asked = {
  stream: {
    description: 'Share of the calls that ask for a stream, from 0 to 1; 0 when absent.',
    type: 'number',
    minimum: 0,
    maximum: 1,
  },
  deployments: {
    description: 'What they ask for, in equal shares; the first that there is when absent.',
    ...deployments,
  },
  maxTokens: {
    description: 'How long an answer may be (`max_completion_tokens`), which a quota counts in advance.',
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
  },
} as const;

const window = {
  from: { description: 'In seconds; 0 when absent.', ...seconds },
  to: { description: 'In seconds; the duration when absent.', ...seconds },
} as const;

const count = { type: 'integer', minimum: 1, maximum: 10_000 } as const;

const openLoop = {
  description: 'Clients that call at random moments, whether or not their calls before were answered.',
  type: 'object',
  properties: {
    clients: count,
    rps: { description: 'Calls per second of each client.', type: 'number', exclusiveMinimum: 0, maximum: 10_000 },
    ramp: {
      description: 'Takes the rate evenly to another one, where it stays; none when absent.',
      type: 'object',
      properties: {
        rps: {
          description: 'Calls per second of each client at its end.',
          type: 'number',
          minimum: 0,
          maximum: 10_000,
        },
        seconds: { description: 'How long it takes.', type: 'number', exclusiveMinimum: 0, maximum: longestSeconds },
      },
      required: ['rps', 'seconds'],
      additionalProperties: false,
    },
    ...window,
    ...asked,
  },
  required: ['clients', 'rps'],
  additionalProperties: false,
} as const satisfies JsonSchema;

const closedLoop = {
  description: 'Users who call, wait for the answer, think, and call again.',
  type: 'object',
  properties: {
    users: count,
    thinkMs: {
      description: `From the end of an answer to the next call, ms: a number, \`uniform(500,2000)\` or \`lognormal(1500,0.5)\`; never less than ${leastThinkMs}.`,
      anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }],
    },
    ...window,
    ...asked,
  },
  required: ['users', 'thinkMs'],
  additionalProperties: false,
} as const satisfies JsonSchema;

const burst = {
  description: 'Calls that begin at one moment, each of a client of its own.',
  type: 'object',
  properties: {
    at: { description: 'In seconds.', ...seconds },
    calls: count,
    ...asked,
  },
  required: ['at', 'calls'],
  additionalProperties: false,
} as const satisfies JsonSchema;

/** JSON Schema of who calls. */
export const loadSchema = { oneOf: [openLoop, closedLoop, burst] } as const satisfies JsonSchema;
