export type { ActiveFault } from '../active-faults.ts';
export { type BodyFormat, type Fault, type HintStyle, parseFault, printFault, type Wording } from '../fault.ts';
export type { Journal, JournalEntry } from '../journal.ts';
export type { Latency } from '../latency.ts';
export type { SimRegionOptions } from '../region-model.ts';
export {
  type NamedRegionOptions,
  type SimEndpoint,
  type SimRegion,
  type Simulator,
  type SimulatorOptions,
  type SocketRegionOptions,
  startSimulator,
} from './server.ts';
export type { InjectedFault } from './simulated-region.ts';
