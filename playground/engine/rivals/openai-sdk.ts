import { ask, conclude, drop, type Outcome, outcomeOf } from './ask.ts';
import type { Rival } from './rival.ts';

const MAX_RETRIES = 2;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
const LONGEST_HINT_MS = 60_000;

/** The OpenAI SDK's own retries, against the one endpoint that it knows. */
export const openaiSdk: Rival = {
  createClient: (surroundings) => ({
    async call(path, init) {
      const { clock, random, sites } = surroundings;
      for (let retries = 0; ; retries++) {
        const outcome = await outcomeOf(ask(surroundings, sites[0], path, init));
        if (retries >= MAX_RETRIES || !helps(outcome)) return conclude(outcome);
        drop(outcome);
        await clock.sleep(hintMs(outcome, clock.now()) ?? backOffMs(retries, random));
      }
    },
  }),
};

const helps = (outcome: Outcome): boolean =>
  'error' in outcome || [408, 409, 429].includes(outcome.response.status) || outcome.response.status >= 500;

function hintMs(outcome: Outcome, now: number): number | undefined {
  if ('error' in outcome) return undefined;
  const { headers } = outcome.response;
  const after = headers.get('retry-after') ?? '';
  const seconds = Number.parseFloat(after);
  const hints = [
    Number.parseFloat(headers.get('retry-after-ms') ?? ''),
    Number.isNaN(seconds) ? Date.parse(after) - now : seconds * 1_000,
  ];
  const ms = hints.find((hint) => !Number.isNaN(hint));
  return ms !== undefined && ms >= 0 && ms <= LONGEST_HINT_MS ? ms : undefined;
}

const backOffMs = (retries: number, random: () => number): number =>
  Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retries) * (1 - random() / 4);
