import { generatorOf } from './arrivals.ts';
import type { Cell } from './cell.ts';
import { FLEETS, rateOf } from './fleet.ts';
import { POISONED_MS } from './poison.ts';
import { MODEL_MEAN_MS, type Phase, type Scenario, SITES, type SiteOptions, type Traffic } from './scenario.ts';
import type { CallSeen } from './seen.ts';
import { Truth } from './truth.ts';

/** A scenario, worked out for a fleet. */
export interface Scene {
  readonly sites: readonly SiteOptions[];
  readonly phases: readonly Phase[];
  readonly truth: Truth;
}

export function sceneOf(scenario: Scenario, { fleet }: Pick<Cell, 'fleet'>): Scene {
  const sites = scenario.sites ?? SITES;
  const phases = scenario.phases(rateOf(FLEETS[fleet]));
  const places = sites.map(({ networkMs }) => ({ meanMs: networkMs + MODEL_MEAN_MS }));
  const troubles = phases.map(({ from, until, fault: _, ...rest }) => {
    return { ...rest, fromMs: from * 1_000, untilMs: until * 1_000 };
  });
  return { sites, phases, truth: new Truth(places, troubles) };
}

/** What one call asks for, and how it should be answered. */
export interface Ask {
  readonly deployment: string;
  readonly stream: boolean;
  readonly kind: 'usual' | 'invalid' | 'poison';
}

/** What a client asks for, call by call. */
export function asksOf(
  { deployments = ['gpt-4o'], streams = 0, invalid = 0, poison = 0 }: Traffic,
  seed: number,
  client: number,
): () => Ask {
  const random = generatorOf(seed, client, 'asks');
  return () => {
    const deployment = deployments[Math.floor(random() * deployments.length)] ?? '';
    const stream = random() < streams;
    const lot = random();
    return { deployment, stream, kind: lot < invalid ? 'invalid' : lot < invalid + poison ? 'poison' : 'usual' };
  };
}

const bodies = new Map<string, string>();

/** The body of a request; one that names no model is the caller's mistake. */
export function bodyOf({ deployment, stream, kind }: Ask): string {
  const key = `${deployment} ${stream} ${kind}`;
  const messages = [{ role: 'user', content: 'Hi' }];
  const body =
    bodies.get(key) ??
    JSON.stringify({
      ...(kind !== 'invalid' && { model: deployment }),
      messages,
      max_completion_tokens: 5,
      ...(stream && { stream }),
    });
  bodies.set(key, body);
  return body;
}

/** What is best for a call: a model's answer, or, of a mistake, to be told soon. */
export function bestOf(
  { deployment, kind }: Ask,
  sites: readonly SiteOptions[],
): Pick<CallSeen, 'deployment' | 'bestMs'> {
  switch (kind) {
    case 'usual':
      return { deployment };
    case 'invalid':
      return { deployment, bestMs: Math.min(...sites.map(({ networkMs }) => networkMs)) };
    case 'poison':
      return { deployment, bestMs: POISONED_MS };
  }
}

export function isAsItShould({ kind }: Ask, status: number): boolean {
  switch (kind) {
    case 'usual':
      return status >= 200 && status < 300;
    case 'invalid':
      return status === 400;
    case 'poison':
      return status === 500;
  }
}
