import { createKy } from '../../../src/ky.ts';
import type { Adapter } from '../support/client.ts';
import { kyClient, kyManners } from './ky-shared.ts';

/** The ky that the library makes: it has no retries to turn off. */
export const kyMade: Adapter = {
  name: 'ky (createKy)',
  api: 'chat',
  lacks: {},
  manners: kyManners,
  open: ({ fetch, endpoint }) => kyClient(createKy(fetch, { prefix: `${endpoint}/openai/v1` })),
};
