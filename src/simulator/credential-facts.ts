import { owns, presentedIn } from './credentials.ts';
import type { RegionModel } from './region-model.ts';

/** What the journal may say of a request's secrets. */
export interface CredentialFacts {
  readonly credential?: string;
  readonly credentialOf?: string;
  readonly leak?: true;
}

/**
 * Says whose secret arrived at a region.
 *
 * @param fingerprint must not reveal what it is of.
 */
export function credentialFacts(
  headers: Headers,
  here: RegionModel,
  all: readonly RegionModel[],
  fingerprint: (secret: string) => string,
): CredentialFacts {
  const presented = presentedIn(headers).map(({ value }) => {
    const owner = owns(here, value) ? here : all.find((region) => owns(region, value));
    return { value, owner, leak: owner !== undefined && owner !== here };
  });
  const shown = presented.find(({ leak }) => leak) ?? presented[0];
  if (!shown) return {};
  return {
    credential: fingerprint(shown.value),
    ...(shown.owner && { credentialOf: shown.owner.name }),
    ...(shown.leak && { leak: true }),
  };
}
