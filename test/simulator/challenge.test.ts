import { expect, test } from 'vitest';
import type { Shapes, VirtualSimulator } from '../../src/simulator/index.ts';
import { chat, simulated } from './virtual-support.ts';

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';

async function refused(simulator: VirtualSimulator, credential: Record<string, string>): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...credential };
  const response = await simulator.clock.run(chat(simulator, { headers }));
  expect(response.status).toBe(401);
  return response;
}

// Of a wrong key a full dump is known (SciSharp/BotSharp#386), and nobody saw a challenge with a wrong token either.
test.each([
  ['a wrong key', { 'api-key': 'wrong' }, ''],
  ['a wrong token', { authorization: 'Bearer a.b.c' }, ''],
  ['an expired token', { authorization: 'Bearer good.good.good' }, 'key-expired'],
  ['a key that is refused', { 'api-key': 'right' }, 'key'],
  ['a 401 of no reason', { 'api-key': 'right' }, 'status(401)'],
  ['nothing', { accept: '*/*' }, ''],
])('the 401 for %s carries no challenge, as Azure sends none', async (_what, credential, fault) => {
  const simulator = simulated({ regions: { eastus: { keys: ['right'], acceptsToken: ['good.good.good'] } } });
  if (fault !== '') simulator.region('eastus').inject(fault);
  const response = await refused(simulator, credential);
  expect(response.headers.has('www-authenticate')).toBe(false);
});

test.each([
  ['node', 'azure', true],
  ['browser', 'azure', false],
  ['browser', 'full', true],
] as const)(
  'a token that is to claim more is told so, in %s with cors %s: %s',
  async (shapes: Shapes, cors, isTold) => {
    const simulator = simulated({ shapes, regions: { eastus: { cors, acceptsToken: () => ({ claims }) } } });
    const response = await refused(simulator, { authorization: 'Bearer a.b.c' });
    const challenge = response.headers.get('www-authenticate');
    expect(challenge !== null).toBe(isTold);
    if (challenge === null) return;
    const [, encoded = ''] =
      /^Bearer realm="", authorization_uri="[^"]+", error="insufficient_claims", claims="(.+)"$/.exec(challenge) ?? [];
    expect(atob(encoded)).toBe(claims);
  },
);
