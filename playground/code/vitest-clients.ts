import { parseClientFault, type Scenario } from '../../src/simulator/index.ts';
import { indented, optionLines } from './print.ts';

/** What befalls the clients of a scenario. */
export function clientFaults({ faults }: Scenario): ReadonlySet<string> {
  return new Set(faults.flatMap(([, , target, text]) => (target === 'client' ? [parseClientFault(text).kind] : [])));
}

/** Whether its clients start anew, and so need a store that they do not begin with. */
export function areRestarted(scenario: Scenario): boolean {
  const faults = clientFaults(scenario);
  return faults.has('reload') || faults.has('forget');
}

/** A function that makes a client with a network, a clock and a memory of its own. */
export function clientLines(scenario: Scenario, countsAttempts: boolean): readonly string[] {
  const isRestarted = areRestarted(scenario);
  const forgets = clientFaults(scenario).has('forget');
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
      ...(isRestarted ? [`${forgets ? 'let' : 'const'} store = memoryStore();`] : []),
      ...credentialLines(scenario),
      'const regions = simulator.endpoints().map(({ region, url, key }) => {',
      `  return { name: region, endpoint: url, credential${scenario.credential === 'token' ? '' : ': { apiKey: key }'} };`,
      '});',
      'const start = () =>',
      ...indented([
        'createFailoverFetch({',
        ...indented([
          'regions,',
          ...send,
          'clock: own,',
          ...(isRestarted ? ['store,'] : []),
          '// As chance would have it, and the same each time.',
          'random: () => 0.5,',
          ...optionLines(scenario),
        ]),
        '});',
      ]),
      ...(forgets ? ['const forget = () => {', '  store = memoryStore();', '  return start();', '};'] : []),
      `return { fetch: start(), start,${forgets ? ' forget,' : ''} line, clock: own, url: String(regions[0].endpoint) + '/openai/v1/chat/completions' };`,
    ]),
    '};',
  ];
}

/** What the faults of the clients befall, as `playFaults` takes it; nothing where there are none. */
export function stageLines(scenario: Scenario): readonly string[] {
  const faults = clientFaults(scenario);
  if (faults.size === 0) return [];
  const forget = [
    'forget() {',
    '  for (const one of clients) void one.fetch.close().then(() => (one.fetch = one.forget()));',
    '},',
  ];
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
    ...indented(faults.has('forget') ? forget : ['forget() {},']),
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
