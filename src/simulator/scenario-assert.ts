import { oneOf, readNumber, refusal } from './fault-reader.ts';

export const scenarioMetrics = [
  'errors',
  'avoidableErrors',
  'success',
  'nearestShare',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'detectMs',
  'failbackMs',
  'attemptsPerCall',
  'wasted',
  'switches',
  'truncatedSurfaced',
  'truncatedSilent',
  'earlyRetries',
  'credentialLeaks',
] as const;
/**
 * What is measured of a run. Durations are of calls, until their headers, unless they say otherwise.
 *
 * | metric | meaning |
 * | --- | --- |
 * | `errors` | calls that failed |
 * | `avoidableErrors` | those of them that began while some region could have answered |
 * | `success` | calls that did not fail / calls |
 * | `nearestShare` | calls that the region with the least latency answered / calls that did not fail |
 * | `p50Ms`, `p95Ms`, `p99Ms` | percentiles of how long a call took, failed ones included |
 * | `detectMs` | from the first request that met the first fault until its region was left alone |
 * | `failbackMs` | from the end of the last fault until its region answered a call again |
 * | `attemptsPerCall` | requests that arrived, or tried to / calls |
 * | `wasted` | first attempts at a region that could not answer, while another could / calls |
 * | `switches` | how often the region that most calls went to, second by second, changed |
 * | `truncatedSurfaced` | calls whose answer had begun, and then failed with an error |
 * | `truncatedSilent` | streams that ended as if they were whole, and were not |
 * | `earlyRetries` | requests that came before a region had asked for any, be it another client |
 * | `credentialLeaks` | requests with the secret of another region |
 */
export type ScenarioMetric = (typeof scenarioMetrics)[number];

export const scenarioOperators = ['==', '!=', '<', '<=', '>', '>='] as const;
export type ScenarioOperator = (typeof scenarioOperators)[number];

/** What must hold when a scenario is over. */
export interface ScenarioAssert {
  readonly metric: ScenarioMetric;
  readonly operator: ScenarioOperator;
  readonly value: number;
}

/**
 * Reads `metric op number`, such as `errors == 0` or `p99Ms<=2500`.
 *
 * @throws TypeError that names the assert, the rule it breaks and the offending value.
 */
export function parseAssert(text: string): ScenarioAssert {
  const refuse = refusal(`assert "${text}"`);
  const [, metric, operator, value] =
    /^(\w*)\s*([^\w\s.-]*)\s*(\S*)$/.exec(text.trim()) ?? refuse('must read metric op number', text);
  return {
    metric: oneOf('metric', scenarioMetrics, metric, refuse),
    operator: oneOf('op', scenarioOperators, operator, refuse),
    value: readNumber('number', value, refuse, { least: 0, most: 1e12 }),
  };
}

/** The text that {@link parseAssert} reads as this assert. */
export function printAssert({ metric, operator, value }: ScenarioAssert): string {
  return `${metric}${operator}${value}`;
}

/** Whether it holds of a measured value; never where there is none, as of a detection that did not happen. */
export function holds({ operator, value }: ScenarioAssert, measured: number | null): boolean {
  if (measured === null) return false;
  switch (operator) {
    case '==':
      return measured === value;
    case '!=':
      return measured !== value;
    case '<':
      return measured < value;
    case '<=':
      return measured <= value;
    case '>':
      return measured > value;
    case '>=':
      return measured >= value;
  }
}
