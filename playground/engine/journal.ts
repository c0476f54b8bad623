import { hex } from '../../src/simulator/hash.ts';
import { parseScenario } from '../../src/simulator/scenario.ts';
import type { RunRecord } from './types.ts';

/** Of the record of a run as a file has it; another one when what is in a record has another meaning. */
const VERSION = 1;

/** The record of a run as a file, which {@link readJournal} reads. */
export const printJournal = (record: RunRecord): string => JSON.stringify({ journal: VERSION, ...record });

/**
 * The record that a file has, as it was saved; `undefined` where the file is none of a run.
 *
 * @param json what the file's text was parsed to.
 * @throws TypeError when it is of another version, or not as it was saved.
 */
export function readJournal(json: unknown): RunRecord | undefined {
  if (typeof json !== 'object' || json === null || !('journal' in json)) return undefined;
  const { journal, ...record } = json as { readonly journal: unknown } & RunRecord;
  if (journal !== VERSION)
    throw new TypeError(`journal must be ${VERSION}, its version, got ${JSON.stringify(journal)}`);
  const { hash, ...seen } = record;
  // What has the hash that it was saved with is whole, down to the last member.
  if (hash !== hashOf(seen)) throw new TypeError('hash must be that of all the rest, and is not: the file was changed');
  parseScenario(record.scenario);
  return record;
}

/** Two records of one hash are the same. */
export const hashOf = (record: Omit<RunRecord, 'hash'>): string => hex(16, JSON.stringify(record));
