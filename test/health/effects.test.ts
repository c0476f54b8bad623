import { expect, test } from 'vitest';
import { effectsOf } from '../../src/health/effects.ts';
import { verdict, WHATS, type What } from '../support/health.ts';

const TABLE: Record<What, `${string} ${string}`> = {
  ok: 'success success',
  aborted: 'release release',
  offline: 'release release',
  'token-source': 'release release',
  unknown: 'release release',
  'gave up': 'release release',
  invalid: 'alive alive',
  'state-bound': 'alive alive',
  unauthorized: 'refusal release',
  forbidden: 'refusal release',
  blocked: 'refusal release',
  'no-deployment': 'alive refusal',
  throttled: 'alive refusal',
  'no-capacity': 'alive refusal',
  slow: 'alive failure',
  dependency: 'alive failure',
  'server-error': 'alive failure',
  gateway: 'failure release',
  timeout: 'failure release',
  silent: 'failure release',
  connect: 'failure release',
  network: 'failure release',
  'bad-body': 'failure release',
};

test.each(WHATS)('H: what %s shows of the region, and of the deployment in it', (what) => {
  const { region, deployment } = effectsOf(verdict(what));
  expect(`${region} ${deployment}`).toBe(TABLE[what]);
});
