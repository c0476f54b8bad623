import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { onFreePorts } from '../../src/cli/free-ports.ts';

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

const from = 23_500;

test('starts on the first ports that are free', async () => {
  const [first = 0, second = 0] = await onFreePorts({ count: 2, from }, async (ports) => ports);
  await listening(first);
  const later = await onFreePorts({ count: 1, from }, async (ports) => ports);
  expect(first).toBeGreaterThanOrEqual(from);
  expect(later[0]).toBeGreaterThanOrEqual(second);
});

test('leaves ports alone that are meant for something else', async () => {
  const [first = 0] = await onFreePorts({ count: 1, from }, async (ports) => ports);
  const [other = 0] = await onFreePorts({ count: 1, from: first, not: [first] }, async (ports) => ports);
  expect(other).toBeGreaterThan(first);
});

test('starts again on others where somebody else was faster', async () => {
  const tried: number[] = [];
  const server = await onFreePorts({ count: 1, from }, async ([port = 0]) => {
    tried.push(port);
    if (tried.length === 1) await listening(port);
    return listening(port);
  });
  expect(tried).toHaveLength(2);
  expect(server.address()).toMatchObject({ port: tried[1] });
});

test('gives up where it is something else that fails, or always the same', async () => {
  let tries = 0;
  const fail = (error: Error) => async (): Promise<never> => {
    tries++;
    throw error;
  };
  await expect(onFreePorts({ count: 1, from }, fail(new Error('no')))).rejects.toThrow('no');
  expect(tries).toBe(1);
  const taken = new Error('taken', { cause: Object.assign(new Error(), { code: 'EADDRINUSE' }) });
  await expect(onFreePorts({ count: 1, from }, fail(taken))).rejects.toThrow('taken');
  expect(tries).toBe(6);
  await expect(onFreePorts({ count: 9, from: 32_764 }, fail(taken))).rejects.toThrow(
    '9 ports from 32764 to 32767 must be free, and 4 are',
  );
});
