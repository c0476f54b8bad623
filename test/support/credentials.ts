import type { TokenSource } from '../../src/index.ts';
import { type Answer, ok, type Script, type Sent, status } from './service.ts';
import { endpointOf, type Given } from './setup.ts';

export const HOUR = 3_600_000;
export const NOON = Date.UTC(2026, 10, 22, 12);

/** Two regions that share one token source. */
export const withToken = (getToken: TokenSource['getToken'], script: Script = {}): Given => {
  const credential = { getToken };
  return {
    script,
    regions: ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential })),
  };
};
export const withKeys = (script: Script): Given => ({
  script,
  regions: [
    { name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: ['key1', 'key2'] } },
    { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key3' } },
  ],
});
/** Accepts nothing but these. */
export const accepts =
  (good: string): Answer =>
  (sent, clock) =>
    (signedWith(sent) === good ? ok : status(401))(sent, clock);
export const signedWith = ({ headers }: Sent) => headers.get('api-key') ?? headers.get('authorization');
