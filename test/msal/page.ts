import { PublicClientApplication } from '@azure/msal-browser';
import { msal } from '../../src/credential/msal.ts';
import { createFailoverFetch, type FailoverError } from '../../src/index.ts';

/** How a call ended. */
export interface Ended {
  readonly status?: number;
  readonly code?: string;
  readonly says?: string;
}

/** What a test asks of the page. */
export interface Page {
  /** Starts to make calls; how they ended is asked for later. */
  start(count: number, sources?: number): void;
  ended(): Promise<readonly Ended[]>;
  /** Tokens that calls were signed with, each once. */
  tokens(): readonly string[];
  /** Makes MSAL forget access tokens, and nothing else. */
  forget(): void;
  /** The state that the regions are believed to be in. */
  health(): readonly string[];
}

const given = new URLSearchParams(globalThis.location.search);
const authority = given.get('authority') ?? '';
const interaction = given.get('interaction') as 'popup' | 'redirect' | 'none';
const app = new PublicClientApplication({
  auth: {
    clientId: given.get('client') ?? '',
    authority,
    knownAuthorities: [new URL(authority).host],
    redirectUri: '/redirect.html',
    // The provider refuses a scope that it did not give.
    OIDCOptions: { defaultScopes: ['openid', 'profile'] },
  },
  cache: { cacheLocation: 'sessionStorage' },
});

let refused = Number(given.get('refused') ?? 0);
const seen = new Set<string>();
const clients = ['one', 'two'].map(() =>
  createFailoverFetch({
    regions: [
      { name: 'sweden', endpoint: 'https://contoso-sweden.openai.azure.com' },
      { name: 'eastus', endpoint: 'https://contoso-eastus.openai.azure.com' },
    ],
    credential: msal(app, { interaction }),
    async fetch(_, init) {
      seen.add(new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? '');
      return refused-- > 0 ? new Response('{}', { status: 401 }) : new Response('{}');
    },
  }),
);
let calls: readonly Promise<Ended>[] = [];

async function call(nth: number): Promise<Ended> {
  const [one] = clients.slice(nth);
  try {
    const response = await one?.('https://contoso-sweden.openai.azure.com/openai/v1/chat/completions', {
      method: 'POST',
      body: '{"model":"gpt"}',
    });
    return { status: response?.status ?? 0 };
  } catch (error) {
    const { code, cause } = error as FailoverError;
    return { code, says: String(cause) };
  }
}

const page: Page = {
  start(count, sources = 1) {
    calls = Array.from({ length: count }, (_, i) => call(i % sources));
  },
  ended: () => Promise.all(calls),
  tokens: () => [...seen],
  forget() {
    for (const key of Object.keys(sessionStorage)) if (/accesstoken/i.test(key)) sessionStorage.removeItem(key);
  },
  health: () => clients.flatMap((one) => one.regions().map(({ state }) => state)),
};
Object.assign(globalThis, { page });
