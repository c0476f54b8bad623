/** What is the matter with a region for a while, as the lab knows it. */
export interface Trouble {
  /** `every`: with all of them. */
  readonly region: number | 'every';
  readonly fromMs: number;
  readonly untilMs: number;
  /**
   * `down`: calls should go elsewhere. `limited`: it answers some of them. `noise`: it is fine, and now and then a call
   * fails all the same.
   */
  readonly harm: 'down' | 'limited' | 'noise';
  /** Only this deployment. @default all */
  readonly deployment?: string;
  /** Share of the calls that a limited region answers. @default 1 */
  readonly serves?: number;
}

/** A region when nothing is the matter. */
export interface Place {
  /** Mean time until it answers, ms. */
  readonly meanMs: number;
}

/** A failure that ends soon after a trouble was begun in it, ms. */
const GRACE_MS = 10_000;
/** What a call costs that was not answered, ms. */
export const FAILURE_MS = 30_000;

/** What is so, whatever a policy believes. Times are from the start of the run, ms. */
export class Truth {
  readonly places: readonly Place[];
  readonly #troubles: readonly Trouble[];
  readonly #found = new Map<string, readonly Trouble[]>();

  constructor(places: readonly Place[], troubles: readonly Trouble[]) {
    this.places = places;
    this.#troubles = troubles;
  }

  isDown(region: number, deployment: string, atMs: number): boolean {
    return this.#at(region, deployment, atMs).some(({ harm }) => harm === 'down');
  }

  isAnyUp(deployment: string, atMs: number): boolean {
    return this.places.some((_, region) => !this.isDown(region, deployment, atMs));
  }

  /** Nothing is wrong with it, and nothing was a moment ago. */
  isFine(region: number, atMs: number): boolean {
    return !this.#troubles.some(
      (one) =>
        one.harm !== 'noise' &&
        (one.region === region || one.region === 'every') &&
        one.fromMs <= atMs &&
        atMs < one.untilMs + GRACE_MS,
    );
  }

  /**
   * Whether a region was able to answer a call that failed: when it failed the region was up, and not limited, and had
   * been since the call began, or for as long as an answer takes.
   */
  couldAnswer(deployment: string, fromMs: number, untilMs: number): boolean {
    return this.places.some(({ meanMs }, region) => {
      const since = Math.max(fromMs, untilMs - meanMs);
      return !this.#of(region, deployment).some(
        (one) => one.harm !== 'noise' && one.fromMs <= untilMs && one.untilMs > since,
      );
    });
  }

  /** What a call costs that goes to the best region at once; the cost of a failure where none is up. ms. */
  oracleMs(deployment: string, atMs: number): number {
    const costs = this.places.flatMap(({ meanMs }, region) => {
      const now = this.#at(region, deployment, atMs);
      if (now.some(({ harm }) => harm === 'down')) return [];
      const serves = Math.min(1, ...now.map((one) => (one.harm === 'limited' ? (one.serves ?? 1) : 1)));
      return [serves * meanMs + (1 - serves) * FAILURE_MS];
    });
    return Math.min(FAILURE_MS, ...costs);
  }

  #at(region: number, deployment: string, atMs: number): readonly Trouble[] {
    return this.#of(region, deployment).filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
  }

  #of(region: number, deployment: string): readonly Trouble[] {
    const key = `${region} ${deployment}`;
    const known = this.#found.get(key);
    if (known) return known;
    const found = this.#troubles.filter(
      (one) =>
        (one.region === region || one.region === 'every') &&
        (one.deployment === undefined || one.deployment === deployment),
    );
    this.#found.set(key, found);
    return found;
  }
}
