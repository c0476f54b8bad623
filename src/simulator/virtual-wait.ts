import type { Clock } from '../clock.ts';
import { type ConnectionFailure, fetchError } from './virtual-errors.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';

/** How long a connection is tried for, ms: undici's 10 s, as its timers are late; Chromium leaves it to Linux. */
const patienceMs = { node: 10_500, browser: 127_000 } as const;

interface Settle {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A client that waits, and is on no connection that could say why. */
export class VirtualWait {
  /** Resolves when there is somebody to ask; rejects as `fetch` does. */
  readonly over: Promise<void>;
  readonly #request: VirtualRequest;
  readonly #network: VirtualNetwork;
  readonly #clock: Required<Clock>;
  readonly #startedAt: number;
  readonly #onOver: () => void;
  #settle: Settle | undefined;
  readonly #cancels: (() => void)[] = [];

  /** @param connecting gives up after a while, as who has a connection does not. */
  constructor(
    request: VirtualRequest,
    network: VirtualNetwork,
    clock: Required<Clock>,
    { connecting, onOver }: { readonly connecting: boolean; readonly onOver: (wait: VirtualWait) => void },
  ) {
    this.#request = request;
    this.#network = network;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#onOver = () => onOver(this);
    this.over = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    network.calls.add(this);
    if (connecting) this.#after(patienceMs[network.shapes], () => this.fail('unanswered'));
  }

  /** Somebody answers again: who connects finds out when the kernel tries next, after 1, 3, 7, 15, … s. */
  resume(): void {
    const waited = this.#clock.now() - this.#startedAt;
    let next = 1000;
    while (next <= waited) next = 2 * next + 1000;
    this.#after(next - waited, () => this.proceed());
  }

  /** There is somebody to ask, now. */
  proceed(): void {
    this.#end()?.resolve();
  }

  fail(failure: ConnectionFailure): void {
    this.#end()?.reject(fetchError(this.#network.shapes, failure, this.#request.to.hostname));
  }

  readonly #onAbort = (): void => this.#end()?.reject(this.#request.signal?.reason);

  #after(ms: number, act: () => void): void {
    this.#cancels.push(this.#clock.timer(ms, act));
  }

  #end(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    for (const cancel of this.#cancels) cancel();
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#network.calls.delete(this);
    this.#onOver();
    return settle;
  }
}
