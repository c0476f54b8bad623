import { ask, conclude, drop, type Outcome, outcomeOf } from '../../../playground/engine/rivals/ask.ts';
import { isFailure } from '../../../playground/engine/rivals/failure.ts';
import type { Policy, Site, Surroundings } from './policy.ts';

const EJECTS_AT = 5;
const BASE_MS = 30_000;
const LONGEST_MS = 300_000;
const SWEEP_MS = 10_000;
const RETRY_SHARE = 0.2;
const LEAST_RETRIES = 3;

/**
 * A client behind Envoy: outlier detection with its defaults, except that every region may be ejected; one region to each
 * priority; one retry, elsewhere, within the budget.
 */
export const envoy: Policy = {
  believes: true,
  createClient(surroundings) {
    const { sites, clock, random } = surroundings;
    const hosts = sites.map((site, index) => new Host(site, index, surroundings));
    // Sweeps of different clients are not in step.
    let swept = clock.now() - random() * SWEEP_MS;
    let active = 0;
    let retrying = 0;

    /** The first priority that is healthy; all of the first when none is. */
    const pick = (tried?: Host): Host => {
      for (; swept + SWEEP_MS <= clock.now(); swept += SWEEP_MS) for (const host of hosts) host.sweep(swept + SWEEP_MS);
      const others = hosts.filter((host) => host !== tried);
      return (others.find(({ isEjected }) => !isEjected) ?? others[0] ?? tried) as Host;
    };

    const send = async (host: Host, path: string, init: RequestInit): Promise<Outcome> => {
      const outcome = await outcomeOf(ask(surroundings, host.site, path, init));
      host.hear('error' in outcome || outcome.response.status >= 500);
      return outcome;
    };

    return {
      async call(path, init) {
        active++;
        try {
          const host = pick();
          const outcome = await send(host, path, init);
          const allowed = Math.max(RETRY_SHARE * active, LEAST_RETRIES);
          if (!isFailure(outcome) || retrying >= allowed) return conclude(outcome);
          drop(outcome);
          retrying++;
          try {
            return conclude(await send(pick(host), path, init));
          } finally {
            retrying--;
          }
        } finally {
          active--;
        }
      },
    };
  },
};

/** What outlier detection knows of one region. */
class Host {
  readonly site: Site;
  readonly #index: number;
  readonly #surroundings: Surroundings;
  #consecutive = 0;
  #multiplier = 0;
  #ejectedAt: number | undefined;
  #unejectedAt = 0;

  constructor(site: Site, index: number, surroundings: Surroundings) {
    this.site = site;
    this.#index = index;
    this.#surroundings = surroundings;
  }

  get isEjected(): boolean {
    return this.#ejectedAt !== undefined;
  }

  hear(failed: boolean): void {
    if (!failed) this.#consecutive = 0;
    else if (++this.#consecutive === EJECTS_AT && !this.isEjected) {
      this.#ejectedAt = this.#surroundings.clock.now();
      this.#multiplier++;
      this.#surroundings.onTrip(this.#index);
    }
  }

  sweep(now: number): void {
    if (this.#ejectedAt === undefined) {
      if (this.#multiplier > 0 && now >= this.#unejectedAt + SWEEP_MS) this.#multiplier--;
    } else if (now >= this.#ejectedAt + Math.min(BASE_MS * this.#multiplier, LONGEST_MS)) {
      this.#ejectedAt = undefined;
      this.#unejectedAt = now;
      this.#consecutive = 0;
    }
  }
}
