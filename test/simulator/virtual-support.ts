import { expect, onTestFinished } from 'vitest';
import {
  createVirtualSimulator,
  type SimEndpoint,
  type VirtualSimulator,
  type VirtualSimulatorOptions,
} from '../../src/simulator/index.ts';

/** Two regions unless told otherwise. The test fails if it leaves a timer. */
export function simulated(options: Partial<VirtualSimulatorOptions> = {}): VirtualSimulator {
  const simulator = createVirtualSimulator({
    seed: 7,
    regions: { eastus: { deployments: ['gpt-4o', 'small'] }, westeurope: {} },
    ...options,
  });
  onTestFinished(() => expect(simulator.clock.open, 'open timers').toBe(0));
  return simulator;
}

export function endpoint(simulator: VirtualSimulator, region = 'eastus'): SimEndpoint {
  const found = simulator.endpoints().find((candidate) => candidate.region === region);
  if (!found) throw new Error(`no endpoint for ${region}`);
  return found;
}

export interface ChatInit extends Omit<RequestInit, 'body'> {
  readonly region?: string;
  readonly body?: object;
  /** @default the simulator's */
  readonly fetch?: typeof fetch;
}

/** Asks a region, with its key; time does not pass by itself. */
export function chat(simulator: VirtualSimulator, { region, body, fetch, ...init }: ChatInit = {}): Promise<Response> {
  const { url, key } = endpoint(simulator, region);
  return (fetch ?? simulator.fetch)(`${url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': key },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Good morning' }], ...body }),
    ...init,
  });
}

/** What a rejection says of itself, its cause included. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message, cause } = error;
    return cause instanceof Error ? `${name}: ${message} (${textOf(cause)})` : `${name}: ${message}`;
  }
  return 'no failure';
}

function textOf(cause: Error & { readonly code?: unknown; readonly syscall?: unknown }): string {
  return [cause.code ?? cause.message, cause.syscall ?? ''].join(' ').trim();
}
