import ky, { type KyInstance, type Options } from 'ky';
import type { FailoverFetch } from './create-failover-fetch.ts';

export type { KyInstance };

/** What `ky.create` takes, but for what the chain decides. */
export type KyOptions = Omit<Options, 'fetch' | 'retry' | 'timeout'>;

/**
 * A ky that sends through `fetch`, with its own retry and timeout off, so that one layer decides.
 *
 * @example
 * const api = createKy(createFailoverFetch({ regions }), { prefix: 'https://contoso-sweden.openai.azure.com/openai/v1' });
 * const answer = await api.post('responses', { json: { model: 'gpt-4o', input: 'Good morning' } }).json();
 */
export function createKy(fetch: FailoverFetch, options: KyOptions = {}): KyInstance {
  return ky.create({ ...options, retry: 0, timeout: false, fetch });
}
