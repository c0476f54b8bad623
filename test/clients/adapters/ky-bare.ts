import ky from 'ky';
import type { Adapter } from '../support/client.ts';
import { kyClient, kyManners } from './ky-shared.ts';

/** ky as it comes, with our fetch. */
export const kyBare: Adapter = {
  name: 'ky (bare)',
  api: 'chat',
  lacks: {},
  manners: kyManners,
  open: ({ fetch, endpoint, retries }) =>
    kyClient(ky.create({ prefix: `${endpoint}/openai/v1`, fetch, ...(retries === 'off' && { retry: 0 }) })),
};
