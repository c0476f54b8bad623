import { type Simulator, startSimulator } from '../../../src/simulator/node/index.ts';
import { BACKUP, HOME } from './world.ts';

// From 32768 on, Linux lends ports to outgoing connections: one could take a region's while it refuses connections.
const FIRST = 20_000;
const LAST = 32_767;
// Begun anywhere, and never used twice, so that no other world takes one either.
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** Two regions on ports that nobody else takes meanwhile. */
export async function simulation(): Promise<Simulator> {
  for (let attempt = 1; ; attempt++) {
    const regions = [HOME, BACKUP].map((name) => ({ name, port: nextPort() }));
    try {
      return await startSimulator({ seed: 7, regions });
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

function nextPort(): number {
  next = next < LAST ? next + 1 : FIRST;
  return next;
}
