import { onTestFinished } from 'vitest';
import {
  type SimEndpoint,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../src/simulator/node/index.ts';

/** Two regions unless told otherwise; closed when the test is over, which fails if something is left. */
export async function started(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({
    seed: 7,
    regions: { eastus: { deployments: ['gpt-4o', 'small'] }, westeurope: {} },
    ...options,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

export function endpoint(simulator: Simulator, region = 'eastus'): SimEndpoint {
  const found = simulator.endpoints().find((candidate) => candidate.region === region);
  if (!found) throw new Error(`no endpoint for ${region}`);
  return found;
}

export interface ChatInit {
  readonly deployment?: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Asks on the classic route, with the region's key. */
export function chat(
  { url, key }: Pick<SimEndpoint, 'url' | 'key'>,
  { deployment = 'gpt-4o', body, headers, signal }: ChatInit = {},
  fetch = globalThis.fetch,
): Promise<Response> {
  return fetch(`${url}/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers ?? { 'api-key': key }) },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Good morning' }], ...body }),
    ...(signal && { signal }),
  });
}

/** What a rejected `fetch` says of itself: `TypeError ECONNRESET`. */
export async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { cause: reason } = error;
    // Node 22 says the code of a parser's error, and Node 24 does not.
    const named = reason instanceof Error && reason.name === 'HTTPParserError';
    const code = reason instanceof Error && 'code' in reason ? ` ${reason.code}` : '';
    const cause = named ? ` ${reason.name}` : code;
    return `${error.name}${cause}`;
  }
  return 'no failure';
}
