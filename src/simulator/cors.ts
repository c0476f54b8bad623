import type { Reply } from './reply.ts';

/** What a region lets pages of other origins see, and whether it lets them ask. */
export type CorsProfile =
  | { readonly of: Exclude<CorsName, 'preflight-slow'> }
  /** Preflights take so much longer, ms. */
  | { readonly of: 'preflight-slow'; readonly ms: number };

export const corsNames = ['azure', 'full', 'none-on-error', 'none', 'preflight-fail', 'preflight-slow'] as const;
/**
 * `azure`: any page may read the body, and of the headers only what everybody may, so that `retry-after` is hidden.
 * `full`: all headers too. `none-on-error`: errors say nothing of origins, so that a page may not read them. `none`:
 * nothing does, and preflights fail for it. `preflight-fail`: they are answered 503. `preflight-slow(ms)`: they take so
 * much longer. With the last two, all else is as with `azure`.
 */
export type CorsName = (typeof corsNames)[number];

const allowed = 'access-control-allow-origin';

/** Reads `full` or `preflight-slow(500)`; `undefined` for anything else. */
export function parseCors(text: string): CorsProfile | undefined {
  const [, milliseconds] = /^preflight-slow\((\d*\.?\d+(?:e[+-]?\d+)?)\)$/.exec(text.replaceAll(' ', '')) ?? [];
  if (milliseconds !== undefined) {
    const ms = Number(milliseconds);
    return ms <= longestMs ? { of: 'preflight-slow', ms } : undefined;
  }
  const of = corsNames.find((name) => name === text.trim());
  return of === undefined || of === 'preflight-slow' ? undefined : { of };
}

/** The text that {@link parseCors} reads as this. */
export function printCors(profile: CorsProfile): string {
  return profile.of === 'preflight-slow' ? `preflight-slow(${profile.ms})` : profile.of;
}

/** How the forms of a profile are told to who has got it wrong. */
export const corsRule = `${corsNames.slice(0, -1).join(', ')} or preflight-slow(ms)`;

/** A reply to a request, with what the profile has it say of origins. */
export function underCors({ of }: CorsProfile, reply: Reply): Reply {
  if (of === 'full') {
    const exposed = Object.keys(reply.headers).filter((name) => !name.startsWith('access-control-'));
    const headers = { [allowed]: '*', 'access-control-expose-headers': exposed.join(',') };
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }
  return of === 'none' || (of === 'none-on-error' && reply.status >= 400) ? silent(reply) : reply;
}

/** The reply to a preflight that all is allowed by, as the profile has it. */
export function preflightUnderCors({ of }: CorsProfile, reply: Reply): Reply {
  if (of === 'none') return silent(reply);
  return of === 'preflight-fail' ? { ...reply, status: 503 } : reply;
}

function silent(reply: Reply): Reply {
  const { [allowed]: _allowed, ...headers } = reply.headers;
  return { ...reply, headers };
}

/** The longest delay that timers keep, ms. */
const longestMs = 2_147_483_647;
