import { expect, test } from 'vitest';
import { createVirtualSimulator, type JournalEntry, VirtualClock } from '../../../src/simulator/index.ts';
import { chat, endpoint, started } from './support.ts';

const startsAt = Date.UTC(2026, 10, 22, 12);

/** What a client sees of a call, without what belongs to the transport. */
async function seen(call: Promise<Response>): Promise<unknown> {
  try {
    const response = await call;
    const headers = Object.fromEntries(response.headers);
    delete headers['connection'];
    delete headers['keep-alive'];
    delete headers['transfer-encoding'];
    delete headers['date'];
    return { status: response.status, headers, body: response.body === null ? null : await response.text() };
  } catch (error) {
    return error instanceof Error ? described(error) : error;
  }
}

function described({ name, message, cause }: Error): unknown {
  if (!(cause instanceof Error)) return { name, message };
  const { code, syscall, errno } = cause as { code?: unknown; syscall?: unknown; errno?: unknown };
  const text = cause.message.replace(/ [\d.]+:\d+$/, '');
  // Node 22 says the code of a parser's error, and Node 24 does not.
  const facts = cause.name === 'HTTPParserError' ? {} : { code, syscall, errno };
  return { name, message, cause: { name: cause.name, message: text, ...facts } };
}

/** An entry without what is another on a socket: how a secret is shortened, and when a pool has a connection back. */
function comparable(entry: JournalEntry): object {
  return { ...entry, credential: entry.credential?.length, connection: 0, reused: false };
}

test.each([
  ['nothing wrong'],
  ['refused'],
  ['rst:request'],
  ['fin:request'],
  ['rst:accept'],
  ['fin:accept'],
  ['conn-limit(0)'],
  ['garbage'],
  ['status(100)'],
  ['status(204)'],
  ['status(302)'],
  ['status(304)'],
  ['status(400)'],
  ['status(401)'],
  ['status(408)'],
  ['status(500)'],
  ['status(503)'],
  ['status(502,html)'],
  ['status(503,text)'],
  ['429(20)'],
  ['429(20,date,a)'],
  ['429(1.5,ms)'],
  ['429(20,capacity)'],
  ['key'],
  ['nodeploy(gpt-4o)'],
  ['firewall'],
  ['latency(5)'],
  ['latency(ramp(5,50,10))'],
  ['duplicate-slow(5)'],
  ['capacity(0)'],
  ['quota(20,100)'],
  ['quota(1000,12)'],
  ['cors(full)'],
  ['cors(none)'],
  ['cors(none-on-error)'],
  ['badjson'],
  ['empty200'],
  ['wrongtype'],
  ['sequence(status(503),rst:request,ok)'],
  ['status(500)+1*1'],
  ['status(500)#request%50'],
  ['429(3)@stream=true&path=chat&method=POST'],
])('a call sees the same on a socket and in memory: %s', async (fault) => {
  const regions = { eastus: { deployments: ['gpt-4o'] }, westeurope: {} };
  const clock = new VirtualClock(startsAt);
  const virtual = createVirtualSimulator({ seed: 7, regions, clock });
  let now = startsAt;
  const hasty = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const sockets = await started({ regions, clock: hasty });
  if (fault !== 'nothing wrong') {
    virtual.region('eastus').inject(fault);
    await sockets.region('eastus').inject(fault);
  }
  const [target] = virtual.endpoints();
  if (!target) throw new Error('no region');
  expect(target.keys).toEqual(endpoint(sockets).keys);
  for (const body of [{}, { stream: true }, { max_tokens: 2 }]) {
    const expected = await seen(chat(endpoint(sockets), { body }));
    await sockets.settled();
    expect(await clock.run(seen(chat(target, { body }, virtual.fetch)))).toEqual(expected);
  }
  expect(virtual.journal.entries().map(comparable)).toEqual(sockets.journal.entries().map(comparable));
});

