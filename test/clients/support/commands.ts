import { setTimeout } from 'node:timers/promises';
import type { BrowserCommand } from 'vitest/node';
import type { JournalEntry, SimEndpoint, Simulator } from '../../../src/simulator/node/index.ts';
import { simulation } from './simulation.ts';
import type { RegionName } from './world.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    openWorld(): Promise<{ readonly id: number; readonly endpoints: readonly SimEndpoint[] }>;
    injectFault(id: number, region: RegionName, fault: string): Promise<void>;
    healRegion(id: number, region: RegionName): Promise<void>;
    readJournal(id: number): Promise<readonly JournalEntry[]>;
    settleWorld(id: number): Promise<void>;
    closeWorld(id: number): Promise<void>;
  }
}

const simulators = new Map<number, Simulator>();
let last = 0;

function simulatorOf(id: number): Simulator {
  const found = simulators.get(id);
  if (!found) throw new Error(`no world ${id}`);
  return found;
}

const openWorld: BrowserCommand<[]> = async () => {
  const simulator = await simulation();
  const id = ++last;
  simulators.set(id, simulator);
  return { id, endpoints: simulator.endpoints() };
};

const injectFault: BrowserCommand<[id: number, region: RegionName, fault: string]> = async (_, id, region, fault) => {
  await simulatorOf(id).region(region).inject(fault);
};

const readJournal: BrowserCommand<[id: number]> = (_, id) => simulatorOf(id).journal.entries();

const healRegion: BrowserCommand<[id: number, region: RegionName]> = (_, id, region) =>
  simulatorOf(id).region(region).heal();

// Chromium lets a preflight go on when its call is given up: who waits for all requests waits for ever.
const settleWorld: BrowserCommand<[id: number]> = async (_, id) => {
  const { journal } = simulatorOf(id);
  const isOpen = ({ method, closedBy }: JournalEntry): boolean => method !== 'OPTIONS' && closedBy === undefined;
  while (journal.entries().some(isOpen)) await setTimeout(5);
};

const closeWorld: BrowserCommand<[id: number]> = async (_, id) => {
  const simulator = simulatorOf(id);
  simulators.delete(id);
  // Cuts the preflights that nobody waits for.
  for (const { region } of simulator.endpoints()) {
    await simulator.region(region).heal();
    await simulator.region(region).inject('refused');
  }
  await simulator.close();
};

/** A page has no sockets to listen on: Vitest's server has, and does it for the page. */
export const commands = { openWorld, injectFault, healRegion, readJournal, settleWorld, closeWorld };
