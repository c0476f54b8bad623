import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { onFreePorts } from '../../src/cli/free-ports.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { type Scenario, type SimEndpoint, scenarios } from '../../src/simulator/index.ts';
import { chat, failure, started } from '../simulator/node/support.ts';
import { type Running, run, start } from './support.ts';

interface Printed {
  readonly regions: readonly [SimEndpoint, ...SimEndpoint[]];
  readonly control: { readonly url: string; readonly token: string };
}

const scenario: Scenario = {
  v: 1,
  id: 'test',
  title: 'One region is down',
  seed: 9,
  duration: 0.3,
  regions: [{ id: 'eastus', deployments: ['gpt-4o'] }, { id: 'westeurope' }],
  load: [],
  client: {},
  faults: [[0, 0.2, 'eastus', 'status(503)']],
  asserts: [],
};

async function file(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'scenario.json');
  await writeFile(path, content);
  return path;
}

test('starts regions and their control API, prints where they are, and ends with Ctrl-C', async () => {
  const { child, until, done } = start(['simulate', '--regions', 'eastus,westeurope', '--seed', '7', '--json']);
  const { regions, control }: Printed = JSON.parse(await until('\n'));
  expect(regions.map(({ region }) => region)).toEqual(['eastus', 'westeurope']);
  for (const region of regions) expect((await chat(region)).status).toBe(200);
  const injected = await fetch(`${control.url}/regions/eastus/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: '"status(503)"',
  });
  expect(injected.status).toBe(201);
  expect((await chat(regions[0])).status).toBe(503);
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 0, err: '' });
  expect(await failure(chat(regions[0]))).toBe('TypeError ECONNREFUSED');
  expect(await failure(fetch(control.url))).toBe('TypeError ECONNREFUSED');
});

/** A simulation with a request that nobody answers. */
async function stuck(): Promise<Running & { readonly call: Promise<string>; readonly control: Printed['control'] }> {
  const running = start(['simulate', '--regions', 'eastus', '--json']);
  const { regions, control }: Printed = JSON.parse(await running.until('\n'));
  await fetch(`${control.url}/regions/eastus/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: '"silence"',
  });
  const call = failure(chat(regions[0]));
  await expect.poll(async () => (await fetch(`${control.url}/journal`)).text()).toContain('"seq":1');
  return { ...running, call, control };
}

test('ends when it is told to terminate, also while a request is open', async () => {
  const { child, done, call } = await stuck();
  child.kill('SIGTERM');
  expect(await done).toMatchObject({ code: 0, err: '' });
  expect(await call).toMatch(/^TypeError/);
});

test('ends at once with the second Ctrl-C', async () => {
  const { child, done, call, control } = await stuck();
  child.kill('SIGINT');
  await expect.poll(() => failure(fetch(control.url))).toBe('TypeError ECONNREFUSED');
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: null, err: '' });
  expect(child.signalCode).toBe('SIGINT');
  await call;
});

