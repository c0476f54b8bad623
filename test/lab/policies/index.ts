import { fixedFallback } from '../../../playground/engine/rivals/fixed-fallback.ts';
import { openaiSdk } from '../../../playground/engine/rivals/openai-sdk.ts';
import { plain } from '../../../playground/engine/rivals/plain.ts';
import { envoy } from './envoy.ts';
import { opossum } from './opossum.ts';
import { ours } from './ours.ts';
import type { Policy, PolicyName } from './policy.ts';

export const policies: Readonly<Record<PolicyName, Policy>> = {
  ours: ours(),
  'ours-hedged': ours({ hedge: {} }),
  plain: { believes: false, ...plain },
  'openai-sdk': { believes: false, ...openaiSdk },
  'fixed-fallback': { believes: false, ...fixedFallback },
  envoy,
  opossum,
};
