import { isRecord } from '../record.ts';
import { Problem } from './control-problem.ts';
import type { RegionInput } from './control-types.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isDuration = (value: unknown): boolean => typeof value === 'number' || isText(value);

/** What each member must be; the simulator looks at their values. */
const members: Readonly<Record<keyof RegionInput, readonly [rule: string, holds: (value: unknown) => boolean]>> = {
  name: ['a text that is not empty', isText],
  port: [
    'a whole number from 1 to 65535',
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536,
  ],
  display: ['a text that is not empty', isText],
  deployments: ['a list of texts', (value) => Array.isArray(value) && value.every(isText)],
  latencyMs: ['a number or a text', isDuration],
  modelMs: ['a number or a text', isDuration],
  cors: ['a text that is not empty', isText],
  strictRetry: ['true or false', (value) => typeof value === 'boolean'],
  tokenSeconds: ['a whole number from 1', (value) => Number.isSafeInteger(value) && Number(value) > 0],
  prefix: ['a text that is not empty', isText],
};

/**
 * Reads a region to add.
 *
 * @throws Problem 422 that names what is wrong.
 */
export function readRegion(json: unknown): RegionInput {
  if (!isRecord(json)) throw new Problem(422, `body must be an object, got ${JSON.stringify(json)}`);
  const known = Object.keys(members);
  const unknown = Object.keys(json).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Problem(422, `body.${unknown} is unknown; known are ${known.join(', ')}`);
  for (const [name, [rule, holds]] of Object.entries(members)) {
    const value = json[name];
    if (holds(value) || (value === undefined && name !== 'name')) continue;
    throw new Problem(
      422,
      `body.${name} must be ${rule}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
    );
  }
  return json as unknown as RegionInput;
}