test('tells a person how to break a region and to heal it, in words that work', async () => {
  const { until } = start(['simulate', '--regions', 'eastus']);
  const out = await until('-X DELETE');
  const [, url, key] = /^eastus +(\S+) {2}api-key (\w+)$/m.exec(out) ?? [];
  const [, control, token] = /^control +(\S+)#token=(\S+)$/m.exec(out) ?? [];
  expect((await fetch(`${url}/openai/v1/models`, { headers: { 'api-key': key ?? '' } })).status).toBe(200);
  expect((await fetch(`${control}/endpoints`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  const [, body, address, type = '', authorization = ''] =
    /curl -d '(.+)' (\S+) \\\n +-H 'content-type: (.+)' -H 'authorization: (.+)'\n/.exec(out) ?? [];
  const headers = { 'content-type': type, authorization };
  expect((await fetch(address ?? '', { method: 'POST', headers, body: body ?? '' })).status).toBe(201);
  expect(await failure(chat({ url: url ?? '', key: key ?? '' }))).toBe('TypeError ECONNREFUSED');
  const [, healed, bearer = ''] = /curl -X DELETE (\S+) -H 'authorization: (.+)'\n/.exec(out) ?? [];
  expect((await fetch(healed ?? '', { method: 'DELETE', headers: { authorization: bearer } })).status).toBe(204);
  expect((await chat({ url: url ?? '', key: key ?? '' })).status).toBe(200);
});

test('plays a scenario of a file with its regions and seed, and ends with it', async () => {
  const path = await file(JSON.stringify(scenario));
  const { code, out, err } = await run('simulate', '--scenario', path, '--exit', '--json');
  expect([code, err]).toEqual([0, '']);
  const { regions }: Printed = JSON.parse(out);
  expect(regions).toMatchObject([{ region: 'eastus', deployments: ['gpt-4o'] }, { region: 'westeurope' }]);
  const simulator = await started({ seed: scenario.seed });
  expect(regions.map(({ keys }) => keys)).toEqual(simulator.endpoints().map(({ keys }) => keys));
});

test('plays a preset on the regions and ports that are named', async () => {
  const port = await onFreePorts({ count: 1, from: 24_500 }, async ([free]) => free);
  const regions = ['westeurope', `eastus:${port}`, 'eastus2', 'uksouth'].join();
  const { until } = start(['simulate', '--scenario', 'blackout', '--regions', regions]);
  const out = await until("'\n");
  expect(out).toMatch(new RegExp(`^eastus +http://127\\.0\\.0\\.1:${port} `, 'm'));
  expect(out).toMatch(/^uksouth /m);
  expect(out).toContain('  10–40 s  eastus  refused\n');
  const [, control] = /^control +(\S+)#/m.exec(out) ?? [];
  const state = await (await fetch(`${control}/state`)).json();
  expect(state).toMatchObject({ scenario: { id: 'blackout', state: 'playing' } });
});

test('gives no region the port of another', async () => {
  const port = await onFreePorts({ count: 1, from: 18_081 }, async ([free]) => free);
  const { until } = start(['simulate', '--regions', `westeurope,eastus:${port}`, '--json']);
  const { regions }: Printed = JSON.parse(await until('\n'));
  expect(regions.map(({ url }) => Number(new URL(url).port))).toEqual([expect.not.toBeOneOf([port]), port]);
});

test('stays after a scenario unless it is told to end', async () => {
  const path = await file(JSON.stringify(scenario));
  const { child, until, done } = start(['simulate', '--scenario', path, '--json']);
  const { control }: Printed = JSON.parse(await until('\n'));
  await expect
    .poll(async () => (await fetch(`${control.url}/state`)).json(), { timeout: 5000 })
    .toMatchObject({ scenario: { state: 'ended' } });
  child.kill('SIGINT');
  expect((await done).code).toBe(0);
});

test.each([
  [(port: number) => ['--regions', `eastus:${port}`], 'port % must be free to listen on, and is in use'],
  [
    (port: number) => ['--regions', 'eastus', '--control-port', String(port)],
    'port % must be free for the control API to listen on, and is not',
  ],
])('says which port is taken, and ends', async (argsOf, message) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const err = `${message.replace('%', String(port))}\n`;
  expect(await run('simulate', ...argsOf(port))).toEqual({ code: 1, out: '', err });
});

const presets = scenarios.map(({ id }) => id).join(', ');

test.each([
  [[], 'a command must be given: simulate, playground, scenarios or help'],
  [['sim'], 'the command must be simulate, playground, scenarios or help, got "sim"'],
  [['constructor'], 'the command must be simulate, playground, scenarios or help, got "constructor"'],
  [['simulate'], '--regions or --scenario must say which regions to start'],
  [['simulate', '--region', 'eastus'], "Unknown option '--region'"],
  [['simulate', 'eastus'], "Unexpected argument 'eastus'"],
  [['simulate', '--regions'], "Option '--regions <value>' argument missing"],
  [
    ['simulate', '--regions', 'East US'],
    '--regions must be a list such as eastus,westeurope:18082, got "East US" in "East US"',
  ],
  [['simulate', '--regions', 'eastus', '--seed', '-1'], "Option '--seed' argument is ambiguous"],
  [
    ['simulate', '--regions', 'eastus', '--seed=x'],
    '--seed must be a whole number from 0 to 9007199254740991, got "x"',
  ],
  [
    ['simulate', '--regions', 'eastus', '--control-port', '0'],
    '--control-port must be a whole number from 1 to 65535, got "0"',
  ],
  [['simulate', '--regions', 'eastus', '--exit'], '--exit waits for the end of a --scenario, and there is none'],
  [['simulate', '--scenario', 'no-such'], `--scenario must be a JSON file or one of ${presets}, got "no-such" (ENOENT`],
  [['simulate', '--scenario', 'package.json'], 'package.json: scenario.'],
  [['simulate', '--scenario', 'README.md'], 'README.md: Unexpected token'],
  [
    ['simulate', '--scenario', 'offline'],
    '--scenario must befall regions, as their clients are your own, and "offline" has "offline"',
  ],
  [
    ['simulate', '--scenario', 'blackout', '--regions', 'eastus,eastus2'],
    '--regions must have all regions of scenario "blackout" (eastus,eastus2,westeurope), and lacks westeurope',
  ],
  [['playground', '--port', 'x'], '--port must be a whole number from 1 to 65535, got "x"'],
  [['scenarios', '--all'], "Unknown option '--all'"],
])('names what is wrong and ends with 2: %j', async (args, message) => {
  let err = '';
  const code = await runCommand(args, {
    say: (text) => expect(text).toBe(''),
    complain: (text) => {
      err += text;
    },
  });
  expect(err).toContain(message);
  expect(err).toMatch(/\n\nazure-openai-failover help says how it is used\.\n$/);
  expect(code).toBe(2);
});

test('the exit code is that of the command', async () => {
  expect(await run('simulate')).toEqual({
    code: 2,
    out: '',
    err: '--regions or --scenario must say which regions to start\n\nazure-openai-failover help says how it is used.\n',
  });
});

/** What the command says, where nothing is wrong. */
async function saidBy(...args: readonly string[]): Promise<string> {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  expect(await runCommand(args, { say, complain: (text) => expect(text).toBe('') })).toBe(0);
  return said;
}

test.each([['help'], ['--help'], ['-h'], ['simulate', '--help'], ['playground', '-h']])(
  'helps: %s %s',
  async (...args) => {
    expect(await saidBy(...args)).toContain('azure-openai-failover simulate --regions eastus,westeurope');
  },
);

test('says its version, and lists the presets', async () => {
  expect(await saidBy('--version')).toBe(`${manifest.version}\n`);
  const list = (await saidBy('scenarios')).trim().split('\n');
  expect(list.map((line) => line.split(' ')[0])).toEqual(scenarios.map(({ id }) => id));
  expect(JSON.parse(await saidBy('scenarios', '--json'))).toEqual(scenarios);
});
