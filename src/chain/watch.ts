import { parseErrorBody } from '../azure/error-body.ts';
import { EventStream, type EventTap } from '../azure/event-stream.ts';
import type { InBandError } from '../azure/in-band-error.ts';
import type { Clock } from '../clock.ts';
import { Suspended, whenCollected } from '../within.ts';
import { Silence } from './silence.ts';

/** What came is not what a stream of its kind is. */
class StreamBroken extends Error {
  override readonly name: string = 'StreamBrokenError';
}

/** The connection was lost behind the response's headers: the region could be reached. */
class StreamCut extends Error {
  override readonly name = 'StreamCutError';
}

type Bytes = Uint8Array<ArrayBuffer>;

/** How a stream that was handed over ended. `abandoned`: its reader lost interest, and nothing is known. */
export type StreamEnd = 'whole' | 'abandoned' | { readonly broken: unknown };

export interface Watching {
  /** Of the operation that is answered. */
  readonly kind: string;
  readonly clock: Clock;
  /** Longest silence between two chunks, ms. */
  readonly idleMs: number;
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  readonly tap: EventTap | undefined;
  /** Hears of the end, once. What it returns for a broken stream is what the body rejects with. */
  readonly onEnd: (end: StreamEnd) => unknown;
  /** Hears that an event has come, until the answer has begun: what it tells may be nothing yet of the answer. */
  readonly onFirst: () => void;
  /** Hears that an abort has nothing left to reach: the last event may have come before. */
  readonly onGone: () => void;
}

/** What says why a stream has failed comes right behind what says that it has, ms. */
const EXPLAINED_MS = 250;
/** What follows the last event, or a failure, is not waited for as long as an answer that goes on, ms. */
const REMNANT_MS = 1_000;

/**
 * A response's event stream, passed on byte for byte as it is asked for. It looks at each event on its way, so that what
 * breaks, stalls, fails inside or ends too early is rejected instead of ended.
 */
export class StreamWatch {
  readonly #watching: Watching;
  readonly #events: EventStream;
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  readonly #silence: Silence;
  /** What came before the response was handed over. */
  readonly #held: Bytes[] = [];
  #reading: ReturnType<ReadableStreamDefaultReader<Bytes>['read']> | undefined;
  #giveUp: ((reason: unknown) => void) | undefined;
  #handedOver = false;
  #told = false;

