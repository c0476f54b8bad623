import type { Simulator } from '../../src/simulator/node/index.ts';

/** What a journal keeps. */
export const MOST_ENTRIES = 10_000;
const AT_ONCE = 20;

/** Asks what needs neither key nor model until the journal, and who keeps as much of it, have all that they will ever keep. */
export async function fillJournal(simulator: Simulator): Promise<void> {
  const urls = simulator.endpoints().map(({ url }) => `${url}/openai/v1/models`);
  let left = MOST_ENTRIES;
  const ask = async (nth: number): Promise<void> => {
    while (left-- > 0) await (await fetch(urls[nth % urls.length] ?? '')).text();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, nth) => ask(nth)));
}
