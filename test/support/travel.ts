import type { RegionOptions } from '../../src/index.ts';
import { refused } from './service.ts';
import { setup } from './setup.ts';

export const credential = { apiKey: 'key' };
export const SWEDEN = 'https://contoso-sweden.openai.azure.com';
export const EASTUS = 'https://contoso-eastus.openai.azure.com';

/** The requests for a call whose first region is down: home, home again, and the other region. */
export async function travel(
  url: string,
  init: RequestInit,
  other: Partial<RegionOptions> = {},
  home: Partial<RegionOptions> = {},
) {
  const { fetch, clock, requests } = setup({
    script: { sweden: refused, 'contoso-sweden.cognitiveservices.azure.com': refused },
    regions: [
      { name: 'sweden', endpoint: SWEDEN, credential, ...home },
      { name: 'eastus', endpoint: EASTUS, credential, ...other },
    ],
  });
  await clock.run(fetch(url, { method: 'POST', duplex: 'half', ...init } as RequestInit));
  const [first, , last] = requests;
  if (!first || !last) throw new Error('It did not travel');
  return { first, last };
}
export const json = (body: string): RequestInit => ({ body, headers: { 'content-type': 'application/json' } });
