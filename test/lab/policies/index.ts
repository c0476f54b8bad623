import { envoy } from './envoy.ts';
import { fixedFallback } from './fixed-fallback.ts';
import { openaiSdk } from './openai-sdk.ts';
import { opossum } from './opossum.ts';
import { ours } from './ours.ts';
import { plain } from './plain.ts';
import type { Policy, PolicyName } from './policy.ts';

export const policies: Readonly<Record<PolicyName, Policy>> = {
  ours: ours(),
  'ours-hedged': ours({ hedge: {} }),
  plain,
  'openai-sdk': openaiSdk,
  'fixed-fallback': fixedFallback,
  envoy,
  opossum,
};
