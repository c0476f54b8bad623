import type { Asked, Scenario } from '../../src/simulator/index.ts';
import { usualDeployment } from '../engine/arrivals.ts';
import { figure, indented, quoted } from './print.ts';

/** A function that makes one call, and the list of what came of them. */
export const callLines = (): readonly string[] => [
  'const calls: { readonly ok: boolean; readonly tookMs: number }[] = [];',
  'const call = async ({ fetch, url }: ReturnType<typeof createClient>, model: string, stream: boolean) => {',
  ...indented([
    'const beganAt = clock.now();',
    'try {',
    ...indented([
      'const response = await fetch(url, {',
      "  method: 'POST',",
      "  headers: { 'content-type': 'application/json' },",
      "  body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], stream }),",
      '});',
      'const tookMs = clock.now() - beganAt;',
      '// A stream that was cut rejects here.',
      'await response.text();',
      'calls.push({ ok: response.ok, tookMs });',
    ]),
    '} catch {',
    '  calls.push({ ok: false, tookMs: clock.now() - beganAt });',
    '}',
  ]),
  '};',
];

/** The clients, and a timer for each of their calls: at an even rate where the scenario's is random. */
export function loadLines(scenario: Scenario): readonly string[] {
  const { load, duration } = scenario;
  const count = Math.max(1, ...load.map((one) => ('at' in one ? 0 : one.clients)));
  const loads = load.flatMap((one) => {
    const call = `call(client, ${modelOf(one, scenario)}, ${streamOf(one)})`;
    if ('at' in one) {
      return [
        `for (let nth = 0; nth < ${one.calls}; nth++) {`,
        '  const client = createClient();',
        `  clock.timer(${figure(one.at * 1_000)}, () => void ${call});`,
        '}',
      ];
    }
    const { clients, rps, from = 0, to = duration } = one;
    const gapMs = Number((1_000 / (clients * rps)).toPrecision(6));
    return [
      `for (let nth = 0, ms = ${figure(from * 1_000)}; ms < ${figure(to * 1_000)}; nth++, ms += ${gapMs}) {`,
      `  const client = clients[nth % ${clients}];`,
      `  if (client) clock.timer(ms, () => void ${call});`,
      '}',
    ];
  });
  return [`const clients = Array.from({ length: ${count} }, createClient);`, ...loads];
}

/** One call in so many is a stream. */
function streamOf({ stream = 0 }: Asked): string {
  if (stream === 0 || stream === 1) return String(stream === 1);
  return `nth % ${Math.round(1 / stream)} === 0`;
}

function modelOf({ deployments }: Asked, scenario: Scenario): string {
  const [only = usualDeployment(scenario), ...others] = deployments ?? [];
  if (others.length === 0) return quoted(only);
  const list = [only, ...others].map(quoted).join(', ');
  return `[${list}][nth % ${others.length + 1}] ?? ''`;
}
