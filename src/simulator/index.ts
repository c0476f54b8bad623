export type { FaultScope } from './active-faults.ts';
export type { ClientClock } from './client-clock.ts';
export { type ClientFault, parseClientFault, printClientFault } from './client-fault.ts';
export type { CarryingShape, ClosingShape, ConnectionShape, OpeningShape } from './connection-shape.ts';
export type { CorsName, CorsProfile } from './cors.ts';
export type { TokenJudgement } from './credentials.ts';
export type { SimEndpoint } from './endpoint.ts';
export { type Fault, parseFault, printFault } from './fault.ts';
export type { ActiveFault } from './fault-entry.ts';
export type { FaultMatch } from './fault-match.ts';
export type { FaultSelection } from './fault-selection.ts';
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
} from './fault-shape.ts';
export type { Journal, JournalEntry, JournalFilter, JournalListener } from './journal.ts';
export type { Latency, Ramp } from './latency.ts';
export type { RegionsByName } from './named-regions.ts';
export { type Endable, playFaults, type Stage, type StageClient, type StageRegion } from './play.ts';
export type { SimRegionOptions } from './region-model.ts';
export {
  type JsonValue,
  parseScenario,
  printScenario,
  type Scenario,
  type ScenarioFault,
  type ScenarioRegion,
  scenarioRegions,
  scenarioToken,
} from './scenario.ts';
export {
  holds,
  parseAssert,
  printAssert,
  type ScenarioAssert,
  type ScenarioMetric,
  type ScenarioOperator,
} from './scenario-assert.ts';
export type { Asked, Burst, ClosedLoop, OpenLoop, RateRamp, ScenarioLoad } from './scenario-load.ts';
export { scenarioSchema } from './scenario-schema.ts';
export { scenarios } from './scenarios.ts';
export type {
  BodyShape,
  ContentShape,
  HangShape,
  PaceShape,
  SseErrorCause,
  SseErrorForm,
  SseErrorShape,
  StreamShape,
  WrongTypeShape,
} from './stream-shape.ts';
export {
  createVirtualSimulator,
  type VirtualClient,
  type VirtualEverywhereFault,
  type VirtualSimRegion,
  type VirtualSimulator,
  type VirtualSimulatorOptions,
} from './virtual.ts';
export { VirtualClock } from './virtual-clock.ts';
export type { Shapes } from './virtual-errors.ts';
export type { VirtualFault } from './virtual-region.ts';
