import { goOn } from './play.ts';
import { edit, scenario } from './session.ts';
import { withChaos } from './with-chaos.ts';

const LARGEST_SEED = 99_999;

/** The same scenario with other chances; drawn where none is given. */
export function reseed(seed: number = Math.floor(Math.random() * LARGEST_SEED)): void {
  if (Number.isSafeInteger(seed) && seed >= 0) edit((was) => ({ ...was, seed }));
}

/** Faults at random, and a seed that gives the same ones again. */
export function breakIt(): void {
  const seed = Math.floor(Math.random() * LARGEST_SEED);
  edit((was) => withChaos(was, seed));
  if (scenario.peek().faults.length > 0) goOn();
}
