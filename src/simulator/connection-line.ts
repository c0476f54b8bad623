import type { Clock } from '../clock.ts';
import type { ConnectionFailure } from './virtual-errors.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';
import { VirtualWait } from './virtual-wait.ts';

/**
 * A client's connections to one origin, those that nobody answers included. When all are taken, a request waits in line for as
 * long as that takes.
 */
export class ConnectionLine {
  #left: number;
  /** Oldest first. */
  readonly #waiting = new Set<VirtualWait>();

  constructor(connections: number) {
    this.#left = connections;
  }

  /** Takes a connection. `undefined` where there is one; else a promise of the next, which rejects as `fetch` does. */
  take(request: VirtualRequest, network: VirtualNetwork, clock: Required<Clock>): Promise<void> | undefined {
    if (this.#left > 0) {
      this.#left--;
      return undefined;
    }
    const wait = new VirtualWait(request, network, clock, {
      connecting: false,
      onOver: (over) => this.#waiting.delete(over),
    });
    this.#waiting.add(wait);
    return wait.over;
  }

  /** Gives a connection back, or up: whoever has waited longest has it. */
  free(): void {
    const [next] = this.#waiting;
    if (next) next.proceed();
    else this.#left++;
  }

  /** Whoever is in line waits in vain. */
  fail(failure: ConnectionFailure): void {
    for (const wait of [...this.#waiting]) wait.fail(failure);
  }
}
