import { stored } from './stored.ts';

/** Where the clients of live runs keep what they learn: each for itself, for as long as it runs; or all in this browser. */
export const memoryChoice = stored('memory', ['memory', 'indexeddb'], 'memory');
