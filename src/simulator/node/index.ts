export type { CarryingShape, ClosingShape, ConnectionShape, OpeningShape } from '../connection-shape.ts';
export type { CorsName, CorsProfile } from '../cors.ts';
export type { TokenJudgement } from '../credentials.ts';
export type { SimEndpoint } from '../endpoint.ts';
export { type Fault, parseFault, printFault } from '../fault.ts';
export type { ActiveFault } from '../fault-entry.ts';
export type { FaultMatch } from '../fault-match.ts';
export type { FaultSelection } from '../fault-selection.ts';
export type {
  BodyFormat,
  CapacityRate,
  CapacityStyle,
  FaultShape,
  FlapShape,
  HintStyle,
  LastingShape,
  SequenceShape,
  WellShape,
  Wording,
} from '../fault-shape.ts';
export type { Journal, JournalEntry, JournalFilter, JournalListener } from '../journal.ts';
export type { Latency, Ramp } from '../latency.ts';
export type { RegionsByName } from '../named-regions.ts';
export type { StageClient } from '../play.ts';
export type { SimRegionOptions } from '../region-model.ts';
export type { JsonValue, Scenario, ScenarioFault, ScenarioRegion } from '../scenario.ts';
export type { Asked, Burst, ClosedLoop, OpenLoop, RateRamp, ScenarioLoad } from '../scenario-load.ts';
export { type Control, type ControlOptions, startControl } from './control.ts';
export type {
  ControlEndpoints,
  ControlEvent,
  ControlHealth,
  ControlJournal,
  ControlVersion,
  FaultInput,
  FaultState,
  ProblemDetails,
  RegionInput,
  RegionState,
  ScenarioState,
  SimulatorState,
  StateChange,
} from './control-types.ts';
export {
  type EverywhereFault,
  type PlayOptions,
  type SimRegion,
  type Simulator,
  type SimulatorOptions,
  type SocketRegionOptions,
  startSimulator,
} from './server.ts';
export type { InjectedFault } from './simulated-region.ts';
export { type TestHooks, useSimulator } from './use-simulator.ts';
