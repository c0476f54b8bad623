import ky, { isHTTPError, type KyInstance } from 'ky';
import type { LiveLink } from '../../src/cli/live-link.ts';
import type { JournalEntry } from '../../src/simulator/index.ts';
import type { ControlEndpoints, ControlJournal } from '../../src/simulator/node/control-types.ts';
import type { Site } from './rivals/rival.ts';

/** A simulator that runs somewhere on this machine. */
export interface ControlClient {
  /** Its regions, with their keys. */
  sites(): Promise<readonly Site[]>;
  /** Forgets all requests, and heals all regions. */
  reset(): Promise<void>;
  /** Makes the faults of a region these. What is on already stays on. */
  setFaults(region: string, faults: readonly string[]): Promise<void>;
  /** The requests after the one of this number. */
  journal(since: number): Promise<readonly JournalEntry[]>;
}

/** Everything it does throws an Error that says what the simulator says. */
export function controlClient({ control, token }: LiveLink): ControlClient {
  const api: KyInstance = ky.create({
    prefix: `${control}/__sim/v1`,
    headers: { authorization: `Bearer ${token}` },
    retry: 0,
    timeout: 10_000,
    hooks: { beforeError: [({ error }) => explained(error)] },
  });
  return {
    async sites() {
      const { endpoints } = await api.get('endpoints').json<ControlEndpoints>();
      return endpoints.map(({ region, url, key }) => ({ name: region, url, key }));
    },
    async reset() {
      await api.post('reset', { searchParams: { what: 'all' } });
    },
    async setFaults(region, faults) {
      await api.patch('state', { json: { regions: { [region]: { faults } } } });
    },
    async journal(since) {
      return (await api.get('journal', { searchParams: { since } }).json<ControlJournal>()).entries;
    },
  };
}

/** In the simulator's own words, where it has some. */
function explained(error: Error): Error {
  if (!isHTTPError(error)) return new Error('the simulator does not answer: is it still running?', { cause: error });
  const { data } = error;
  const isProblem = typeof data === 'object' && data !== null && 'detail' in data;
  return new Error(`the simulator refuses: ${isProblem ? String(data.detail) : error.message}`, { cause: error });
}
