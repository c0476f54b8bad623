export type { ActiveFault } from '../active-faults.ts';
export type { TokenJudgement } from '../credentials.ts';
export type { SimEndpoint } from '../endpoint.ts';
export { type Fault, parseFault, printFault } from '../fault.ts';
export type { FaultMatch, FaultSelection } from '../fault-selection.ts';
export type {
  BodyFormat,
  CapacityRate,
  CapacityStyle,
  FaultShape,
  FlapShape,
  HintStyle,
  LastingShape,
  Wording,
} from '../fault-shape.ts';
export type { Journal, JournalEntry } from '../journal.ts';
export type { Latency } from '../latency.ts';
export type { RegionsByName } from '../named-regions.ts';
export type { StageClient } from '../play.ts';
export type { SimRegionOptions } from '../region-model.ts';
export type {
  Asked,
  Burst,
  JsonValue,
  OpenLoop,
  Scenario,
  ScenarioFault,
  ScenarioLoad,
  ScenarioRegion,
} from '../scenario.ts';
export {
  type PlayOptions,
  type SimRegion,
  type Simulator,
  type SimulatorOptions,
  type SocketRegionOptions,
  startSimulator,
} from './server.ts';
export type { InjectedFault } from './simulated-region.ts';