test.each(['status(503)', 'rst:request', '429(20)*1', 'latency(5)', 'badjson', 'status(99)', 'refused'])(
  'a request that brings a fault sees the same on a socket and in memory: %s',
  async (fault) => {
    const regions = { eastus: { deployments: ['gpt-4o'] } };
    const clock = new VirtualClock(startsAt);
    const virtual = createVirtualSimulator({ seed: 7, regions, clock });
    const sockets = await started({ regions, clock: { now: clock.now, sleep: async () => {} } });
    const [target] = virtual.endpoints();
    if (!target) throw new Error('no region');
    for (let nth = 0; nth < 2; nth++) {
      const headers = { 'api-key': target.key, 'x-sim-fault': fault };
      const expected = await seen(chat(endpoint(sockets), { headers }));
      await sockets.settled();
      expect(await clock.run(seen(chat(target, { headers }, virtual.fetch)))).toEqual(expected);
    }
    const facts = ({ fault, status, closedBy }: JournalEntry): object => ({ fault, status, closedBy });
    expect(virtual.journal.entries().map(facts)).toEqual(sockets.journal.entries().map(facts));
  },
);

test.each(['silence', 'noread', 'blackhole', 'hang:headers', 'stall:sse:1'])(
  'who gives up sees the same on a socket and in memory: %s',
  async (fault) => {
    const regions = { eastus: { deployments: ['gpt-4o'] } };
    const virtual = createVirtualSimulator({ seed: 7, regions });
    const sockets = await started({ regions });
    virtual.region('eastus').inject(fault);
    await sockets.region('eastus').inject(fault);
    const [target] = virtual.endpoints();
    if (!target) throw new Error('no region');
    const body = { stream: true };
    const inMemory = new AbortController();
    const call = seen(chat(target, { body, signal: inMemory.signal }, virtual.fetch));
    await virtual.clock.runUntil(virtual.clock.now() + 1000);
    inMemory.abort(new DOMException('too long', 'TimeoutError'));
    const onSocket = new AbortController();
    const expected = seen(chat(endpoint(sockets), { body, signal: onSocket.signal }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    onSocket.abort(new DOMException('too long', 'TimeoutError'));
    expect(await virtual.clock.run(call)).toEqual(await expected);
    await sockets.settled();
    const facts = ({ fault, status, events, closedBy }: JournalEntry): object => ({ fault, status, events, closedBy });
    expect(virtual.journal.entries().map(facts)).toEqual(sockets.journal.entries().map(facts));
  },
);

test.each(['api-key', 'bearer', 'claims'])(
  'a refused credential is told the same on a socket and in memory: %s',
  async (what) => {
    const judged = { claims: '{"access_token":{"nbf":{"value":"1"}}}' };
    const regions = { eastus: { acceptsToken: () => (what === 'claims' ? judged : false) } };
    const virtual = createVirtualSimulator({ seed: 7, regions });
    const sockets = await started({ regions });
    const [target] = virtual.endpoints();
    if (!target) throw new Error('no region');
    const headers = what === 'api-key' ? { 'api-key': 'wrong' } : { authorization: 'Bearer a.b.c' };
    const expected = await seen(chat(endpoint(sockets), { headers }));
    expect(expected).toMatchObject({ status: 401 });
    expect(await virtual.clock.run(seen(chat(target, { headers }, virtual.fetch)))).toEqual(expected);
  },
);

test('a handshake fails the same on a socket and in memory', async () => {
  const regions = { eastus: {} };
  const virtual = createVirtualSimulator({ seed: 7, regions });
  const sockets = await started({ regions });
  virtual.region('eastus').inject('tls');
  await sockets.region('eastus').inject('tls');
  const [target] = virtual.endpoints();
  if (!target) throw new Error('no region');
  const { url, ...rest } = endpoint(sockets);
  const expected = await seen(chat({ ...rest, url: url.replace('http:', 'https:') }));
  expect(await virtual.clock.run(seen(chat(target, {}, virtual.fetch)))).toEqual(expected);
});
