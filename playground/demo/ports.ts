import { once } from 'node:events';
import { createServer } from 'node:net';

// From 32768 on, Linux lends ports to outgoing connections: one could take a region's while it refuses connections.
const LAST = 32_767;
const FIRST = 20_000;

/** Ports of the loopback interface that are free now; fewer than asked for when there are not as many. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  // Begun anywhere, so that two demos at once do not take each other's.
  const start = FIRST + Math.floor(Math.random() * (LAST - FIRST) * 0.9);
  for (let port = start; port <= LAST && found.length < count; port++) {
    if (await isFree(port)) found.push(port);
  }
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
