import type { PolicyId } from './types.ts';

/** The policies that can be compared, with their names for people. */
export const policies: readonly { readonly id: PolicyId; readonly label: string; readonly about: string }[] = [
  { id: 'ours', label: 'this library', about: 'as it comes, with the options of the scenario' },
  { id: 'plain', label: 'plain fetch', about: 'the preferred region, once' },
  { id: 'openai-sdk', label: 'OpenAI SDK', about: 'two retries with back-off, in the preferred region' },
  { id: 'fixed-fallback', label: 'fixed retries', about: 'three tries a second apart, then the next region' },
];
