import { regionId } from '../health/snapshot.ts';
import type { Settings } from '../options.ts';
import { within } from '../within.ts';

/** Gives back what was claimed. */
export type Release = () => void;
/** Resolves with `undefined` where somebody else tests the region now. */
export type Claim = (region: string, signal: AbortSignal) => Promise<Release | undefined>;

/** Who is to ask takes milliseconds; where nobody says who may, each tests for itself, ms. */
const PATIENCE_MS = 100;
const nothing: Release = () => {};

/** The sole right to test a region: among the calls of this client, and among all who share its store. */
export function createClaim({ store, clock, regions }: Pick<Settings, 'store' | 'clock' | 'regions'>): Claim {
  const own = new Set<string>();
  const ids = new Map(regions.map(({ name, endpoint }) => [name, regionId(name, endpoint.base)]));
  const ask = async (region: string, signal: AbortSignal): Promise<Release | undefined> => {
    const limits = { clock, ms: PATIENCE_MS, signal, discard: (late: Release | undefined) => late?.() };
    try {
      return await within(limits, async () => store.claim?.(ids.get(region) ?? region));
    } catch {
      return nothing;
    }
  };
  return async (region, signal) => {
    if (own.has(region)) return undefined;
    own.add(region);
    let release = store.claim ? await ask(region, signal) : nothing;
    if (!release) own.delete(region);
    return (
      release &&
      (() => {
        if (release) own.delete(region);
        release?.();
        release = undefined;
      })
    );
  };
}
