import type { Verdict } from '../types.ts';
import { isCoolDown } from './exclusion.ts';

/** What a verdict says of a scope. */
export type Effect = 'success' | 'alive' | 'failure' | 'refusal' | 'release';

export interface Effects {
  readonly region: Effect;
  readonly deployment: Effect;
}

/** Of what taught nothing. */
export const NOTHING: Effects = { region: 'release', deployment: 'release' };

/** Two scopes: each verdict marks the one it is about, and tells the other no more than that the region can be reached. */
export function effectsOf({ kind, blame }: Verdict): Effects {
  switch (blame) {
    case 'caller':
      return { region: 'alive', deployment: 'alive' };
    case 'credential':
      return { region: 'refusal', deployment: 'release' };
    case 'deployment':
      return { region: 'alive', deployment: kind === 'no-deployment' || isCoolDown(kind) ? 'refusal' : 'failure' };
    case 'region':
      // A model that fails inside says nothing of the others; a gateway, or silence, stands before all of them.
      return kind === 'server-error'
        ? { region: 'alive', deployment: 'failure' }
        : { region: 'failure', deployment: 'release' };
    case 'network':
      return { region: 'failure', deployment: 'release' };
    case 'nobody':
      return kind === 'ok'
        ? { region: 'success', deployment: 'success' }
        : { region: 'release', deployment: 'release' };
  }
}
