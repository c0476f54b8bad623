import { once } from 'node:events';
import { createServer } from 'node:net';

/** From 32768 on, Linux lends ports to outgoing connections: one could take a region's while it refuses connections. */
export const lastPort = 32_767;
const attempts = 5;

/** Which ports are wanted. */
export interface WantedPorts {
  readonly count: number;
  /** Where to look first. */
  readonly from: number;
  /** Ports that are meant for something else. */
  readonly not?: readonly number[];
}

/** Starts something on the first ports that are free, again on others where somebody else was faster. */
export async function onFreePorts<T>(wanted: WantedPorts, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(wanted);
    try {
      return await start(ports);
    } catch (error) {
      if (wanted.count === 0 || attempt === attempts || !isAddressInUse(error)) throw error;
    }
  }
}

async function freePorts({ count, from, not = [] }: WantedPorts): Promise<readonly number[]> {
  const found: number[] = [];
  for (let port = from; found.length < count; port++) {
    if (port > lastPort)
      throw new Error(`${count} ports from ${from} to ${lastPort} must be free, and ${found.length} are`);
    if (!not.includes(port) && (await isFree(port))) found.push(port);
  }
  return found;
}

/** Whether nobody listens there on the loopback interface. */
export async function isFree(port: number): Promise<boolean> {
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

function isAddressInUse(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'EADDRINUSE') || isAddressInUse(error.cause);
}
