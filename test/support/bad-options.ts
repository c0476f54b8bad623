import { latency, priority, weighted } from '../../src/index.ts';

/** Must never be shown. */
export const KEY = 'secret0123456789abcdefsecret0123456789abcdef';
export const SWEDEN = {
  name: 'sweden',
  endpoint: 'https://contoso-sweden.openai.azure.com',
  credential: { apiKey: KEY },
};
export const EASTUS = {
  name: 'eastus',
  endpoint: 'https://contoso-eastus.openai.azure.com',
  credential: { apiKey: KEY },
};

export const withRegion = (more: object) => ({ regions: [{ ...SWEDEN, ...more }] });
const withKey = (apiKey: unknown) => withRegion({ credential: { apiKey } });
export const withOptions = (more: object) => ({ regions: [SWEDEN, EASTUS], ...more });

/** One resource listed twice, with what it is asked for. */
export const withSwedenTwice = (first: object, second: object) => ({
  regions: [
    { ...SWEDEN, deployments: first },
    { ...SWEDEN, name: 'sweden again', deployments: second },
  ],
});

/** What is wrong, the options, and what must be said of it. */
export const BAD_OPTIONS: readonly (readonly [string, unknown, RegExp])[] = [
  ['nothing', undefined, /options must be an object/],
  ['no regions', {}, /regions must be a list of at least one region/],
  ['an empty list', { regions: [] }, /regions must be a list of at least one region/],
  ['regions that are no list', { regions: SWEDEN }, /regions must be a list/],
  ['a region that is none', { regions: [null] }, /regions\[0\] must be an object, got null/],
  ['no name', withRegion({ name: '' }), /regions\[0\]\.name must be a name, got ""/],
  [
    'one name twice',
    { regions: [SWEDEN, { ...EASTUS, name: 'sweden' }] },
    /regions\[1\]\.name must be a name that no other region has, got "sweden"/,
  ],
  // biome-ignore lint/suspicious/noSparseArray: what is left when a line is taken out.
  ['a hole in the list', { regions: [SWEDEN, , EASTUS] }, /regions\[1\] must be an object/],
  [
    'one endpoint twice',
    { regions: [SWEDEN, { ...SWEDEN, name: 'b' }] },
    /regions\[1\]\.endpoint must be an endpoint that no other region has, or other `deployments` there, got "https:\/\/contoso-sweden/,
  ],
  [
    'one endpoint twice, once as a base URL',
    { regions: [SWEDEN, { ...SWEDEN, name: 'b', endpoint: `${SWEDEN.endpoint}/openai/v1/` }] },
    /regions\[1\]\.endpoint must be an endpoint that no other/,
  ],
  [
    'one endpoint twice, with the same deployments',
    withSwedenTwice({ gpt: 'ptu', o3: false }, { o3: false, gpt: 'ptu' }),
    /regions\[1\]\.endpoint must be an endpoint that no other region has, or other `deployments` there/,
  ],
  [
    'a region as an endpoint',
    withRegion({ endpoint: 'eastus' }),
    /regions\[0\]\.endpoint must be an absolute URL such as .*, got "eastus"/,
  ],
  ['no endpoint', withRegion({ endpoint: undefined }), /regions\[0\]\.endpoint must be an absolute URL/],
  [
    'a host alone',
    withRegion({ endpoint: 'contoso.openai.azure.com' }),
    /regions\[0\]\.endpoint must be an absolute URL/,
  ],
  [
    'plain http',
    withRegion({ endpoint: 'http://contoso.openai.azure.com' }),
    /regions\[0\]\.endpoint must be https .*, got "http:/,
  ],
  ['plain http that looks like loopback', withRegion({ endpoint: 'http://127.0.0.1.evil.example' }), /must be https/],
  ['another scheme', withRegion({ endpoint: 'ftp://contoso' }), /regions\[0\]\.endpoint must be an absolute URL/],
  [
    'the address of a deployment',
    withRegion({ endpoint: `${SWEDEN.endpoint}/openai/deployments/gpt/chat/completions?api-version=2024-10-21` }),
    /regions\[0\]\.endpoint must be an Azure OpenAI resource’s own address, which ends before \/openai: https:/,
  ],
  [
    'the address of a v1 route',
    withRegion({ endpoint: `${SWEDEN.endpoint}/openai/v1/responses` }),
    /regions\[0\]\.endpoint must be an Azure OpenAI resource’s own address, .*, got "https:.*\/responses"/,
  ],
  [
    'the address of a gateway’s route',
    withRegion({ endpoint: 'https://gw.example.com/foo/v1/chat/completions' }),
    /regions\[0\]\.endpoint must be an Azure OpenAI resource’s own address/,
  ],
  [
    'one resource under two of its hosts',
    {
      regions: ['openai', 'cognitiveservices'].map((service) => ({
        ...{ name: service, endpoint: `https://contoso.${service}.azure.com`, credential: { apiKey: 'key' } },
      })),
    },
    /regions\[1\]\.endpoint must be an endpoint that no other region has, or other `deployments` there/,
  ],
  [
    'OpenAI’s own service',
    withRegion({ endpoint: 'https://api.openai.com/v1' }),
    /regions\[0\]\.endpoint must be an Azure OpenAI resource’s own address/,
  ],
  [
    'an endpoint with a query',
    withRegion({ endpoint: `${SWEDEN.endpoint}?a=1` }),
    /regions\[0\]\.endpoint must be a URL without user, query or fragment/,
  ],
  ['no credential', withRegion({ credential: undefined }), /regions\[0\]\.credential must be given/],
  ['an empty key', withKey(''), /0\]\.credential\.apiKey must be a key .*, got "": is its environment variable set\?$/],
  [
    'a key that is not set',
    withKey(undefined),
    /^.*: regions\[0\]\.credential\.apiKey must be a key that sweden takes, .*, got undefined: is its environment variable set\?$/,
  ],
  [
    'a key that a template did not find',
    withKey('undefined'),
    /credential\.apiKey must be .*, got "undefined": is its env/,
  ],
  [
    'a second key that is not set',
    withKey([KEY, undefined]),
    /0\]\.credential\.apiKey\[1\] must be .*, got undefined: is/,
  ],
  ['a key with a line break', withKey(`${KEY}\n`), /credential\.apiKey must be .*, got white space in it$/],
  ['a key with white space before it', withKey([` ${KEY}`, KEY]), /apiKey\[0\] must be .*, got white space in it$/],
  ['a key in other characters', withKey(`${KEY}é`), /credential\.apiKey must be .*, got other text$/],
  ['a key that is a number', withKey(7), /credential\.apiKey must be .*, got number$/],
  [
    'a key, and a token source that is not set',
    withRegion({ credential: { apiKey: KEY, getToken: undefined } }),
    /\.credential must be/,
  ],
  ['keys and tokens', withRegion({ credential: { apiKey: KEY, getToken: KEY } }), /\.credential must be/],
  [
    'a key of all regions that is not set',
    { regions: [{ name: 'a', endpoint: SWEDEN.endpoint }], credential: { apiKey: undefined } },
    /: credential\.apiKey must be a key that a takes, .*, got undefined: is its environment variable set\?$/,
  ],
  ['a bare key', withRegion({ credential: KEY }), /regions\[0\]\.credential must be/],
  ['three keys', withRegion({ credential: { apiKey: [KEY, KEY, KEY] } }), /regions\[0\]\.credential must be/],
  ['a token source that is none', withRegion({ credential: { getToken: KEY } }), /regions\[0\]\.credential must be/],
  [
    'a deployment without a name',
    withRegion({ deployments: { gpt: '' } }),
    /regions\[0\]\.deployments\["gpt"\] must be .*, got ""/,
  ],
  ['deployments that are text', withRegion({ deployments: 'gpt' }), /regions\[0\]\.deployments must be/],
  ['deployments that are a list', withRegion({ deployments: ['gpt'] }), /regions\[0\]\.deployments must be/],
  [
    'an api-version as a number',
    withRegion({ apiVersion: 2024 }),
    /regions\[0\]\.apiVersion must be an api-version, got 2024/,
  ],
  ['a priority as text', withRegion({ priority: '1' }), /regions\[0\]\.priority must be a finite number, got "1"/],
  ['a pool without a name', withRegion({ pool: '' }), /regions\[0\]\.pool must be a capacity pool's name, got ""/],
  ['a pool as a number', withRegion({ pool: 7 }), /regions\[0\]\.pool must be a capacity pool's name, got 7/],
  ['no weight', withRegion({ weight: 0 }), /regions\[0\]\.weight must be a finite number above 0, got 0/],
  ['endless weight', withRegion({ weight: Number.POSITIVE_INFINITY }), /regions\[0\]\.weight must be .*, got Infinity/],
  [
    'a misspelt option of a region',
    withRegion({ apikey: KEY }),
    /regions\[0\]\.apikey must be one of the options there are: name, endpoint/,
  ],
  [
    'a misspelt option',
    withOptions({ timeout: 1 }),
    /options\.timeout must be one of the options there are: regions, /,
  ],
  [
    'a misspelt timeout',
    withOptions({ timeouts: { total: 1 } }),
    /timeouts\.total must be one of the options there are: totalMs/,
  ],
  [
    'NaN',
    withOptions({ timeouts: { totalMs: Number.NaN } }),
    /timeouts\.totalMs must be a number of milliseconds from 1 to 2147483647, got NaN/,
  ],
  [
    'more than a timer holds',
    withOptions({ timeouts: { responseMs: 2 ** 31 } }),
    /timeouts\.responseMs must be .*, got 2147483648/,
  ],
  [
    'a time as text',
    withOptions({ timeouts: { firstEventMs: '20s' } }),
    /timeouts\.firstEventMs must be .*, got "20s"/,
  ],
  ['no attempts', withOptions({ retry: { attempts: 0 } }), /retry\.attempts must be a whole number from 1, got 0/],
  [
    'half an attempt',
    withOptions({ retry: { sameRegion: 0.5 } }),
    /retry\.sameRegion must be a whole number from 0, got 0\.5/,
  ],
  ['a budget in debt', withOptions({ retry: { budget: -0.1 } }), /retry\.budget must be a number from 0, got -0\.1/],
  ['a budget as text', withOptions({ retry: { budget: '20%' } }), /retry\.budget must be a number from 0, got "20%"/],
  [
    'a question in the past',
    withOptions({ timeouts: { livenessMs: -1 } }),
    /timeouts\.livenessMs must be a number of milliseconds from 0 to 2147483647, got -1/,
  ],
  ['no liveness, switched off', withOptions({ timeouts: { livenessMs: false } }), /timeouts\.livenessMs must be/],
  ['a ramp as text', withOptions({ breaker: { rampMs: '1m' } }), /breaker\.rampMs must be .*, got "1m"/],
  ['a ramp in the past', withOptions({ breaker: { rampMs: -1 } }), /breaker\.rampMs must be .*, got -1/],
  ['half a success', withOptions({ breaker: { successesToClose: 0.5 } }), /successesToClose must be a whole number/],
  [
    'a hedge before the call',
    withOptions({ hedge: { afterMs: -1 } }),
    /hedge\.afterMs must be a number of milliseconds from 0 .*, got -1/,
  ],
  ['a hedge budget in debt', withOptions({ hedge: { budget: -1 } }), /hedge\.budget must be a number from 0, got -1/],
  [
    'a misspelt option of hedging',
    withOptions({ hedge: { after: 700 } }),
    /hedge\.after must be one of the options there are: afterMs, budget/,
  ],
  ['hedging as a time', withOptions({ hedge: 700 }), /hedge must be .*, got 700/],
  ['hedging switched on', withOptions({ hedge: true }), /hedge must be .*, got true/],
  ['null for hedging', withOptions({ hedge: null }), /hedge must be .*, got null/],
  ['a wait in the past', withOptions({ retry: { maxWaitMs: -1 } }), /retry\.maxWaitMs must be .* from 0 .*, got -1/],
  ['retry off', withOptions({ retry: false }), /retry must be an object, got false/],
  ['null for a group', withOptions({ breaker: null }), /breaker must be an object, got null/],
  [
    'open longer than the longest',
    withOptions({ breaker: { openMs: 200_000 } }),
    /breaker\.maxOpenMs must be at least breaker\.openMs \(200000\), got 120000/,
  ],
  ['a strategy by name', withOptions({ strategy: 'priority' }), /strategy must be a function, got "priority"/],
  ...[priority, weighted, latency].map(
    (factory) =>
      [
        `${factory.name}, not called`,
        withOptions({ strategy: factory }),
        /: strategy must be called: latency\(\), not latency$/,
      ] as const,
  ),
  ['a listener that is none', withOptions({ onEvent: {} }), /onEvent must be a function/],
  ['a fetch that is none', withOptions({ fetch: 1 }), /fetch must be a function, got 1/],
  ['half a store', withOptions({ store: { load() {} } }), /store must be a HealthStore \(load, save\)/],
  ['a store switched off', withOptions({ store: false }), /store must be a HealthStore/],
  ['half a clock', withOptions({ clock: { now() {} } }), /clock must be a Clock \(now, sleep\)/],
  ['a clock that is a number', withOptions({ clock: 0 }), /clock must be a Clock/],
  [
    'a middleware without a list',
    withOptions({ use: { perCall: () => {} } }),
    /use\.perCall must be a list of functions/,
  ],
  [
    'a misspelt place for it',
    withOptions({ use: { perTry: [] } }),
    /use\.perTry must be one of the options there are: perCall, perAttempt/,
  ],
];
