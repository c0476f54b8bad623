import { BoundedMap } from './bounded-map.ts';
import { ConnectionLine } from './connection-line.ts';
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
  readonly #lines = new Map<string, ConnectionLine>();
  #back: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  readonly #connections: number;
  readonly #onCut: () => void;

  /** @param connections to one origin, at a time. */
  constructor(shapes: Shapes, connections: number, onCut: () => void) {
    this.shapes = shapes;
    this.#connections = connections;
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

  /** Where who wants to connect to an origin stands in line; `undefined` where there are as many as are wanted. */
  lineTo(origin: string): ConnectionLine | undefined {
    if (this.#connections === Number.POSITIVE_INFINITY) return undefined;
    const line = this.#lines.get(origin) ?? new ConnectionLine(this.#connections);
    this.#lines.set(origin, line);
    return line;
  }

  cut(): void {
    this.#onCut();
    // First, as what is cut would make room for them.
    for (const line of this.#lines.values()) line.fail('reset');
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