  constructor(body: ReadableStream<Bytes>, watching: Watching) {
    this.#watching = watching;
    this.#events = new EventStream(watching.kind, watching.tap);
    this.#reader = body.getReader();
    this.#silence = new Silence(watching.clock);
    watching.signal.addEventListener('abort', this.#onAbort);
  }

  /**
   * Reads up to the first event that carries something, and no further. Resolves with what the service says went wrong, if
   * that is in what came.
   * @throws when the stream breaks or ends before, or is none of its kind.
   */
  async begin(): Promise<InBandError | undefined> {
    const events = this.#events;
    try {
      while (!events.begun && !events.whole && !events.failure) {
        if (!(await this.#hold())) throw new StreamBroken('it ended before it had begun');
        if (events.spoken) this.#watching.onFirst();
      }
      if (events.failure?.vague) await this.#explanation();
      if (events.malformed && !events.failure) throw new StreamBroken(NO_EVENT);
      return events.failure;
    } catch (error) {
      this.#tell('abandoned');
      this.#letGo(error).catch(() => {});
      throw error instanceof StreamBroken ? error : new StreamCut('the connection was lost', { cause: error });
    }
  }

  /** All of the stream, from its first byte. */
  body(): ReadableStream<Bytes> {
    const body = new ReadableStream<Bytes>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: (reason) => {
          this.#tell(this.#isWhole ? 'whole' : 'abandoned');
          return this.#letGo(reason);
        },
      },
      { highWaterMark: 0 },
    );
    whenCollected(body, this.#onCollected);
    return body;
  }

  #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> | undefined {
    const { signal } = this.#watching;
    if (signal.aborted) throw signal.reason;
    this.#handedOver = true;
    const held = this.#held.shift();
    if (this.#held.length === 0) this.#tellOfLast();
    if (held) {
      controller.enqueue(held);
      return undefined;
    }
    // Its bytes have been passed on; what follows them is worth nothing.
    if (this.#events.malformed) return this.#finish(controller);
    return this.#next().then(
      (chunk) => (chunk ? controller.enqueue(chunk) : this.#finish(controller)),
      (error) => this.#finish(controller, { error }),
    );
  }

  async #finish(
    controller: ReadableStreamDefaultController<Bytes>,
    failed?: { readonly error: unknown },
  ): Promise<void> {
    const { signal, clock } = this.#watching;
    if (signal.aborted) throw signal.reason;
    const { closed, failure, malformed } = this.#events;
    // What the service said says more than how the connection ended, which may be without an error.
    const lost = failed && !failure && !malformed ? (failed.error ?? new Error('terminated')) : undefined;
    const error = this.#isWhole && closed ? undefined : (lost ?? this.#verdict());
    this.#letGo(error).catch(() => {});
    if (error === undefined) {
      this.#tell('whole');
      return controller.close();
    }
    // What is piped loses the words under way when it fails in the same turn.
    if (!this.#told) await clock.sleep(0);
    if (signal.aborted) throw signal.reason;
    throw this.#tell({ broken: error }) ?? error;
  }

  /** The next bytes, in time; `undefined` at their end, and where nothing of worth can follow. */
  #next(): Promise<Bytes | undefined> {
    return new Promise((resolve, reject) => {
      const isOver = this.#events.closed || this.#events.failure !== undefined;
      const ms = isOver ? Math.min(this.#watching.idleMs, REMNANT_MS) : this.#watching.idleMs;
      this.#silence.begin(ms, (reason) => (isOver ? resolve(undefined) : reject(reason)));
      this.#giveUp = reject;
      this.#take().then(
        (chunk) => {
          this.#silence.end();
          resolve(chunk);
        },
        (error) => reject(this.#silence.end() ? new Suspended(ms, error) : error),
      );
    });
  }

  #take(): Promise<Bytes | undefined> {
    this.#reading ??= this.#reader.read();
    return this.#reading.then(({ value }) => {
      this.#reading = undefined;
      if (value) this.#events.feed(value);
      else this.#events.end();
      if (this.#handedOver) this.#tellOfLast();
      return value;
    });
  }

  /** Nobody need read on to know, and some do not. */
  #tellOfLast(): void {
    if (!this.#events.closed || !this.#isWhole) return;
    // Whoever reads no further must not be held by a timer.
    this.#silence.close();
    this.#tell('whole');
  }

  async #hold(): Promise<boolean> {
    const chunk = await this.#take();
    if (chunk) this.#held.push(chunk);
    return chunk !== undefined || this.#events.begun || this.#events.whole || this.#events.failure !== undefined;
  }

  async #explanation(): Promise<void> {
    const { clock } = this.#watching;
    const over = new AbortController();
    const late = clock.sleep(EXPLAINED_MS, over.signal).catch(() => {});
    // It may come in pieces.
    while (this.#events.failure?.vague) {
      this.#reading ??= this.#reader.read();
      const step = await Promise.race([this.#reading.catch(() => {}), late]);
      if (step) await this.#hold();
      if (!step || step.done) break;
    }
    over.abort();
  }

  get #isWhole(): boolean {
    const { whole, failure, malformed } = this.#events;
    return whole && !failure && !malformed;
  }

  /** What is wrong with a stream whose bytes have all come. */
  #verdict(): Error | undefined {
    const { failure, malformed, whole } = this.#events;
    if (failure) {
      const { code, type } = parseErrorBody(failure.body);
      return new StreamBroken(`the service reported an error in it (${code ?? type ?? 'without saying which'})`);
    }
    if (malformed) return new StreamBroken(NO_EVENT);
    return whole ? undefined : new StreamBroken('it ended without its last event');
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#watching.signal;
    this.#giveUp?.(reason);
    // Where nobody reads, the next read says it.
    this.#held.length = 0;
    this.#tell('abandoned');
    this.#letGo(reason).catch(() => {});
  };

  /** Made apart from the body: a function that is made beside it holds it, and then it is never collected. */
  readonly #onCollected = (): void => {
    this.#tell(this.#isWhole ? 'whole' : 'abandoned');
    this.#letGo(undefined).catch(() => {});
  };

  /** Whoever sends may not listen to signals. */
  #letGo(reason: unknown): Promise<void> {
    const { signal, onGone } = this.#watching;
    signal.removeEventListener('abort', this.#onAbort);
    this.#silence.close();
    onGone();
    return this.#reader.cancel(reason);
  }

  #tell(end: StreamEnd): unknown {
    if (this.#told) return undefined;
    this.#told = true;
    return this.#watching.onEnd(end);
  }
}

const NO_EVENT = 'what came is no event of its kind';
