import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Cell } from './cell.ts';
import type { Result } from './row.ts';

const MOST_WORKERS = 4;
/** A run needs a tenth of it; without a limit, garbage is left lying for gigabytes. */
const LARGEST_HEAP_MB = 1_024;

/** Runs cells side by side, and hands out their results in the order of the cells. */
export async function runAll(
  cells: readonly Cell[],
  tell: (done: number, cell: Cell) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MB },
    });
    try {
      for (let index = next++; index < cells.length; index = next++) {
        const cell = cells[index] as Cell;
        results[index] = await ask(worker, cell);
        tell(++done, cell);
      }
    } finally {
      await worker.terminate();
    }
  };
  const workers = Math.min(MOST_WORKERS, availableParallelism(), cells.length);
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

function ask(worker: Worker, cell: Cell): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new Error(`${Object.values(cell).join('/')} did not end well`, { cause: error }));
    worker.removeAllListeners();
    worker.once('error', fail);
    worker.once('exit', fail);
    worker.once('message', ({ result, error }: { readonly result?: Result; readonly error?: unknown }) =>
      result ? resolve(result) : fail(error),
    );
    worker.postMessage(cell);
  });
}
