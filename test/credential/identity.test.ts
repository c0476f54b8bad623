import { inspect } from 'node:util';
import {
  type AccessToken,
  AggregateAuthenticationError,
  AuthenticationError,
  AuthenticationRequiredError,
  CredentialUnavailableError,
  type GetTokenOptions,
  type TokenCredential,
} from '@azure/identity';
import { afterEach, expect, test, vi } from 'vitest';
import { entra } from '../../src/credential/identity.ts';
import type { TokenRequest } from '../../src/index.ts';

const SECRET = 'pQ8~SECRET-of-the-app.0123456789abcdefghij';
const { signal } = new AbortController();
const asks = (more: Partial<TokenRequest> = {}): TokenRequest => ({ signal, refresh: false, ...more });
const token = (more: Partial<AccessToken> = {}): AccessToken => ({ token: 't', expiresOnTimestamp: 7, ...more });

/** A credential that does as it is told, and remembers what it was asked. */
function credential(answer: (options: GetTokenOptions) => Promise<AccessToken | null>) {
  const getToken = vi.fn((_: string | string[], options: GetTokenOptions = {}) => answer(options));
  return { getToken } satisfies TokenCredential;
}
const fails = (error: unknown) => credential(() => Promise.reject(error));
const failureOf = (error: unknown, more: Partial<TokenRequest> = {}): Promise<Error> =>
  entra(fails(error))
    .getToken(asks(more))
    .then(
      () => new Error('It did not fail'),
      (thrown: Error) => thrown,
    );

afterEach(() => {
  vi.doUnmock('@azure/identity');
  vi.resetModules();
});

test('F: tokens are asked for by the scope of the endpoint’s cloud, or by the one that is given', async () => {
  const one = credential(async () => token());
  for (const cloud of ['public', 'us-government', 'china'] as const) await entra(one).getToken(asks({ cloud }));
  await entra(one, { scope: undefined }).getToken(asks());
  await entra(one, { scope: 'api://gateway/.default' }).getToken(asks({ cloud: 'china' }));
  expect(one.getToken.mock.calls.map(([scope]) => scope)).toEqual([
    'https://ai.azure.com/.default',
    'https://cognitiveservices.azure.us/.default',
    'https://cognitiveservices.azure.cn/.default',
    'https://ai.azure.com/.default',
    'api://gateway/.default',
  ]);
});

test('F: when a token expires, and from when on it should be renewed, is the credential’s to say', async () => {
  const one = credential(async () => token({ expiresOnTimestamp: 5_000, refreshAfterTimestamp: 4_000 }));
  expect(await entra(one).getToken(asks())).toEqual({ token: 't', expiresAt: 5_000, refreshAt: 4_000 });
});

test('F: a forced refresh comes with claims, without which a credential answers from its cache', async () => {
  const one = credential(async () => token());
  const source = entra(one);
  await source.getToken(asks());
  await source.getToken(asks({ refresh: true }));
  await source.getToken(asks({ refresh: true, claims: '{"access_token":{"nbf":{}}}' }));
  expect(one.getToken.mock.calls.map(([, options]) => options)).toEqual([
    { abortSignal: signal, enableCae: true },
    { abortSignal: signal, enableCae: true, claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}' },
    { abortSignal: signal, enableCae: true, claims: '{"access_token":{"nbf":{}}}' },
  ]);
});

test('F: a credential that takes no claims is asked without them, unless the service demands them', async () => {
  const cli = credential(async ({ claims }) => {
    if (claims) throw new CredentialUnavailableError("This credential doesn't support claims challenges.");
    return token();
  });
  expect(await entra(cli).getToken(asks({ refresh: true }))).toMatchObject({ token: 't' });
  expect(cli.getToken).toHaveBeenCalledTimes(2);
  await expect(entra(cli).getToken(asks({ refresh: true, claims: '{}' }))).rejects.toThrow('az login');
  expect(cli.getToken).toHaveBeenCalledTimes(3);
});

test('F: a refresh that fails for another reason is not asked for twice', async () => {
  const one = fails(new AuthenticationError(503, 'down'));
  await expect(entra(one).getToken(asks({ refresh: true }))).rejects.toThrow('Entra ID gave no token');
  expect(one.getToken).toHaveBeenCalledTimes(1);
});

test('F: who gives up waits no longer, though the credential does not listen', async () => {
  const giving = new AbortController();
  const one = credential(() => new Promise(() => {}));
  const waiting = entra(one).getToken(asks({ signal: giving.signal }));
  giving.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  await expect(entra(one).getToken(asks({ signal: giving.signal }))).rejects.toBe('enough');
  expect(one.getToken).toHaveBeenCalledTimes(1);
});

