import { signal } from '@preact/signals';

/** What a person did to a region, or to the clients. */
export interface Deed {
  readonly target: string;
  /** What was put on; absent where all was taken away. */
  readonly fault?: string;
}

/** Since the scenario was opened, in the order of doing. */
export const deeds = signal<readonly Deed[]>([]);
