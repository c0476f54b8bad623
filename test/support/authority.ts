import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Provider, type ProviderContext } from 'oidc-provider';
import { generate } from 'selfsigned';

export const TENANT = 'f0000000-0000-4000-8000-000000000001';
export const CLIENT_ID = 'f0000000-0000-4000-8000-000000000002';
export const CLIENT_SECRET = 'the~Secret-of-the-app.0123456789abcdefgh';

export interface AuthorityOptions {
  /** How long its tokens live, s. Under 300 s, Microsoft's libraries ask anew for each. @default 3600 */
  readonly lifeSeconds?: number;
  /** Clients besides the one with a secret, as `oidc-provider` has them: a page's, for one. */
  readonly clients?: readonly object[];
  /** More of `oidc-provider`'s configuration: logins, sessions, CORS. */
  readonly configuration?: object;
  /** Answers before the provider does, if it says so: a login page, a bridge. Sees whole paths, the tenant's included. */
  readonly page?: (request: IncomingMessage, response: ServerResponse, provider: Provider) => boolean;
}

/** An OpenID provider on loopback, in the place of Entra ID for one tenant. */
export interface Authority extends AsyncDisposable {
  /** `https://localhost:PORT`: `authorityHost` of `@azure/identity`, `knownAuthorities` without the scheme. */
  readonly host: string;
  /** Of its certificate. */
  readonly ca: string;
  /** How often a token was asked for. */
  readonly asked: number;
  /** `down` answers nobody: connections are cut. `slow` never answers. */
  is: 'up' | 'down' | 'slow';
  /** Whether a region may let a token in: it is of this authority, for that audience, not revoked and not expired by `now`. */
  accepts(token: string, now: number): boolean;
  /** Every access token that a region has seen so far is good no more. */
  revoke(): void;
  /** Whoever signed in before has to do so again. */
  endSessions(): void;
}

/** Starts one. Nothing but loopback is talked to. */
export async function startAuthority(options: AuthorityOptions = {}): Promise<Authority> {
  const { lifeSeconds = 3_600, clients = [], configuration = {}, page } = options;
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const revoked = new Set<string>();
  const given = new Set<string>();
  const kept = new Map<string, Stored>();
  let started: { readonly provider: Provider; readonly handle: ReturnType<Provider['callback']> } | undefined;
  const state = { is: 'up' as Authority['is'], asked: 0 };

  const server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    if (request.method === 'POST' && /\/token(\?|$)/.test(request.url ?? '')) state.asked++;
    if (state.is === 'down') return void request.socket.destroy();
    if (state.is === 'slow' || !started || page?.(request, response, started.provider)) return;
    // Mounted where Entra ID has a tenant's endpoints.
    request.url = request.url?.replace(BASE, '') ?? '';
    (request as IncomingMessage & { originalUrl?: string }).originalUrl = BASE + request.url;
    void started.handle(request, response);
  });
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `https://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(host + BASE, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [],
        response_types: [],
      },
      ...clients,
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: ['not a secret'] },
    adapter: storing(kept),
    ttl: Object.fromEntries(
      ['ClientCredentials', 'AccessToken', 'Grant', 'IdToken', 'Interaction', 'Session', 'RefreshToken'].map((what) => [
        what,
        lifeSeconds,
      ]),
    ),
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ...configuration,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // As Entra ID does, the resource is read from the scope.
        defaultResource: ({ oidc }: ProviderContext) => RESOURCE.exec(oidc.params?.scope ?? '')?.[1],
        useGrantedResource: () => true,
        getResourceServerInfo: (_: ProviderContext, resource: string) => ({
          scope: `${resource}/.default`,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifeSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      ...('features' in configuration && (configuration.features as object)),
    },
  });
  started = { provider, handle: provider.callback() };

  return {
    host,
    ca: certificate.cert,
    get asked() {
      return state.asked;
    },
    get is() {
      return state.is;
    },
    set is(is) {
      state.is = is;
    },
    accepts(token, now) {
      const [head = '', body = '', signature = ''] = token.split('.');
      const signed = verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'));
      if (!signed) return false;
      const { aud, exp, jti } = JSON.parse(Buffer.from(body, 'base64url').toString());
      given.add(jti);
      return aud === AUDIENCE && exp * 1_000 > now && !revoked.has(jti);
    },
    revoke() {
      for (const one of given) revoked.add(one);
    },
    endSessions() {
      for (const key of kept.keys()) if (/^(Session|RefreshToken):/.test(key)) kept.delete(key);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Stored = Record<string, unknown>;

/** What the provider keeps, where it can be looked at and dropped. */
const storing = (kept: Map<string, Stored>) => (model: string) => {
  const keyOf = (id: string): string => `${model}:${id}`;
  const by = (field: string) => async (value: string) =>
    [...kept].find(([key, stored]) => key.startsWith(keyOf('')) && stored[field] === value)?.[1];
  return {
    upsert: async (id: string, payload: Stored) => void kept.set(keyOf(id), payload),
    find: async (id: string) => kept.get(keyOf(id)),
    findByUid: by('uid'),
    findByUserCode: by('userCode'),
    consume: async (id: string) => void Object.assign(kept.get(keyOf(id)) ?? {}, { consumed: 1 }),
    destroy: async (id: string) => void kept.delete(keyOf(id)),
    async revokeByGrantId(grantId: string) {
      for (const [key, stored] of kept) if (stored['grantId'] === grantId) kept.delete(key);
    },
  };
};

/** Where its endpoints are. */
export const BASE = `/${TENANT}/v2.0`;
/** Whom its tokens are for. */
export const AUDIENCE = 'https://ai.azure.com';
const RESOURCE = /(?:^| )(\S+)\/\.default(?: |$)/;
