import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, onTestFinished, test } from 'vitest';
import { EventLog } from '../../src/simulator/node/control-events.ts';
import { type Control, startControl } from '../../src/simulator/node/index.ts';
import { controlled } from './control-support.ts';
import { chat, endpoint, started } from './node/support.ts';

interface Heard {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly data: Record<string, unknown>;
}

/** Follows the events; each call waits for the next. */
async function follow(control: Control, after?: string): Promise<() => Promise<Heard>> {
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const response = await fetch(`${control.url}/events`, {
    signal: leave.signal,
    ...(after !== undefined && { headers: { 'last-event-id': after } }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  return async () => {
    const { value } = (await events?.read()) ?? {};
    return { id: value?.id, type: value?.event, data: JSON.parse(value?.data ?? '{}') };
  };
}

test('tells of requests and faults as they come and go', async () => {
  const { simulator, control, ask } = await controlled();
  const next = await follow(control);
  await ask('POST', '/regions/eastus/faults', '"status(503)"');
  expect(await next()).toMatchObject({
    type: 'fault-on',
    data: { at: expect.any(Number), region: 'eastus', fault: { id: 'f1', fault: 'status(503)' } },
  });
  await (await chat(endpoint(simulator))).text();
  expect(await next()).toMatchObject({ type: 'arrival', data: { entry: { seq: 1, region: 'eastus' } } });
  expect(await next()).toMatchObject({ type: 'end', data: { entry: { seq: 1, status: 503, closedBy: 'server' } } });
  await ask('DELETE', '/regions/eastus/faults/f1');
  expect(await next()).toMatchObject({ type: 'fault-off', data: { region: 'eastus', fault: { id: 'f1' } } });
});

test('tells of faults that nobody asked it for, and that end by themselves', async () => {
  const { simulator, control } = await controlled();
  const next = await follow(control);
  await simulator.region('westeurope').inject('key~100ms');
  const on = await next();
  expect(on).toMatchObject({ type: 'fault-on', data: { region: 'westeurope', fault: { fault: 'key~100ms' } } });
  expect(await next()).toMatchObject({ type: 'fault-off', data: { fault: on.data['fault'] } });
});

test('goes on where a reader had left', async () => {
  const { simulator, control } = await controlled();
  const before = await follow(control);
  await (await chat(endpoint(simulator))).text();
  const first = await before();
  await (await chat(endpoint(simulator))).text();
  await simulator.settled();
  const next = await follow(control, first.id);
  const told = [await next(), await next(), await next()];
  expect(told.map(({ type, data }) => [type, (data['entry'] as { seq: number }).seq])).toEqual([
    ['end', 1],
    ['arrival', 2],
    ['end', 2],
  ]);
  expect(new Set([first, ...told].map(({ id }) => id)).size).toBe(4);
});

test.each(['nonsense', 'AAAAAAAA-1', '', '-1'])(
  'says that something was missed where the id is not known: "%s"',
  async (id) => {
    const { simulator, control } = await controlled();
    await (await chat(endpoint(simulator))).text();
    await simulator.settled();
    const next = await follow(control, id);
    const gap = await next();
    expect(gap).toMatchObject({ type: 'gap', data: {} });
    await (await chat(endpoint(simulator))).text();
    expect(await next()).toMatchObject({ type: 'arrival', data: { entry: { seq: 2 } } });
    const again = await follow(control, gap.id);
    expect(await again()).toMatchObject({ type: 'arrival', data: { entry: { seq: 2 } } });
  },
);

/** A log that one can read from a socket, from the id that its path says. */
async function served(log: EventLog): Promise<number> {
  const server = createServer((request, response) => log.follow(response, request.url?.slice(1)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const tell = (log: EventLog, id: string): void =>
  log.tell({ type: 'scenario', at: 0, scenario: { id, state: 'playing' } });

test('keeps the last events, and says where that is not enough', async () => {
  const log = new EventLog('run', 3);
  const port = await served(log);
  for (const id of 'abcdefg') tell(log, id);
  const read = async (after: number): Promise<readonly (string | undefined)[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/run-${after}`);
    log.close();
    return [...(await response.text()).matchAll(/event: gap|"id":"(\w)"/g)].map(([all, id]) => id ?? all);
  };
  expect(await read(4)).toEqual(['e', 'f', 'g']);
  expect(await read(6)).toEqual(['g']);
  expect(await read(7)).toEqual([]);
  expect(await read(3), 'there was one more').toEqual(['event: gap']);
  expect(await read(8), 'there is none yet').toEqual(['event: gap']);
});

test('cuts off who does not read, before what is unread fills the memory', async () => {
  const log = new EventLog('run', 1);
  const lazy = connect(await served(log), '127.0.0.1');
  onTestFinished(() => void lazy.destroy());
  lazy.write('GET /run-0 HTTP/1.1\r\nhost: a\r\n\r\n');
  await expect.poll(() => log.followed).toBe(true);
  const long = 'x'.repeat(100_000);
  for (let sent = 0; sent < 1000 && log.followed; sent++) {
    tell(log, long);
    await nextTurn();
  }
  expect(log.followed).toBe(false);
});

test('hands out the journal: all of it, what is new, of a region, of a request', async () => {
  const { simulator, ask } = await controlled();
  await (await chat(endpoint(simulator))).text();
  const { key } = endpoint(simulator, 'westeurope');
  const headers = { 'api-key': key, 'x-ms-client-request-id': 'mine' };
  await (await chat(endpoint(simulator, 'westeurope'), { headers })).text();
  await simulator.settled();
  const entries = simulator.journal.entries();
  const got = async (query: string): Promise<unknown> => (await ask('GET', `/journal${query}`)).json;
  expect(await got('')).toEqual({ entries });
  expect(await got('?since=1')).toEqual({ entries: entries.slice(1) });
  expect(await got('?region=eastus')).toEqual({ entries: entries.slice(0, 1) });
  expect(await got('?request=mine')).toEqual({ entries: entries.slice(1) });
  expect(await got(`?request=${entries[0]?.requestId}`)).toEqual({ entries: entries.slice(0, 1) });
  expect(await got('?since=2')).toEqual({ entries: [] });
});

test('counts no request that came before it', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('latency(100)');
  const call = chat(endpoint(simulator));
  await expect.poll(() => simulator.journal.entries()).toHaveLength(1);
  const control = await startControl(simulator);
  onTestFinished(() => control.close());
  await (await call).text();
  await simulator.settled();
  const metrics = await (await fetch(`${control.url}/metrics`)).text();
  expect(metrics).not.toContain('simulator_requests_open{');
  expect(metrics).not.toContain('simulator_requests_total{');
});

test('counts for Prometheus, whatever the journal forgets', async () => {
  const { simulator, ask } = await controlled();
  const foreign = endpoint(simulator, 'westeurope').key;
  await (await chat(endpoint(simulator))).text();
  await (await chat(endpoint(simulator), { headers: { 'api-key': foreign } })).text();
  await simulator.settled();
  simulator.journal.clear();
  await simulator.region('eastus').inject('status(503)');
  const { headers, text } = await ask('GET', '/metrics', undefined, {});
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = text.split('\n');
  expect(lines).toContain('# HELP simulator_requests_total Requests that are over.');
  expect(lines).toContain('# TYPE simulator_requests_total counter');
  expect(lines).toContain('simulator_requests_total{region="eastus",status="200",closed_by="server"} 1');
  expect(lines).toContain('simulator_requests_total{region="eastus",status="401",closed_by="server"} 1');
  expect(lines).toContain('simulator_requests_open{region="eastus"} 0');
  expect(lines).toContain('simulator_credential_leaks_total{region="eastus"} 1');
  expect(lines).toContain('simulator_faults{region="eastus"} 1');
  expect(lines).toContain('simulator_faults{region="westeurope"} 0');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  for (const sample of samples) expect(sample).toMatch(/^[a-z_]+\{([a-z_]+="[^"\n]*",?)+\} \d+$/);
});
