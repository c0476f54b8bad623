import type { Clock } from '../clock.ts';
import type { Credential } from '../types.ts';
import { keySigner } from './api-key.ts';
import { callerSigner } from './caller.ts';
import type { Signer } from './signature.ts';
import { tokenSigner } from './token.ts';

/** One signer for each credential, however many regions share it. `closing` ends what is under way. */
export function createSigners(clock: Clock, closing: AbortSignal): (credential: Credential) => Signer {
  const signers = new Map<Credential, Signer>();
  return (credential) => {
    const known = signers.get(credential);
    if (known) return known;
    const signer =
      credential === 'caller'
        ? callerSigner()
        : 'getToken' in credential
          ? tokenSigner(credential, clock, closing)
          : keySigner(credential);
    signers.set(credential, signer);
    return signer;
  };
}
