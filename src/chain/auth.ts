import { owns } from '../azure/address.ts';
import type { Clock } from '../clock.ts';
import { CREDENTIAL_HEADERS } from '../credential/caller.ts';
import { type Signature, type Signer, TokenSourceError } from '../credential/signature.ts';
import type { Events } from '../events.ts';
import type { Region } from '../region-options.ts';
import type { Attempt, Call, Credential, Middleware } from '../types.ts';
import { TimeLimit, within } from '../within.ts';
import type { Judge } from './classify.ts';
import { dropBody } from './guard.ts';
import { attemptsOf, verdictOf } from './journal.ts';

/** Takes the caller's credentials off and puts the region's own on. A refused one is renewed, once, in the same region. */
export function auth(
  regions: readonly Region[],
  signerOf: (credential: Credential) => Signer,
  judge: Judge,
  clock: Clock,
  events: Events,
): Middleware {
  const byName = new Map(regions.map((region) => [region.name, { region, signer: signerOf(region.credential) }]));

  return async function auth(call, next) {
    const { region, signer } = byName.get(call.attempt?.region.name ?? '') ?? {};
    // A middleware may have sent the call elsewhere; then no credential goes with it.
    if (!region || !signer || !owns(region.endpoint, call.url)) return next(signed(call, []));

    const startedAt = clock.now();
    let signature: Signature;
    try {
      const made = signer.sign(call);
      signature = made instanceof Promise ? await waitFor(call, made) : made;
    } catch (thrown) {
      if (call.signal.aborted) throw thrown;
      const late = thrown instanceof TimeLimit;
      const error = late ? new TokenSourceError('The token source did not answer within the time of the call') : thrown;
      await judge(call, { error }, startedAt);
      throw error;
    }
    let response = await next(signed(call, signature));
    if (verdictOf(response)?.kind === 'unauthorized' && refusals(call, region.name) === 1) {
      const renewing = signer.renew(signature);
      const renewed = renewing instanceof Promise ? await waitFor(call, renewing).catch(() => undefined) : renewing;
      if (renewed && !call.signal.aborted) {
        dropBody(response);
        const attempt: Attempt = { ...(call.attempt as Attempt), number: attemptsOf(call).length + 1, kind: 'retry' };
        response = await next(signed({ ...call, attempt }, renewed));
      }
    }
    if (verdictOf(response)?.blame === 'credential') {
      const { name } = region;
      events.warn(
        `credential-refused:${name}`,
        `${name} refuses its credential (${response.status}): check its key or role assignment`,
      );
    }
    return response;
  };

  function waitFor(call: Call, signature: Promise<Signature>): Promise<Signature> {
    return within({ clock, ms: call.deadline - clock.now(), signal: call.signal }, () => signature);
  }
}

/** How often a region has refused this call's credential: a renewed one is not renewed again. */
const refusals = (call: Call, name: string): number =>
  attemptsOf(call).filter(({ region, verdict }) => region === name && verdict.kind === 'unauthorized').length;

function signed(call: Call, signature: Signature): Call {
  const headers = new Headers(call.headers);
  for (const name of CREDENTIAL_HEADERS) headers.delete(name);
  for (const [name, value] of signature) headers.set(name, value);
  return { ...call, headers };
}
