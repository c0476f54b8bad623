import type { ApiKey } from '../types.ts';
import type { Signer } from './signature.ts';

/** Signs with a key; of two, with the one that was not refused last. */
export function keySigner({ apiKey }: ApiKey): Signer {
  const keys: readonly string[] = typeof apiKey === 'string' ? [apiKey] : [...apiKey];
  let preferred = keys[0] as string;
  return {
    sign: () => [['api-key', preferred]],
    renew(refused) {
      const other = keys.find((key) => key !== refused[0]?.[1]);
      if (other === undefined) return undefined;
      // Keys are rotated one at a time: what works now is what works next.
      preferred = other;
      return [['api-key', other]];
    },
  };
}
