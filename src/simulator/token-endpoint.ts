import { issueToken } from './issued-token.ts';
import type { Reply } from './reply.ts';
import type { Moment } from './visit.ts';

const path = /^\/[^/]+\/oauth2\/v2\.0\/token$/;

/** Whether a request asks for a token. The path is without the region's prefix. */
export function asksForToken(method: string, pathname: string): boolean {
  return method === 'POST' && path.test(pathname);
}

/**
 * Answers as Entra ID does who asks for a token with a client's secret (`grant_type=client_credentials`), whatever the
 * tenant, the client and its secret are called.
 *
 * @param body a form.
 * @param seconds for which the token lasts.
 * @param requestId tells the token from others.
 */
export function tokenReply(body: string, seconds: number, { seed, now }: Moment, requestId: string): Reply {
  const form = new URLSearchParams(body);
  const said = (name: string): string => form.get(name) ?? '';
  const missing = ['grant_type', 'client_id', 'scope'].find((name) => said(name) === '');
  if (missing !== undefined) {
    return refused(
      'invalid_request',
      `AADSTS900144: The request body must contain the following parameter: '${missing}'.`,
    );
  }
  if (said('grant_type') !== 'client_credentials') {
    const text = `AADSTS70003: The app requested an unsupported grant type '${said('grant_type')}'.`;
    return refused('unsupported_grant_type', text);
  }
  if (said('client_secret') === '') {
    const text =
      "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    return refused('invalid_client', text, 401);
  }
  const [, aud] = /^(\S+)\/\.default$/.exec(said('scope')) ?? [];
  if (aud === undefined) {
    const text = `AADSTS1002012: The provided value for scope ${said('scope')} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`;
    return refused('invalid_scope', text);
  }
  const iat = Math.floor(now / 1000);
  const token = issueToken({ aud, iat, exp: iat + seconds, uti: requestId }, seed);
  return reply(200, { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: token });
}

function refused(error: string, description: string, status = 400): Reply {
  return reply(status, { error, error_description: description });
}

function reply(status: number, json: object): Reply {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store, no-cache' };
  return { status, headers, body: JSON.stringify(json) };
}
