import { parseAssert, type Scenario, type ScenarioMetric } from '../../src/simulator/index.ts';
import { importsOf, indented, quoted } from './print.ts';
import { areRestarted, clientFaults, clientLines, stageLines } from './vitest-clients.ts';
import { callLines, loadLines } from './vitest-load.ts';

/** How each metric is had in a test from its `calls` and the simulator's `requests`. */
const measures: Partial<Readonly<Record<ScenarioMetric, string>>> = {
  errors: 'calls.filter(({ ok }) => !ok).length',
  success: 'calls.filter(({ ok }) => ok).length / calls.length',
  nearestShare:
    'requests.filter(({ region, status }) => region === nearest && status === 200).length / calls.filter(({ ok }) => ok).length',
  p50Ms: 'percentile(0.5)',
  p95Ms: 'percentile(0.95)',
  p99Ms: 'percentile(0.99)',
  attemptsPerCall: 'attempts / calls.length',
  earlyRetries: 'requests.filter(({ earlyByMs }) => earlyByMs !== undefined).length',
  credentialLeaks: 'requests.filter(({ leak }) => leak).length',
};

const matchers = {
  '==': 'toBe',
  '!=': 'not.toBe',
  '<': 'toBeLessThan',
  '<=': 'toBeLessThanOrEqual',
  '>': 'toBeGreaterThan',
  '>=': 'toBeGreaterThanOrEqual',
} as const;

/**
 * A test for Vitest that plays a scenario in virtual time, calls at an even rate where the scenario has a random one, and
 * expects what it asserts, as far as that can be told without the playground.
 */
export function vitestCode(scenario: Scenario): string {
  const asserts = scenario.asserts.map(parseAssert);
  const uses = (part: string): boolean => asserts.some(({ metric }) => measures[metric]?.includes(part));
  return `${[
    ...importLines(scenario),
    '',
    '// All times are seconds from the start.',
    ...scenarioLines(scenario),
    '',
    `test(${quoted(scenario.title)}, async () => {`,
    ...indented([
      ...simulatorLines(scenario),
      '',
      ...clientLines(scenario, uses('attempts /')),
      '',
      ...callLines(scenario),
      '',
      ...loadLines(scenario),
      '',
      ...stageLines(scenario),
      ...playLines(scenario),
      '',
      ...helperLines(scenario, uses),
      ...asserts.map(({ metric, operator, value }) => {
        const measure = measures[metric];
        if (measure === undefined) return `// ${metric} ${operator} ${value}: the playground measures that.`;
        return `expect(${measure}).${matchers[operator]}(${value});`;
      }),
    ]),
    '});',
  ].join('\n')}\n`;
}

function importLines(scenario: Scenario): readonly string[] {
  const ours = [...importsOf(scenario), ...(areRestarted(scenario) ? ['memoryStore'] : [])];
  const simulator = [
    ...['createVirtualSimulator', 'parseScenario', 'playFaults', 'scenarioRegions'],
    ...(scenario.credential === 'token' ? ['scenarioToken'] : []),
  ];
  return [
    `import { ${ours.join(', ')} } from 'azure-openai-failover';`,
    `import { ${simulator.join(', ')} } from 'azure-openai-failover/simulator';`,
    "import { expect, test } from 'vitest';",
  ];
}

/** The scenario, less what the test has in lines of its own. */
function scenarioLines(scenario: Scenario): readonly string[] {
  const members = Object.entries({ ...scenario, client: {}, asserts: [] });
  return [
    'const scenario = parseScenario({',
    ...indented(
      members.flatMap(([name, value]) => {
        if (!Array.isArray(value) || value.length === 0) return [`${name}: ${literal(value)},`];
        return [`${name}: [`, ...indented(value.map((item) => `${literal(item)},`)), '],'];
      }),
    ),
    '});',
  ];
}

/** JSON as TypeScript has it. */
function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const simulatorLines = ({ shapes }: Scenario): readonly string[] => [
  'const simulator = createVirtualSimulator({',
  '  seed: scenario.seed,',
  ...(shapes === undefined ? [] : [`  shapes: ${quoted(shapes)},`]),
  '  regions: scenarioRegions(scenario),',
  '});',
  'const { clock } = simulator;',
  'const startedAt = clock.now();',
];

const playLines = (scenario: Scenario): readonly string[] => [
  `const stage = { region: simulator.region${clientFaults(scenario).size > 0 ? ', client' : ''} };`,
  'await clock.run(playFaults(scenario, stage, clock));',
  '// Whoever still waits gets an answer, or an error.',
  'await clock.runUntil(startedAt + (scenario.duration + 600) * 1_000);',
  'for (const { fetch } of clients) await clock.run(fetch.close());',
];

function helperLines({ regions }: Scenario, uses: (part: string) => boolean): readonly string[] {
  return [
    ...(uses('requests')
      ? ["const requests = simulator.journal.entries().filter(({ method }) => method === 'POST');"]
      : []),
    ...(uses('nearest') ? [`const nearest = ${quoted(regions[0]?.id ?? '')};`] : []),
    ...(uses('percentile')
      ? [
          'const times = calls.map(({ tookMs }) => tookMs).sort((a, b) => a - b);',
          'const percentile = (share: number) => times[Math.ceil(times.length * share) - 1];',
        ]
      : []),
  ];
}
