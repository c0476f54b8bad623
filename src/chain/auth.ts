import { owns } from '../azure/address.ts';
import type { Clock } from '../clock.ts';
import { CREDENTIAL_HEADERS } from '../credential/caller.ts';
import { claimsOf } from '../credential/claims.ts';
import { cloudOf } from '../credential/cloud.ts';
import { type Signature, type Signer, TokenSourceError } from '../credential/signature.ts';
import type { Events } from '../events.ts';
import { isBrowser } from '../platform.ts';
import type { Region } from '../region-options.ts';
import type { Attempt, Call, Cloud, Credential, Middleware } from '../types.ts';
import { TimeLimit, within } from '../within.ts';
import type { Judge } from './classify.ts';
import { dropBody } from './guard.ts';
import { attemptsOf, verdictOf } from './journal.ts';
import { warningOf } from './warning.ts';

/** Takes the caller's credentials off and puts the region's own on. A refused one is renewed, once, in the same region. */
export function auth(
  regions: readonly Region[],
  signerOf: (credential: Credential, cloud: Cloud) => Signer,
  judge: Judge,
  clock: Clock,
  events: Events,
): Middleware {
  const byName = new Map(
    regions.map((region) => {
      const { name, credential, endpoint } = region;
      return [name, { region, signer: signerOf(credential, cloudOf(endpoint.origin)) }];
    }),
  );
  let shows = regions.some(showsKey);

  return async function auth(call, next) {
    const { region, signer } = byName.get(call.attempt?.region.name ?? '') ?? {};
    // A middleware may have sent the call elsewhere; then no credential goes with it.
    if (!region || !signer || !owns(region.endpoint, call.url)) return next(signed(call, []));

    if (shows) {
      shows = false;
      if (isBrowser()) events.warn('key-in-page', KEY_IN_PAGE);
    }
    const startedAt = clock.now();
    const made = signer.sign(call);
    const { patienceMs } = signer;
    const signature = made instanceof Promise ? await waitFor(call, made, startedAt, patienceMs) : made;
    let response = await next(signed(call, signature, region.name));
    if (verdictOf(response)?.kind === 'unauthorized' && refusals(call, region.name) === 1) {
      const renewing = signer.renew(signature, claimsOf(response));
      if (renewing) dropBody(response);
      const renewed = renewing instanceof Promise ? await waitFor(call, renewing, clock.now(), patienceMs) : renewing;
      if (renewed) {
        const attempt: Attempt = { ...(call.attempt as Attempt), number: attemptsOf(call).length + 1, kind: 'retry' };
        response = await next(signed({ ...call, attempt }, renewed, region.name));
      }
    }
    const verdict = verdictOf(response);
    const record = verdict && attemptsOf(call).findLast((one) => one.verdict === verdict);
    const warning = record && !call.signal.aborted && warningOf(call, region, record);
    if (warning) events.warn(...warning);
    return response;
  };

  /** A source that fails is nobody's outage; one that hangs must not use up the time of the others. */
  async function waitFor(
    call: Call,
    signature: Promise<Signature>,
    startedAt: number,
    patienceMs = PATIENCE_MS,
  ): Promise<Signature> {
    const ms = Math.min(patienceMs, call.deadline - clock.now());
    // A call that is over by now does not hear it fail, and then nobody does.
    signature.catch(() => {});
    try {
      return await within({ clock, ms, signal: call.signal }, () => signature);
    } catch (thrown) {
      if (call.signal.aborted) throw thrown;
      // Whoever slept meanwhile cannot say that the source was late.
      const late = thrown instanceof TimeLimit && thrown.name === 'TimeoutError';
      const error = late ? new TokenSourceError('The token source did not answer in time') : thrown;
      await judge(call, { error }, startedAt);
      throw error;
    }
  }
}

/** Longest wait for a token, ms. */
const PATIENCE_MS = 30_000;

const KEY_IN_PAGE =
  'Whoever opens this page can read its API key: sign people in with `msal` (azure-openai-failover/msal), or let a server of ' +
  'yours make the calls';

/** A key of a real resource: nobody owns a loopback or a reserved name. */
const showsKey = ({ credential, endpoint }: Region): boolean =>
  typeof credential === 'object' &&
  'apiKey' in credential &&
  !/^http:|\.(invalid|localhost|test)(:\d+)?$/.test(endpoint.origin);

/** How often a region has refused this call's credential: a renewed one is not renewed again. */
const refusals = (call: Call, name: string): number =>
  attemptsOf(call).filter(({ region, verdict }) => region === name && verdict.kind === 'unauthorized').length;

function signed(call: Call, signature: Signature, region?: string): Call {
  const headers = new Headers(call.headers);
  for (const name of CREDENTIAL_HEADERS) headers.delete(name);
  // A proxy that passes all headers on sends these too; neither is true of another region's request.
  headers.delete('content-length');
  if (region !== call.addressed) headers.delete('host');
  for (const [name, value] of signature) headers.set(name, value);
  return { ...call, headers };
}
