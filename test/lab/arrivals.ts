import { chance } from '../../src/simulator/hash.ts';
import { seeded } from '../support/random.ts';
import type { Fleet } from './fleet.ts';

/** A generator that belongs to one client, whatever the others do. */
export const generatorOf = (seed: number, client: number, purpose: string): (() => number) =>
  seeded(Math.floor(chance('lab', purpose, seed, client) * 2 ** 32));

/** When a call begins, and whose it is. */
export interface Arrival {
  /** From the start of the run, ms. */
  readonly atMs: number;
  readonly client: number;
}

/** Poisson arrivals of every client of a fleet between two moments, merged, soonest first. */
export function poisson({ clients, perSecond }: Fleet, seed: number, fromMs: number, untilMs: number): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let client = 0; client < clients; client++) {
    const random = generatorOf(seed, client, 'arrivals');
    const gap = (): number => (-Math.log(1 - random()) * 1_000) / perSecond;
    for (let atMs = fromMs + gap(); atMs < untilMs; atMs += gap()) arrivals.push({ atMs, client });
  }
  return inOrder(arrivals);
}

export const inOrder = (arrivals: readonly Arrival[]): Arrival[] =>
  arrivals.toSorted((a, b) => a.atMs - b.atMs || a.client - b.client);
