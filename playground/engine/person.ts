import type { TokenSource } from '../../src/index.ts';
import { chance } from '../../src/simulator/hash.ts';
import { type Scenario, scenarioToken } from '../../src/simulator/index.ts';
import type { BeliefWatch } from './belief-watch.ts';
import { ownMemory } from './memory.ts';
import type { Heard } from './observed.ts';
import { ourClient } from './ours.ts';
import { fixedFallback } from './rivals/fixed-fallback.ts';
import { openaiSdk } from './rivals/openai-sdk.ts';
import { plain } from './rivals/plain.ts';
import type { Client, Rival, Site, Surroundings } from './rivals/rival.ts';
import { type Sent, tap } from './tap.ts';
import type { PolicyChoice, PolicyId } from './types.ts';
import type { World } from './world.ts';

const rivals: Readonly<Record<Exclude<PolicyId, 'ours'>, Rival>> = {
  plain,
  'openai-sdk': openaiSdk,
  'fixed-fallback': fixedFallback,
};

/** A run that people take part in. */
export interface Stage {
  readonly scenario: Scenario;
  readonly policy: PolicyChoice;
  readonly world: World;
  readonly watch: BeliefWatch;
  /** Hears what the library says. */
  hear(heard: Heard): void;
  /** The requests of a call so far. */
  sent(call: number): Sent[];
}

/** One client of a run. It may start anew, and then knows what is stored. */
export function createPerson(stage: Stage, nth: number): Client {
  const { scenario, policy, world, watch } = stage;
  const { fetch, clock } = world.client((stored) => void restart(stored));
  const now = (): number => world.clock.now();
  const aheadMs = (): number => clock.now() - now();
  const memory = world.memory ?? ownMemory();
  const tokens = scenario.credential === 'token' ? tokensOf(nth) : undefined;
  let draws = 0;
  let starts = 0;
  const surroundings: Surroundings = {
    sites: tokens ? (world.sites.map((site) => ({ ...site, token: tokens.first })) as [Site, ...Site[]]) : world.sites,
    fetch: tap(fetch, world.sites, now, stage.sent),
    clock,
    random: () => chance('playground', 'policy', scenario.seed, nth, draws++),
  };

  const start = (): Client => {
    if (policy.id !== 'ours') return rivals[policy.id].createClient(surroundings);
    const options = { ...scenario.client, ...policy.client };
    const nthStart = ++starts;
    const ours = ourClient(
      { ...surroundings, store: memory.store(), ...(tokens && { credential: tokens.source }) },
      options,
      (event) => {
        stage.hear({ at: now(), client: nth, aheadMs: aheadMs(), event });
        // What it was before may still have calls under way.
        if (event.type === 'health' && nthStart === starts) watch.look(believer);
      },
    );
    const believer = { client: nth, regions: ours.regions, aheadMs };
    watch.look(believer);
    return ours;
  };
  const restart = async (stored: 'kept' | 'lost'): Promise<void> => {
    // Before it is closed, as it then writes what it has not written yet. What cannot be deleted is known still.
    const forgotten = stored === 'lost' ? memory.forget().catch(() => {}) : undefined;
    await client.close?.();
    await forgotten;
    client = start();
  };
  let client = start();
  return {
    call: (path, init) => client.call(path, init),
    close: async () => client.close?.(),
  };
}

/** Tokens that all regions take until they say otherwise, a new one each time that is asked. */
function tokensOf(nth: number): { readonly first: string; readonly source: TokenSource } {
  let given = 0;
  const token = (): string => `${scenarioToken}${nth}-${given}`;
  return {
    first: token(),
    source: {
      async getToken({ refresh }) {
        if (refresh) given++;
        return { token: token(), expiresAt: Number.MAX_SAFE_INTEGER };
      },
    },
  };
}
