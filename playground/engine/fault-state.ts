import type { FaultShape, Scenario } from '../../src/simulator/index.ts';
import type { TruthState } from './types.ts';

/** What of a scenario decides whom a fault concerns. */
export type Circumstances = Pick<Scenario, 'shapes' | 'credential'>;

/** From the worst to none. */
export const severity: readonly TruthState[] = [
  'down',
  'throttled',
  'refusing',
  'partial',
  'breaking',
  'limited',
  'slow',
  'up',
];

type Shape = FaultShape | { readonly kind: 'ok' };

/** What the matter is with a region while a fault stands. */
export function stateOf(shape: Shape, circumstances: Circumstances): TruthState {
  switch (shape.kind) {
    case 'refused':
    case 'dns':
    case 'blackhole':
    case 'noread':
    case 'tls':
    case 'silence':
    case 'garbage':
      return 'down';
    case 'rst':
    case 'fin':
      if (shape.moment === 'reuse') return 'limited';
      return shape.moment === 'sse' || shape.moment === 'bytes' ? 'breaking' : 'down';
    case 'status':
      return shape.status < 500 ? 'refusing' : 'down';
    case '429':
      return 'throttled';
    case 'key':
      return circumstances.credential === 'token' ? 'up' : 'refusing';
    case 'key-expired':
      return circumstances.credential === 'token' ? 'refusing' : 'up';
    case 'firewall':
      return 'refusing';
    case 'nodeploy':
      return 'partial';
    case 'stall':
    case 'trunc':
    case 'sse-error':
    case 'badsse':
    case 'badchunk':
    case 'hang':
    case 'badjson':
    case 'clen':
    case 'empty200':
    case 'wrongtype':
      return 'breaking';
    case 'capacity':
    case 'quota':
    case 'conn-limit':
      return 'limited';
    case 'latency':
    case 'slow':
    case 'duplicate-slow':
    case 'slice':
    case 'throttle':
    case 'stream':
      return 'slow';
    case 'cors':
      return circumstances.shapes === 'browser' ? stateUnderCors(shape.profile.of) : 'up';
    case 'flap':
      return stateOf(shape.fault, circumstances);
    case 'sequence': {
      const states = shape.faults.map((part) => stateOf(part, circumstances));
      // Some calls meet it, and others do not.
      return states.some(isHarm) ? 'limited' : states.includes('slow') ? 'slow' : 'up';
    }
    case 'ok':
      return 'up';
  }
}

/** Whether calls had better go elsewhere. */
export const isHarm = (state: TruthState): boolean => severity.indexOf(state) < severity.indexOf('limited');

/** Which of these a page can still read the answers of a region under. */
function stateUnderCors(profile: string): TruthState {
  switch (profile) {
    case 'none':
    case 'preflight-fail':
      return 'down';
    case 'preflight-slow':
      return 'slow';
    default:
      return 'up';
  }
}
