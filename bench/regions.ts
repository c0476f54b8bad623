import { createFailoverFetch, type HealthStore } from '../src/index.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Three regions, of which the first answers, and as many more as are asked for. */
export const failoverOver = (origin: string, fetch?: typeof globalThis.fetch, more = 0, store?: HealthStore): Fetch =>
  createFailoverFetch({
    regions: [
      { name: 'primary', endpoint: origin, credential: { apiKey: 'key-of-the-primary' } },
      { name: 'backup', endpoint: 'https://backup.openai.azure.com', credential: { apiKey: 'key-of-the-backup' } },
      { name: 'last', endpoint: 'https://last.openai.azure.com', credential: { apiKey: 'key-of-the-last' } },
      ...Array.from({ length: more }, (_, index) => ({
        name: `more-${index}`,
        endpoint: `https://more-${index}.openai.azure.com`,
        credential: { apiKey: `key-of-the-${index}th` },
      })),
    ],
    ...(fetch && { fetch }),
    ...(store && { store }),
  });