const ERRORS: readonly (readonly [name: string, error: unknown, says: string])[] = [
  [
    'a wrong secret',
    new AuthenticationRequiredError({
      scopes: ['s'],
      message: `invalid_client: 7000215 - Description: AADSTS7000215: Invalid client secret provided: ${SECRET}`,
    }),
    'AADSTS7000215): the secret or certificate of the app is wrong or has expired',
  ],
  [
    'an unknown tenant',
    new AuthenticationError(400, { error: 'invalid_request', error_description: 'AADSTS90002: Tenant not found.' }),
    'AZURE_TENANT_ID',
  ],
  [
    'an unknown scope',
    new AuthenticationError(400, { error: 'invalid_resource', error_description: 'AADSTS500011: not in the tenant.' }),
    'give `entra` another `scope`',
  ],
  [
    'an old session',
    new AuthenticationRequiredError({ scopes: ['s'], message: 'AADSTS700082: The refresh token has expired.' }),
    'az login --scope https://ai.azure.com/.default',
  ],
  [
    'nobody signed in',
    new AggregateAuthenticationError(
      [
        new CredentialUnavailableError('EnvironmentCredential is unavailable.'),
        new CredentialUnavailableError(
          "Please run 'az login' from a command prompt: connect ETIMEDOUT 169.254.169.254",
        ),
      ],
      'ChainedTokenCredential authentication failed.',
    ),
    'nobody is signed in here: run `az login`',
  ],
  ['no network', Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'cannot be reached'],
  [
    'an authority that is not there',
    new CredentialUnavailableError('endpoints_resolution_error: x'),
    'cannot be reached',
  ],
  ['no token at all', null, 'AZURE_LOG_LEVEL=verbose'],
  [
    'words of its own',
    new Error(`It does not like ${SECRET}`, { cause: { secret: SECRET } }),
    'AZURE_LOG_LEVEL=verbose',
  ],
  ['a text', `nothing but ${SECRET}`, 'AZURE_LOG_LEVEL=verbose'],
];

test.each(ERRORS)('F: %s: the error names what helps, and shows no secret', async (_, error, says) => {
  const failure = await failureOf(error);
  expect(failure.name).toBe('TokenSourceError');
  expect(failure.message).toContain('Entra ID gave no token for https://ai.azure.com/.default');
  expect(failure.message).toContain(says);
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('pQ8~');
});

test('F: whatever is thrown, the error says that it was Entra ID', async () => {
  const circular: Error & { cause?: unknown; errors?: unknown } = new Error('around');
  circular.cause = circular;
  circular.errors = [circular, circular];
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error(SECRET);
      },
    },
  );
  for (const error of [undefined, 0, Symbol('no'), {}, circular, hostile]) {
    const failure = await failureOf(error);
    expect(failure.message).toContain('Entra ID gave no token');
    expect(inspect(failure)).not.toContain('pQ8~');
  }
});

test('F: a credential that gives nothing gave no token', async () => {
  await expect(entra(credential(async () => null)).getToken(asks())).rejects.toThrow('Entra ID gave no token');
});

test.each([
  ['a token provider', () => Promise.resolve('token')],
  ['null', null],
  ['a text', 'token'],
])('F: %s is no credential, and no scope is empty', (_, wrong) => {
  expect(() => entra(wrong as never)).toThrow('entra: credential must be a TokenCredential');
  expect(() => entra(undefined, { scope: '' })).toThrow('entra: scope must be');
  expect(() => entra(undefined, { scope: 7 as never })).toThrow('entra: scope must be');
});

test('F: the default credential is made when it is first asked, once, and not where one is given', async () => {
  const made = vi.fn();
  vi.doMock('@azure/identity', () => ({
    DefaultAzureCredential: class {
      constructor() {
        made();
        if (made.mock.calls.length === 1) throw new Error('Invalid value for AZURE_TOKEN_CREDENTIALS');
      }
      getToken = async () => token();
    },
  }));
  const source = entra();
  expect(made).not.toHaveBeenCalled();
  await expect(source.getToken(asks())).rejects.toThrow('Entra ID gave no token');
  await Promise.all([source.getToken(asks()), source.getToken(asks()), source.getToken(asks({ cloud: 'china' }))]);
  expect(made).toHaveBeenCalledTimes(2);
  await entra(credential(async () => token())).getToken(asks());
  expect(made).toHaveBeenCalledTimes(2);
});

test('F: in a page, where there is no default credential, the error says what to use instead', async () => {
  vi.doMock('@azure/identity', () => ({
    DefaultAzureCredential: class {
      constructor() {
        throw new Error(
          'DefaultAzureCredential is not supported in the browser. Use InteractiveBrowserCredential instead.',
        );
      }
    },
  }));
  await expect(entra().getToken(asks())).rejects.toThrow('`msal` from azure-openai-failover/msal');
});

test('F: without the package, the error says how to install it', async () => {
  const missing = Object.assign(new Error("Cannot find package '@azure/identity' imported from here"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  expect((await failureOf(missing)).message).toContain('npm install @azure/identity');
});
