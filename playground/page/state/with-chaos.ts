import type { Scenario, ScenarioFault } from '../../../src/simulator/index.ts';

const faults: readonly string[] = [
  'refused',
  'silence',
  'dns',
  'status(503)',
  'status(500)%40',
  'status(502,html)',
  '429(8)',
  '429(20)',
  'slow(x8)',
  'rst:sse:3',
  'stall:sse:2',
  'trunc:sse:3',
  'rst:request',
  'flap(3,3)',
  'key',
  'capacity(2)',
];

/** Each region is well, and not, by turns. */
export function withChaos(scenario: Scenario, seed: number): Scenario {
  const draw = generator(seed);
  const chaos = scenario.regions.flatMap(({ id }) => {
    const found: ScenarioFault[] = [];
    for (let at = 4 + draw() * 20; at < scenario.duration - 5; at += 6 + draw() * 30) {
      const to = Math.min(scenario.duration, at + 3 + draw() * 15);
      const fault = faults[Math.floor(draw() * faults.length)] ?? 'refused';
      found.push([tenth(at), tenth(to), id, fault]);
      at = to;
    }
    return found;
  });
  return { ...scenario, seed, faults: chaos, asserts: [] };
}

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
