import { BoundedMap } from './bounded-map.ts';
import type { ConnectionFailure, Shapes } from './virtual-errors.ts';

/** Something that goes over a network. */
interface Connected {
  fail(failure: ConnectionFailure): void;
}

/** One client's way to the regions. */
export class VirtualNetwork {
  readonly shapes: Shapes;
  /** What is open. */
  readonly calls = new Set<Connected>();
  /** Until when what is asked before a request to an address is known to be allowed. Unix time, ms. */
  readonly preflights = new BoundedMap<number>(mostAddresses);
  #back: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  readonly #onCut: () => void;

  constructor(shapes: Shapes, onCut: () => void) {
    this.shapes = shapes;
    this.#onCut = onCut;
  }

  get offline(): boolean {
    return this.#back !== undefined;
  }

  set offline(offline: boolean) {
    if (offline) this.#back ??= deferred();
    else {
      this.#back?.resolve();
      this.#back = undefined;
    }
  }

  /** Resolves when the network is back; `undefined` while it is there. */
  get back(): Promise<void> | undefined {
    return this.#back?.promise;
  }

  cut(): void {
    this.#onCut();
    for (const call of [...this.calls]) call.fail('reset');
  }
}

const mostAddresses = 1000;

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
