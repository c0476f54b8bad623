import { type Fault, parseFault, printFault } from '../fault.ts';
import { isRecord } from '../record.ts';
import { Problem } from './control-problem.ts';

/** What `GET /state` says of a fault beyond what can be set. */
const notLookedAt = ['id', 'since', 'until'];

/**
 * Reads a fault of a body: its text, or `{"fault": text, "ttlMs": 30000}`.
 *
 * @param path for a message.
 * @throws Problem 422.
 */
export function readFault(input: unknown, path: string): Fault {
  if (typeof input === 'string') return read(input, path);
  if (!isRecord(input))
    throw new Problem(422, `${path} must be a fault as text or {"fault", "ttlMs"}, got ${shown(input)}`);
  const { fault, ttlMs } = input;
  const unknown = Object.keys(input).find((name) => !['fault', 'ttlMs', ...notLookedAt].includes(name));
  if (unknown !== undefined) throw new Problem(422, `${path}.${unknown} is unknown; known are fault, ttlMs`);
  if (typeof fault !== 'string') throw new Problem(422, `${path}.fault must be a text, got ${shown(fault)}`);
  const parsed = read(fault, `${path}.fault`);
  if (ttlMs === undefined) return parsed;
  if (typeof ttlMs !== 'number') throw new Problem(422, `${path}.ttlMs must be a number, got ${shown(ttlMs)}`);
  return read(printFault({ ...parsed, ttlMs }), `${path}.ttlMs`);
}

function read(text: string, path: string): Fault {
  try {
    return parseFault(text);
  } catch (error) {
    throw new Problem(422, `${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
