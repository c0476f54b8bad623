import type { Asked, ClosedLoop, OpenLoop, Scenario } from '../../src/simulator/index.ts';
import { usualDeployment } from '../engine/arrivals.ts';
import { loopSize } from '../engine/loop-size.ts';
import { medianThinkMs } from '../engine/think-time.ts';
import { figure, indented, quoted } from './print.ts';

/** A function that makes one call, and the list of what came of them. */
export function callLines({ load }: Scenario): readonly string[] {
  const isLimited = load.some(({ maxTokens }) => maxTokens !== undefined);
  const limit = isLimited ? ', max_completion_tokens?: number' : '';
  return [
    'const calls: { readonly ok: boolean; readonly tookMs: number }[] = [];',
    `const call = async ({ fetch, url }: ReturnType<typeof createClient>, model: string, stream: boolean${limit}) => {`,
    ...indented([
      'const beganAt = clock.now();',
      'try {',
      ...indented([
        'const response = await fetch(url, {',
        "  method: 'POST',",
        "  headers: { 'content-type': 'application/json' },",
        `  body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], stream${isLimited ? ', max_completion_tokens' : ''} }),`,
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
}

/** The clients, and when each of them calls: evenly where the scenario leaves it to chance. */
export function loadLines(scenario: Scenario): readonly string[] {
  const { load, duration } = scenario;
  const count = Math.max(1, ...load.map(loopSize));
  const loads = load.flatMap((one) => {
    const call = `call(client, ${[modelOf(one, scenario), streamOf(one), ...limitOf(one)].join(', ')})`;
    if ('users' in one) return userLines(one, duration, call);
    if ('clients' in one) return rateLines(one, duration, call);
    return [
      `for (let nth = 0; nth < ${one.calls}; nth++) {`,
      '  const client = createClient();',
      `  clock.timer(${figure(one.at * 1_000)}, () => void ${call});`,
      '}',
    ];
  });
  return [`const clients = Array.from({ length: ${count} }, createClient);`, ...loads];
}

/** A timer for each call. */
function rateLines(loop: OpenLoop, duration: number, call: string): readonly string[] {
  const { clients, rps, ramp, from = 0, to = duration } = loop;
  const [fromMs, toMs] = [figure(from * 1_000), figure(to * 1_000)];
  const since = from === 0 ? 'ms' : `(ms - ${fromMs})`;
  const perSecond = digits(clients * rps);
  const change = ramp ? clients * (ramp.rps - rps) : 0;
  const rampLines = ramp && [
    `// From ${perSecond} to ${digits(clients * ramp.rps)} calls per second.`,
    `const rateAt = (ms: number) => ${perSecond} ${change < 0 ? '-' : '+'} ${digits(Math.abs(change))} * Math.min(1, ${since} / ${figure(ramp.seconds * 1_000)});`,
  ];
  const gap = ramp ? '1_000 / rateAt(ms)' : digits(1_000 / (clients * rps));
  const lines = [
    ...(rampLines ?? []),
    `for (let nth = 0, ms = ${fromMs}; ms < ${toMs}; nth++, ms += ${gap}) {`,
    `  const client = clients[nth % ${clients}];`,
    `  if (client) clock.timer(ms, () => void ${call});`,
    '}',
  ];
  return ramp ? ['{', ...indented(lines), '}'] : lines;
}

/** A task for each user, which goes on when the answer is there. */
function userLines(loop: ClosedLoop, duration: number, call: string): readonly string[] {
  const { users, from = 0, to = duration } = loop;
  const thinkMs = figure(medianThinkMs(loop));
  const goesOn = `clock.now() < startedAt + ${figure(to * 1_000)}`;
  return [
    `for (const [user, client] of clients.slice(0, ${users}).entries()) {`,
    ...indented([
      'void (async () => {',
      ...indented([
        '// Not all at the same moment.',
        `await client.clock.sleep(${from === 0 ? '' : `${figure(from * 1_000)} + `}(${thinkMs} * user) / ${users});`,
        `for (let nth = user; ${goesOn}; nth++) {`,
        `  await ${call};`,
        `  await client.clock.sleep(${thinkMs});`,
        '}',
      ]),
      '})();',
    ]),
    '}',
  ];
}

const digits = (value: number): string => String(Number(value.toPrecision(6)));

const limitOf = ({ maxTokens }: Asked): readonly string[] => (maxTokens === undefined ? [] : [figure(maxTokens)]);

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
