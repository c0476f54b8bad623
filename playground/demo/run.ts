import { setTimeout as sleep } from 'node:timers/promises';
import { AzureOpenAI } from 'openai';
import { createFailoverFetch, type FailoverEvent, type FailoverFetch, type Trace } from '../../src/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/node/index.ts';
import { type Answer, ask } from './ask.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Line, narrator } from './narrate.ts';
import { freePorts } from './ports.ts';
import { CALLS, DEPLOYMENT, PER_SECOND, PRIMARY, REGIONS, TROUBLES } from './scene.ts';

export interface RunOptions {
  /** Hears what matters, as it happens. */
  readonly tell?: (line: Line) => void;
  /** Length of the story, and of the library's patience with a region that is down; calls come as often as ever. @default 1 */
  readonly scale?: number;
}

export interface Run {
  readonly figures: Figures;
  readonly answers: readonly Answer[];
  readonly traces: readonly Trace[];
}

/** Starts three regions, calls them, troubles them, and says how it went. Leaves nothing behind. */
export async function run({ tell = () => {}, scale = 1 }: RunOptions = {}): Promise<Run> {
  const ports = await freePorts(REGIONS.length);
  await using simulator = await startSimulator({
    regions: REGIONS.map(({ name, deployment, latencyMs }, index) => {
      return { name, deployments: [deployment], latencyMs, port: ports[index] ?? 0 };
    }),
  });
  const startedAt = performance.now();
  const now = (): number => performance.now() - startedAt;
  const narrate = narrator(tell, now);
  const traces: Trace[] = [];
  let failovers = 0;
  const onEvent = (event: FailoverEvent): void => {
    narrate(event);
    if (event.type === 'failover') failovers++;
    if (event.type === 'settled') traces.push(event.trace);
  };

  const fetch = failoverFetch(simulator, scale, onEvent);
  // Any region's would do, and the key is never sent: each region is shown its own.
  const endpoint = simulator.endpoints()[0]?.url ?? '';
  const client = new AzureOpenAI({ endpoint, apiKey: 'none', apiVersion: '2024-10-21', fetch, maxRetries: 0 });
  const [answers, returnedAt] = await Promise.all([
    callSteadily(client, Math.round(CALLS * scale), now),
    trouble(simulator, scale, now, tell),
  ]);
  tell({ atMs: now(), who: 'demo', text: 'the last call is answered', mood: 'plain' });
  await fetch.close();
  return {
    figures: figuresOf({ answers, traces, failovers, returnedAt, journal: simulator.journal }),
    answers,
    traces,
  };
}

function failoverFetch(simulator: Simulator, scale: number, onEvent: (event: FailoverEvent) => void): FailoverFetch {
  const regions = simulator.endpoints().map(({ region, url, key }) => {
    const deployment = REGIONS.find(({ name }) => name === region)?.deployment ?? DEPLOYMENT;
    return { name: region, endpoint: url, credential: { apiKey: key }, deployments: { [DEPLOYMENT]: deployment } };
  });
  return createFailoverFetch({ regions, breaker: { openMs: 5_000 * scale }, onEvent });
}

/** Calls at a fixed rate, as users do, who do not wait for each other. Every other call streams. */
async function callSteadily(client: AzureOpenAI, calls: number, now: () => number): Promise<readonly Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (let nth = 0; nth < calls; nth++) {
    await until((nth * 1_000) / PER_SECOND, now);
    answers.push(ask(client, nth + 1, nth % 2 === 1));
  }
  return Promise.all(answers);
}

/** Half of the primary's latency: what befalls it finds a call on its way, and none with its answer half read. */
const IN_THE_MIDDLE_MS = 10;

/** Resolves with when the primary came back. */
async function trouble(
  simulator: Simulator,
  scale: number,
  now: () => number,
  tell: (line: Line) => void,
): Promise<number> {
  let returnedAt = 0;
  const troubles = TROUBLES.map(async ({ region, fault, fromMs, toMs, begins, ends }) => {
    await until(fromMs * scale + IN_THE_MIDDLE_MS, now);
    tell({ atMs: now(), who: 'azure', text: begins, mood: 'bad' });
    const injected = await simulator.region(region).inject(fault);
    await until(toMs * scale + IN_THE_MIDDLE_MS, now);
    await injected.end();
    tell({ atMs: now(), who: 'azure', text: ends, mood: 'good' });
    if (region === PRIMARY) returnedAt = Date.now();
  });
  await Promise.all(troubles);
  return returnedAt;
}

async function until(ms: number, now: () => number): Promise<void> {
  const left = ms - now();
  if (left > 0) await sleep(left);
}
