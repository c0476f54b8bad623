import type { Cloud, Credential } from '../types.ts';
import { keySigner } from './api-key.ts';
import { callerSigner } from './caller.ts';
import type { Signer } from './signature.ts';
import { type TokenMeans, tokenSigner } from './token.ts';

/**
 * One signer for each credential in each cloud, however many regions share it.
 *
 * @param siteOf the resource behind a region, which several regions may share
 */
export function createSigners(
  means: TokenMeans,
  siteOf: (region: string) => string | undefined,
): (credential: Credential, cloud: Cloud) => Signer {
  const signers = new Map<Credential, Partial<Record<Cloud, Signer>>>();
  const make = (credential: Credential, cloud: Cloud): Signer => {
    if (credential === 'caller') return callerSigner(siteOf);
    return 'getToken' in credential ? tokenSigner(credential, cloud, means) : keySigner(credential);
  };
  return (credential, cloud) => {
    const known = signers.get(credential) ?? {};
    signers.set(credential, known);
    // A token of one cloud means nothing in another.
    known[cloud] ??= make(credential, cloud);
    return known[cloud];
  };
}
