import { parentPort } from 'node:worker_threads';
import type { Cell } from './cell.ts';
import { runCell } from './run-cell.ts';
import { scenarios } from './scenarios/index.ts';

parentPort?.on('message', async (cell: Cell) => {
  try {
    parentPort?.postMessage({ result: await runCell(scenarios, cell) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
