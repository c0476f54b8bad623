import type { Api } from './route.ts';

/** A secret that a request carries. */
export interface Presented {
  readonly as: 'key' | 'bearer';
  readonly value: string;
}

/** What opens a region. */
export interface Locks {
  readonly keys: readonly string[];
  /** Tokens by name, or a judgement on them. */
  readonly acceptsToken: readonly string[] | ((token: string) => TokenJudgement);
}

/** Whether a token opens a region; one that is good, but not enough, is told what the next one must claim, as JSON. */
export type TokenJudgement = boolean | { readonly claims: string };

/** Every secret in the headers, the one that counts first. */
export function presentedIn(headers: Headers): readonly Presented[] {
  const presented: Presented[] = [];
  for (const name of ['api-key', 'ocp-apim-subscription-key']) {
    const value = headers.get(name);
    if (value !== null) presented.push({ as: 'key', value });
  }
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) presented.push({ as: 'bearer', value: bearer });
  return presented;
}

/** Whether a secret is in the place of an API key: on v1 the plain OpenAI client sends the key as a bearer. */
export function isKey({ as, value }: Presented, api: Api): boolean {
  return as === 'key' || (api === 'v1' && !/^[^.]+\.[^.]+\.[^.]+$/.test(value));
}

/** Whether the secret opens the region, or what it lacks. */
export function opens(presented: Presented, api: Api, locks: Locks): TokenJudgement {
  if ((presented.as === 'key' || api === 'v1') && locks.keys.includes(presented.value)) return true;
  return presented.as === 'bearer' && acceptsToken(locks, presented.value);
}

/** Whether the secret is known to be the region's: one of its keys or listed tokens. A judgement names no owner. */
export function owns(locks: Locks, value: string): boolean {
  return locks.keys.includes(value) || (typeof locks.acceptsToken !== 'function' && locks.acceptsToken.includes(value));
}

function acceptsToken({ acceptsToken }: Locks, token: string): TokenJudgement {
  return typeof acceptsToken === 'function' ? acceptsToken(token) : acceptsToken.includes(token);
}
