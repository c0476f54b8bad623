import { isFree, lastPort } from '../../src/cli/free-ports.ts';

const FIRST = 20_000;

/** Ports of the loopback interface that are free now; fewer than asked for when there are not as many. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  // Begun anywhere, so that two demos at once do not take each other's.
  const start = FIRST + Math.floor(Math.random() * (lastPort - FIRST) * 0.9);
  for (let port = start; port <= lastPort && found.length < count; port++) {
    if (await isFree(port)) found.push(port);
  }
  return found;
}
