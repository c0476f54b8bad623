import { expect, test } from 'vitest';
import { chat, endpoint, started } from './support.ts';

test.each([
  [400, 'application/json', '"code":"content_filter"'],
  [401, 'application/json', 'Access denied due to invalid subscription key'],
  [403, 'application/json', 'Public access is disabled.'],
  [404, 'application/json', '"code":"DeploymentNotFound"'],
  [408, 'application/json', '{"error":{"code":"Timeout","message": "The operation was timeout."}}'],
  [409, 'application/json', '"code":"409"'],
  [413, 'application/json', '"code":"413"'],
  [429, 'application/json', '"code":"429"'],
  [431, 'application/json', '"code":"431"'],
  [500, 'application/json', '"type":"server_error","param":null,"code":null'],
  [502, 'application/json', '"code":"502"'],
  [503, 'application/json', '"code":"503"'],
  [504, 'application/json', '"code":"504"'],
  [418, 'application/json', '"code":"418"'],
  ['503,html', 'text/html', '<title>503 Service Unavailable</title>'],
  ['503,text', 'text/plain', 'no healthy upstream'],
  ['204', 'application/json', ''],
])('status(%s) answers %s', async (args, type, part) => {
  const simulator = await started();
  await using _fault = await simulator.region('eastus').inject(`status(${args})`);
  const response = await chat(endpoint(simulator));
  expect(response.status).toBe(Number.parseInt(String(args), 10));
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('apim-request-id')).toBeTruthy();
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await response.text()).toContain(part);
});

test.each([
  ['429(20)', { 'retry-after': '20' }, 'Please retry after 20 seconds.'],
  ['429(0.25,ms)', { 'retry-after-ms': '250' }, 'Please retry after 1 seconds.'],
  ['429(20,both)', { 'retry-after': '20', 'retry-after-ms': '20000' }, 'Please retry after 20 seconds.'],
  [
    '429(20,text,a)',
    {},
    'exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 20 seconds.',
  ],
  ['429(20,text)', {}, 'Your requests to gpt-4o for gpt-4o in East US have exceeded the token rate limit'],
  ['429(20,text,c)', {}, 'Rate limit is exceeded. Try again in 20 seconds.'],
  ['429(20,bad)', { 'retry-after': 'abc', 'retry-after-ms': '-1' }, 'have exceeded the token rate limit'],
  ['429(20,huge)', { 'retry-after': '86400' }, 'Please retry after 86400 seconds.'],
  ['429(20,reset)', { 'x-ratelimit-reset-tokens': '20' }, 'have exceeded the token rate limit'],
  ['429(20,capacity)', {}, 'The system is currently experiencing high demand'],
  ['429(20,none)', {}, 'have exceeded the token rate limit'],
])('%s puts its hint in the right place', async (fault, headers, part) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  const response = await chat(endpoint(simulator));
  expect(response.status).toBe(429);
  const hints = ['retry-after', 'retry-after-ms', 'x-ratelimit-reset-tokens'];
  const found = Object.fromEntries([...response.headers].filter(([name]) => hints.includes(name)));
  expect(found).toMatchObject(headers);
  if (!fault.includes('bad')) expect(found).toEqual(headers);
  const { error } = await response.json();
  expect(error.code).toBe('429');
  expect(error.message).toContain(part);
  if (/none|bad|reset/.test(fault)) expect(error.message).not.toMatch(/\d+ seconds/);
});

test('429(2,date) says when in whole seconds, never too early', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('429(2,date)');
  const before = Date.now();
  const response = await chat(endpoint(simulator));
  const at = Date.parse(response.headers.get('retry-after') ?? '');
  expect(at).toBeGreaterThanOrEqual(before + 2000);
  expect(at).toBeLessThan(Date.now() + 3000);
});

test('key refuses keys and lets tokens pass', async () => {
  const simulator = await started({ regions: { eastus: { acceptsToken: ['a.b.c'] } } });
  await simulator.region('eastus').inject('key');
  const target = endpoint(simulator);
  for (const key of target.keys) expect((await chat(target, { headers: { 'api-key': key } })).status).toBe(401);
  expect((await chat(target, { headers: { authorization: 'Bearer a.b.c' } })).status).toBe(200);
});

test('nodeploy takes one deployment away', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('nodeploy(gpt-4o)');
  const gone = await chat(endpoint(simulator));
  expect(gone.status).toBe(404);
  expect((await gone.json()).error.code).toBe('DeploymentNotFound');
  expect((await chat(endpoint(simulator), { deployment: 'small' })).status).toBe(200);
});

test('firewall denies without a region and without CORS', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('firewall');
  const response = await chat(endpoint(simulator));
  expect(response.status).toBe(403);
  expect(response.headers.get('policy-id')).toBe('ThrowExceptionDueToTrafficDenied');
  expect(response.headers.has('x-ms-region')).toBe(false);
  expect(response.headers.has('access-control-allow-origin')).toBe(false);
  expect(await response.text()).toBe(
    '{"error":{"code":"403","message": "Access denied due to Virtual Network/Firewall rules."}}',
  );
});

test('latency is asked of the clock, base and faults together', async () => {
  const slept: number[] = [];
  const clock = { now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) };
  const simulator = await started({ clock, regions: { eastus: { latencyMs: 5 } } });
  const region = simulator.region('eastus');
  await region.inject('latency(250)');
  await (await chat(endpoint(simulator))).text();
  await region.heal();
  await region.inject('latency(uniform(10,20))');
  await (await chat(endpoint(simulator))).text();
  await region.heal();
  await region.inject('latency(lognormal(40,0.3))');
  await (await chat(endpoint(simulator))).text();
  expect(slept[0]).toBe(255);
  expect(slept[1]).toSatisfy((ms: number) => ms >= 15 && ms < 25);
  expect(slept[2]).toSatisfy((ms: number) => ms > 5 && ms < 300);
});

test('latency delays the answer', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('latency(40)');
  const before = performance.now();
  await chat(endpoint(simulator));
  expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'latency(40)', status: 200 }]);
});

test('*times strikes so often and is over', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('429(2)*2');
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await chat(endpoint(simulator))).status);
  expect(statuses).toEqual([429, 429, 200, 200]);
  expect(simulator.region('eastus').faults).toEqual([]);
});

test('%prob strikes the same requests for the same seed, whatever the other region does', async () => {
  const statuses = async (seed: number, between: boolean): Promise<number[]> => {
    const simulator = await started({ seed });
    await simulator.region('eastus').inject('status(503)%30');
    const found = [];
    for (let i = 0; i < 60; i++) {
      if (between) await (await chat(endpoint(simulator, 'westeurope'))).text();
      const response = await chat(endpoint(simulator));
      await response.text();
      found.push(response.status);
    }
    return found;
  };
  const first = await statuses(7, false);
  expect(await statuses(7, true)).toEqual(first);
  expect(await statuses(8, false)).not.toEqual(first);
  const struck = first.filter((status) => status === 503).length;
  expect(struck).toBeGreaterThan(5);
  expect(struck).toBeLessThan(40);
});

test('the newest of two faults decides', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('status(500)');
  const newer = await region.inject('status(503)');
  expect((await chat(endpoint(simulator))).status).toBe(503);
  await newer.end();
  expect((await chat(endpoint(simulator))).status).toBe(500);
});

test('refuses a fault it cannot read, and one for a region it does not have', async () => {
  const simulator = await started();
  await expect(simulator.region('eastus').inject('status(99)')).rejects.toThrow('fault "status(99)": status must be');
  expect(() => simulator.region('mars')).toThrow('region must be one of eastus, westeurope, got "mars"');
});
