/** Where a region is, and what opens it. */
export interface SimEndpoint {
  readonly region: string;
  /** With the prefix, without `/openai`. */
  readonly url: string;
  /** The first of its keys. */
  readonly key: string;
  readonly keys: readonly string[];
  /** `undefined` where it has any. */
  readonly deployments: readonly string[] | undefined;
}
