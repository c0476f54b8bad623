import type { Clock } from '../clock.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';
import { VirtualWait } from './virtual-wait.ts';

/** Who waits for a region that says nothing: for a connection, or on one that nothing is read from. */
export class WaitingClients {
  readonly #clock: Required<Clock>;
  readonly #connecting = new Set<VirtualWait>();
  readonly #held = new Set<VirtualWait>();

  constructor(clock: Required<Clock>) {
    this.#clock = clock;
  }

  /** Those of them that have a connection. */
  get connected(): number {
    return this.#held.size;
  }

  /** Resolves when it is worth another try; rejects as `fetch` does. */
  wait(request: VirtualRequest, network: VirtualNetwork, isConnected: boolean): Promise<void> {
    const among = isConnected ? this.#held : this.#connecting;
    const wait = new VirtualWait(request, network, this.#clock, {
      connecting: !isConnected,
      onOver: (over) => among.delete(over),
    });
    among.add(wait);
    return wait.over;
  }

  /** Lets go of them: who connects is heard, and who is connected is reset. */
  release(): void {
    for (const wait of [...this.#connecting]) wait.resume();
    for (const wait of [...this.#held]) wait.fail('reset');
  }
}
