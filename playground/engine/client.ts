import type { RunReply, RunRequest } from './protocol.ts';
import type { PolicyChoice, RunRecord } from './types.ts';

/** Runs scenarios somewhere else, so that the page stays quick. */
export interface Engine {
  /**
   * Runs a scenario. The latest request of a lane wins: those before it reject with an `AbortError`.
   *
   * @throws Error that says what is wrong, with the scenario or with an option.
   */
  run(scenario: unknown, policy: PolicyChoice, options?: EngineRunOptions): Promise<Done>;
  /** Ends what is under way, which rejects. */
  close(): void;
}

export interface EngineRunOptions {
  /** One for each run that is shown. @default 'main' */
  readonly lane?: string;
}

export interface Done {
  readonly record: RunRecord;
  /** What the run took, ms, once it had its turn. */
  readonly tookMs: number;
}

/** As much of a `Worker` as is needed. */
export type EngineWorker = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

interface Waiting {
  readonly lane: string;
  readonly resolve: (done: Done) => void;
  readonly reject: (reason: Error) => void;
}

/** Starts the engine. Nothing is loaded before. */
export function createEngine(worker: EngineWorker = startWorker()): Engine {
  const waiting = new Map<number, Waiting>();
  let count = 0;
  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };
  const fail = (reason: Error): void => {
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };

  worker.addEventListener('message', (event) => {
    const reply = (event as MessageEvent<RunReply>).data;
    const asked = take(reply.id);
    if (reply.type === 'done') asked?.resolve({ record: reply.record, tookMs: reply.tookMs });
    else if (reply.type === 'failed') asked?.reject(Object.assign(new Error(reply.message), { name: reply.name }));
    else asked?.reject(superseded());
  });
  worker.addEventListener('error', (event) => {
    const { message = '' } = event as Partial<ErrorEvent>;
    fail(new Error(`the engine could not be started, or broke: ${message || 'its script did not load'}`));
  });

  return {
    run(scenario, policy, { lane = 'main' } = {}) {
      for (const [id, one] of waiting) {
        if (one.lane !== lane) continue;
        waiting.delete(id);
        one.reject(superseded());
      }
      return new Promise((resolve, reject) => {
        const id = ++count;
        waiting.set(id, { lane, resolve, reject });
        const request: RunRequest = { id, lane, scenario, policy };
        worker.postMessage(request);
      });
    },
    close() {
      worker.terminate();
      fail(new DOMException('the engine was closed', 'AbortError'));
    },
  };
}

const startWorker = (): EngineWorker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const superseded = (): Error => new DOMException('a later request took its place', 'AbortError');
