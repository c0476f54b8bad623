import { parseClientFault, type Scenario } from '../../src/simulator/index.ts';
import { indented, optionLines } from './print.ts';

/** What befalls the clients of a scenario. */
export function clientFaults({ faults }: Scenario): ReadonlySet<string> {
  return new Set(faults.flatMap(([, , target, text]) => (target === 'client' ? [parseClientFault(text).kind] : [])));
}

/** A function that makes a client with a network, a clock and a memory of its own. */
export function clientLines(scenario: Scenario, countsAttempts: boolean): readonly string[] {
  const isReloaded = clientFaults(scenario).has('reload');
  const send = countsAttempts
    ? [
        'fetch: (input, init) => {',
        "  if (init?.method === 'POST') attempts++;",
        '  return line.fetch(input, init);',
        '},',
      ]
    : ['fetch: line.fetch,'];
  return [
    ...(countsAttempts ? ['let attempts = 0;'] : []),
    'const createClient = () => {',
    ...indented([
      'const line = simulator.client();',
      'const own = clock.fork();',
      ...(isReloaded ? ['const store = memoryStore();'] : []),
      ...credentialLines(scenario),
      'const regions = simulator.endpoints().map(({ region, url, key }) => {',
      `  return { name: region, endpoint: url, credential${scenario.credential === 'token' ? '' : ': { apiKey: key }'} };`,
      '}) as unknown as [RegionOptions, ...RegionOptions[]];',
      'const start = () =>',
      ...indented([
        'createFailoverFetch({',
        ...indented([
          'regions,',
          ...send,
          'clock: own,',
          ...(isReloaded ? ['store,'] : []),
          '// As chance would have it, and the same each time.',
          'random: () => 0.5,',
          ...optionLines(scenario),
        ]),
        '});',
      ]),
      "return { fetch: start(), start, line, clock: own, url: String(regions[0].endpoint) + '/openai/v1/chat/completions' };",
    ]),
    '};',
  ];
}

/** What the faults of the clients befall, as `playFaults` takes it; nothing where there are none. */
export function stageLines(scenario: Scenario): readonly string[] {
  if (clientFaults(scenario).size === 0) return [];
  return [
    'const offline = (on: boolean) => {',
    '  for (const { line } of clients) {',
    '    line.cut();',
    '    line.offline = on;',
    '  }',
    '};',
    'const client = {',
    '  offline,',
    '  sleepFor(ms: number) {',
    '    offline(true);',
    '    for (const one of clients) one.clock.sleepFor(ms);',
    '    clock.timer(ms, () => offline(false));',
    '  },',
    '  jump(ms: number) {',
    '    for (const one of clients) one.clock.jump(ms);',
    '  },',
    '  reload() {',
    '    for (const one of clients) void one.fetch.close().then(() => (one.fetch = one.start()));',
    '  },',
    '};',
  ];
}

function credentialLines({ credential }: Scenario): readonly string[] {
  if (credential !== 'token') return [];
  return [
    'let tokens = 0;',
    'const credential = {',
    '  async getToken({ refresh }: { readonly refresh: boolean }) {',
    '    if (refresh) tokens++;',
    '    return { token: scenarioToken + tokens, expiresAt: Number.MAX_SAFE_INTEGER };',
    '  },',
    '};',
  ];
}
