import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Evidence, judge, needsBody } from '../../src/azure/verdict.ts';
import type { Operation, Outcome, Verdict } from '../../src/types.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const CHAT: Operation = { kind: 'chat.completions', deployment: 'gpt', stream: false, replayable: true, boundTo: [] };
const BOUND: Operation = { kind: 'responses', stream: false, replayable: true, boundTo: ['resp_1'] };

function respond(status: number, headers: Record<string, string> = {}): Response {
  const response = new Response(null, { headers });
  // The constructor refuses what fetch can return: 0, and what a server invents.
  Object.defineProperty(response, 'status', { value: status });
  return response;
}

function judged(outcome: Evidence['outcome'], rest: Partial<Evidence> = {}): Verdict {
  return judge({ outcome, aborted: false, durationMs: 20, now: NOW, operation: CHAT, ...rest });
}

type Headers = Record<string, string>;
type Short = `${Verdict['kind']} ${Verdict['blame']} ${Verdict['action']} ${Verdict['worked']}`;
const short = ({ kind, blame, action, worked }: Verdict) => `${kind} ${blame} ${action} ${worked}`;

const KEY =
  '{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}';
const DENIED = { 'apim-request-id': 'a', 'policy-id': 'ThrowExceptionDueToTrafficDenied' };
const SUSPENDED =
  '{"error":{"message":"Your resource has been temporarily blocked because we detected behavior that may violate our content policy. https://aka.ms/aoaicodeofconduct"}}';
const NO_DEPLOYMENT =
  'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.';

describe('H: who may not come in', () => {
  test.each<[row: string, status: number, body: string, verdict: Short, headers?: Headers]>([
    ['wrong key', 401, KEY, 'unauthorized credential failover no'],
    ['wrong key, other code', 401, KEY.replace('"401"', '"Unauthorized"'), 'unauthorized credential failover no'],
    [
      'token',
      401,
      '{ "statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired." }',
      'unauthorized credential failover no',
    ],
    [
      'token, wrong path',
      401,
      '{ "statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect (urn:ms.scopedToken or urn:ms.faceSessionToken), or have expired." }',
      'unauthorized credential failover no',
    ],
    [
      'role',
      401,
      '{"error":{"code":"PermissionDenied","message": "Principal does not have access to API/Operation."}}',
      'forbidden credential failover no',
    ],
    [
      'role, newer',
      401,
      '{"error":{"code":"PermissionDenied","message":"The principal `0000` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation."}}',
      'forbidden credential failover no',
    ],
    [
      'role, no code',
      401,
      '{"error":{"message":"The principal `0000` lacks the required data action `a` to perform `POST /` operation."}}',
      'forbidden credential failover no',
    ],
    [
      'keys disabled',
      403,
      '{"error":{"code":"AuthenticationTypeDisabled","message":"Key based authentication is disabled for this resource."}}',
      'forbidden credential failover no',
    ],
    [
      'firewall',
      403,
      '{"error":{"code":"403","message": "Access denied due to Virtual Network/Firewall rules."}}',
      'forbidden credential failover no',
      DENIED,
    ],
    [
      'private endpoint',
      403,
      '{"error":{"code":"AccessDenied","message": "Public access is disabled. Please configure private endpoint."}}',
      'forbidden credential failover no',
      DENIED,
    ],
    [
      'regional endpoint',
      403,
      '{"code":"403","message":"A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. Check https://aka.ms/cogsvc-vnet for more details."}',
      'forbidden credential failover no',
    ],
    ['suspension', 403, SUSPENDED, 'blocked credential failover no'],
    ['suspension as 500', 500, SUSPENDED, 'blocked credential failover no'],
    [
      'gateway quota',
      403,
      '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 00:13:37." }',
      'blocked credential failover no',
    ],
    [
      'quota',
      429,
      '{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
      'blocked credential failover no',
    ],
  ])('%s', (_, status, body, verdict, headers) => {
    expect(short(judged({ response: respond(status, headers) }, { body }))).toBe(verdict);
  });
});

describe('H: what the request itself is to blame for', () => {
  test.each<[row: string, status: number, body: string, verdict: Short]>(
    [
      [
        '400 content filter, inner_error',
        400,
        '{"error":{"inner_error":{"code":"ResponsibleAIPolicyViolation","content_filter_results":{"hate":{"filtered":true,"severity":"high"}}},"code":"content_filter","message":"The response was filtered due to the prompt triggering Azure OpenAI\'s content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766.","param":"prompt","type":null}}',
        'invalid caller return yes',
      ],
      [
        '400 content filter, innererror',
        400,
        '{"error":{"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}},"code":"content_filter","message":"The response was filtered","param":"prompt","type":null}}',
        'invalid caller return yes',
      ],
      [
        '400 content filter, cut off',
        400,
        '{"error":{"inner_error":{"code":"ResponsibleAIPolicyViolation","content_filter_results":{"hate":{"fil',
        'invalid caller return yes',
      ],
      [
        '400 context',
        400,
        '{"error":{"message":"This model\'s maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
        'invalid caller return no',
      ],
      [
        '400 context, configured',
        400,
        '{"error":{"message":"Input tokens exceed the configured limit of 272000 tokens."}}',
        'invalid caller return no',
      ],
      [
        '400 parameter',
        400,
        '{"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}',
        'invalid caller return no',
      ],
      [
        '400 value',
        400,
        '{"error":{"message":"Unsupported value","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}',
        'invalid caller return no',
      ],
      [
        '400 api version',
        400,
        '{"error":{"code":"BadRequest","message":"API version not supported"}}',
        'invalid caller return no',
      ],
      [
        '400 api version of the model',
        400,
        '{"error":{"code":"BadRequest","message":"Model {modelName} is enabled only for api versions 2024-12-01-preview and later"}}',
        'invalid caller return no',
      ],
      [
        '400 operation',
        400,
        '{"error":{"code":"OperationNotSupported","message":"The chatCompletion operation does not work with the specified model, X. Please choose different model and try again."}}',
        'invalid caller return no',
      ],
      [
        '400 flex',
        400,
        '{"error":{"message":"Invalid service_tier argument","type":"invalid_request_error"}}',
        'invalid caller return no',
      ],
      ['400 that is an outage looks like any other', 400, '', 'invalid caller return no'],
      ['404 route', 404, '{"error":{"code":"404","message": "Resource not found"}}', 'invalid caller return no'],
      ['404 without a body', 404, '', 'invalid caller return no'],
      ...[405, 409, 411, 413, 415, 422, 431, 451, 501, 505].map(
        (status) => [`${status}`, status, '', 'invalid caller return no'] as const,
      ),
    ].map((row) => row as [string, number, string, Short]),
  )('%s', (_, status, body, verdict) => {
    expect(short(judged({ response: respond(status) }, { body }))).toBe(verdict);
  });
});

describe('G: state that lives elsewhere', () => {
  test.each<[row: string, body: string]>([
    [
      'encrypted content',
      '{"error":{"message":"The encrypted content gAAAAABo could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}',
    ],
    [
      'encrypted content, no code',
      '{"error":{"message":"The encrypted content gAAAAABo could not be verified. Reason: Encrypted content could not be decrypted or parsed.","type":"invalid_request_error","param":null,"code":null}}',
    ],
    [
      'item',
      '{"error":{"message":"Item with id \'rs_0123\' not found.","type":"invalid_request_error","param":"input","code":null}}',
    ],
    [
      'reasoning item',
      '{"error":{"message":"Item \'msg_01\' of type \'message\' was provided without its required \'reasoning\' item: \'rs_01\'.","type":"invalid_request_error","param":"input","code":null}}',
    ],
    [
      'previous response',
      '{"error":{"message":"Previous response with id \'resp_01\' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}',
    ],
    [
      'previous response, no code',
      '{"error":{"message":"Previous response with id \'resp_01\' not found.","type":"invalid_request_error","param":"previous_response_id","code":null}}',
    ],
  ])('400 %s', (_, body) => {
    expect(short(judged({ response: respond(400) }, { body }))).toBe('state-bound caller return no');
  });

  test.each([404, 410])('%i for an object', (status) => {
    const body = '{"error":{"message":"Response with id \'resp_1\' not found.","type":"invalid_request_error"}}';
    expect(short(judged({ response: respond(status) }, { body, operation: BOUND }))).toBe(
      'state-bound caller return no',
    );
  });

  test('404 for a deployment is about the deployment, bound or not', () => {
    const body = `{"error":{"code":"DeploymentNotFound","message":"${NO_DEPLOYMENT}"}}`;
    expect(judged({ response: respond(404) }, { body, operation: BOUND }).kind).toBe('no-deployment');
  });
});

describe('H: what concerns a deployment', () => {
  test.each<[row: string, status: number, body: string, verdict: Short]>([
    [
      '404 classic',
      404,
      `{"error":{"code":"DeploymentNotFound","message":"${NO_DEPLOYMENT}"}}`,
      'no-deployment deployment failover no',
    ],
    [
      '404 v1',
      404,
      `{"error":{"message":"${NO_DEPLOYMENT}","type":"invalid_request_error","param":null,"code":null}}`,
      'no-deployment deployment failover no',
    ],
    [
      '404 model',
      404,
      '{"error":{"message":"The model `gpt` does not exist","type":"invalid_request_error","code":"model_not_found"}}',
      'no-deployment deployment failover no',
    ],
    [
      '404 resource',
      404,
      '{"error":{"code":"ResourceNotFound","message":"The resource is gone"}}',
      'no-deployment deployment failover no',
    ],
    [
      '404 responses',
      404,
      '{"error":{"code":"NotFound","message":"Azure OpenAI Responses API is not enabled in this region. Please check https://aka.ms/aoai/responsesapi/availability"}}',
      'no-deployment deployment failover no',
    ],
    [
      '400 responses',
      400,
      '{"error":{"code":"BadRequest","message":"Azure OpenAI Responses API is not enabled in this region."}}',
      'no-deployment deployment failover no',
    ],
    [
      '400 model',
      400,
      '{"error":{"code":"unknown_model","message":"Unknown model: gpt"}}',
      'no-deployment deployment failover no',
    ],
    ['410', 410, '', 'no-deployment deployment failover no'],
    [
      '408',
      408,
      '{"error":{"code":"Timeout","message":"The operation was timeout."}}',
      'timeout deployment failover maybe',
    ],
    ['424', 424, '', 'server-error deployment failover maybe'],
  ])('%s', (_, status, body, verdict) => {
    expect(short(judged({ response: respond(status) }, { body }))).toBe(verdict);
  });
});

const said = (message: string, code = '429') => JSON.stringify({ error: { code, message } });

describe('I: throttling is not an outage', () => {
  test.each<[row: string, body: string, headers: Headers, kind: Verdict['kind'], retryAfterMs: number | undefined]>([
    [
      '(a)',
      said(
        'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-05-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 33 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
      ),
      {},
      'throttled',
      33_000,
    ],
    [
      '(b)',
      said(
        'Your requests to gpt-4.1-nano for gpt-4.1-nano in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version 2023-05-15. Please retry after 45 seconds.',
      ),
      {},
      'throttled',
      45_000,
    ],
    [
      '(c)',
      '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 40 seconds." }',
      {},
      'throttled',
      40_000,
    ],
    [
      'daily',
      said('Requests have exceeded call rate limit. Please retry after 86400 seconds.'),
      {},
      'throttled',
      86_400_000,
    ],
    [
      '(f) 2023',
      '',
      {
        'x-rate-limit-reset-tokens': '55',
        'policy-id': 'DeploymentRatelimit-Token',
        'x-ms-region': 'West US',
        'x-ratelimit-remaining-requests': '9',
      },
      'throttled',
      55_000,
    ],
    [
      '(f) Responses',
      '',
      { 'x-ratelimit-limit-tokens': '-1', 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' },
      'throttled',
      undefined,
    ],
    [
      'PTU',
      '',
      { 'retry-after': '1', 'retry-after-ms': '850', 'azure-openai-deployment-utilization': '104.2%' },
      'throttled',
      850,
    ],
    [
      'temporary adjustment',
      said('rate limit'),
      { 'x-ratelimit-limit-tokens': '1000', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '12' },
      'throttled',
      12_000,
    ],
    ['flex', said('Flex tier rate limit', 'rate_limit_exceeded'), {}, 'throttled', undefined],
    [
      'in-band',
      '{"type":"error","error":{"type":"too_many_requests","code":"rate_limit_exceeded","headers":{"x-ms-fe-error":"true"},"message":"Your requests to the deployment have exceeded rate limit.","param":null},"sequence_number":2}',
      {},
      'throttled',
      undefined,
    ],
    [
      'capacity',
      said(
        'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load. Please retry after 20 seconds. For improved capacity reliability, consider switching to Provisioned Throughput.',
      ),
      {},
      'no-capacity',
      20_000,
    ],
    [
      'capacity, unhinted',
      said('The service is temporarily unable to process your request. Please try again later.'),
      {},
      'no-capacity',
      undefined,
    ],
    ['NoCapacity', said('No capacity', 'NoCapacity'), {}, 'no-capacity', undefined],
    ['no_kv_space', '{"error":{"message":"no_kv_space","type":"server_error"}}', {}, 'no-capacity', undefined],
  ])('429 %s', (_, body, headers, kind, retryAfterMs) => {
    const verdict = judged({ response: respond(429, headers) }, { body });
    expect(short(verdict)).toBe(`${kind} deployment failover no`);
    expect(verdict.retryAfterMs).toBe(retryAfterMs);
  });

  test.each<[row: string, body: string, headers: Headers, retryAfterMs?: number]>([
    ['with Retry-After', '', { 'retry-after': '7' }, 7000],
    ['with a hint in words', said('Server is starting. Try again in 7 seconds.', '503'), {}, 7000],
    ['rate limit', said('Rate limit reached'), {}],
    ['busy', said('Try later', 'ServerBusy'), {}],
    ['overloaded', 'The engine is currently overloaded', {}],
    ['high demand', said('The system is currently experiencing high demand', '503'), {}],
  ])('503 %s', (_, body, headers, retryAfterMs) => {
    const verdict = judged({ response: respond(503, headers) }, { body });
    expect(short(verdict)).toBe('no-capacity deployment failover no');
    expect(verdict.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('W: fast failures are tried again, slow ones move on', () => {
  test.each<[row: string, status: number, body: string, kind: string, worked: string]>([
    [
      '500 model',
      500,
      '{"error":{"message":"The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through an Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926 if you keep seeing this error. (Please include the request ID a in your email.)","type":"server_error","param":null,"code":null}}',
      'server-error region',
      'maybe',
    ],
    [
      '500 code',
      500,
      '{"error":{"code":"InternalServerError","message":"Backend returned unexpected response."}}',
      'server-error region',
      'maybe',
    ],
    [
      '500 front door',
      500,
      '{"statusCode":500,"message":"Internal server error","activityId":"a"}',
      'server-error region',
      'maybe',
    ],
    ['529', 529, '', 'server-error region', 'maybe'],
    ['507', 507, '', 'server-error region', 'maybe'],
    ['502 page', 502, '<html><head><title>502 Bad Gateway</title></head></html>', 'gateway region', 'maybe'],
    ['503 Envoy', 503, 'no healthy upstream', 'gateway region', 'no'],
    [
      '503 Envoy, unconnected',
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
      'gateway region',
      'no',
    ],
    [
      '503 Envoy, cut',
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
      'gateway region',
      'maybe',
    ],
    ['503 code', 503, '{"error":{"code":"503","message":"Service unavailable"}}', 'gateway region', 'maybe'],
    ['504', 504, '', 'gateway region', 'maybe'],
  ])('%s', (_, status, body, kind, worked) => {
    const outcome = { response: respond(status) };
    expect(short(judged(outcome, { body, durationMs: 999 }))).toBe(`${kind} retry ${worked}`);
    expect(short(judged(outcome, { body, durationMs: 1000 }))).toBe(`${kind} failover ${worked}`);
    expect(judged(outcome, { body, durationMs: Number.NaN }).action).toBe('failover');
  });

  test.each<[what: string, error: unknown, fast: Short, slow: Short]>([
    ['connect', { code: 'ECONNREFUSED' }, 'connect network retry no', 'connect network failover no'],
    ['network', new TypeError('Failed to fetch'), 'network network retry maybe', 'network network failover maybe'],
    ['a rejection nobody knows', 'no idea', 'network network retry maybe', 'network network failover maybe'],
    ['undefined', undefined, 'network network retry maybe', 'network network failover maybe'],
    [
      'timeout',
      new DOMException('signal timed out', 'TimeoutError'),
      'timeout region failover maybe',
      'timeout region failover maybe',
    ],
    [
      'offline',
      new TypeError('The Internet connection appears to be offline.'),
      'offline nobody return no',
      'offline nobody return no',
    ],
    ['invalid', new TypeError('Invalid URL'), 'invalid caller return no', 'invalid caller return no'],
    [
      'F: no token',
      Object.assign(new Error('IMDS'), { name: 'TokenSourceError', cause: { code: 'ETIMEDOUT' } }),
      'token-source nobody failover no',
      'token-source nobody failover no',
    ],
    [
      'N: silence, and no answer to the question whether it is alive',
      Object.assign(new Error('silent'), { name: 'UnresponsiveError' }),
      'timeout network failover maybe',
      'timeout network failover maybe',
    ],
    [
      'J: a machine that slept',
      Object.assign(new Error('slept'), { name: 'SuspendedError', cause: { code: 'ECONNREFUSED' } }),
      'network nobody failover maybe',
      'network nobody failover maybe',
    ],
  ])('%s', (_, error, fast, slow) => {
    expect(short(judged({ error }))).toBe(fast);
    expect(short(judged({ error }, { durationMs: 5000 }))).toBe(slow);
  });
});

test.each<[what: string, error: unknown, verdict: Short]>([
  ['connect', { code: 'ECONNREFUSED' }, 'offline nobody return no'],
  ['network', new TypeError('Failed to fetch'), 'offline nobody return no'],
  ['undefined', undefined, 'offline nobody return no'],
  ['timeout', new DOMException('signal timed out', 'TimeoutError'), 'timeout region failover maybe'],
  ['invalid', new TypeError('Invalid URL'), 'invalid caller return no'],
  ['no token', Object.assign(new Error('IMDS'), { name: 'TokenSourceError' }), 'token-source nobody failover no'],
  ['silence', Object.assign(new Error('silent'), { name: 'UnresponsiveError' }), 'timeout network failover maybe'],
])(
  'J: where the platform says that there is no network, it is believed when nothing could be reached: %s',
  (_, error, verdict) => {
    expect(short(judged({ error }, { online: false }))).toBe(verdict);
  },
);

test('J: where the platform says that there is no network, an answer still counts as what it is', () => {
  expect(short(judged({ response: respond(200) }, { online: false }))).toBe('ok nobody return yes');
  expect(short(judged({ response: respond(503) }, { online: false }))).toBe('gateway region retry maybe');
});

test.each<[what: string, status: number, headers: Headers, operation: Operation, verdict: Short]>([
  ['200', 200, { 'content-type': 'application/json' }, CHAT, 'ok nobody return yes'],
  ['201, untyped', 201, {}, CHAT, 'ok nobody return yes'],
  ['304', 304, {}, CHAT, 'ok nobody return yes'],
  [
    'a stream that may fail yet',
    200,
    { 'content-type': 'text/event-stream', 'retry-after': '7' },
    CHAT,
    'ok nobody return yes',
  ],
  ['a captive portal', 200, { 'content-type': 'Text/HTML; charset=utf-8' }, CHAT, 'bad-body network failover no'],
  ['a captive portal that says so', 511, {}, CHAT, 'bad-body network failover no'],
  ['a stored page', 200, { 'content-type': 'text/html' }, BOUND, 'ok nobody return yes'],
  ['a redirect', 302, { location: '/' }, CHAT, 'gateway region failover no'],
  ['a redirect in a browser', 0, {}, CHAT, 'gateway region failover no'],
  ['a gateway that gave up', 499, {}, CHAT, 'gateway nobody failover maybe'],
  ['101', 101, {}, CHAT, 'unknown nobody return maybe'],
  ['600', 600, {}, CHAT, 'unknown nobody return maybe'],
])('judges %s', (_, status, headers, operation, verdict) => {
  expect(short(judged({ response: respond(status, headers) }, { operation }))).toBe(verdict);
});

test('a healthy answer costs one look at its headers', () => {
  let looks = 0;
  const response = respond(200);
  const get = response.headers.get.bind(response.headers);
  response.headers.get = (name) => {
    looks++;
    return get(name);
  };
  judged({ response });
  expect(looks).toBe(1);
});

test('a hint is kept only where moving on is the answer', () => {
  const headers = { 'retry-after': '5' };
  expect(judged({ response: respond(500, headers) }).retryAfterMs).toBe(5000);
  expect(judged({ response: respond(400, headers) }, { body: '' })).not.toHaveProperty('retryAfterMs');
  expect(judged({ response: respond(500) })).not.toHaveProperty('retryAfterMs');
});

test('W: a region that asks to be left alone is not tried again at once', () => {
  expect(judged({ response: respond(500, { 'retry-after': '5' }) }).action).toBe('failover');
  expect(judged({ response: respond(500, { 'retry-after': '0' }) }).action).toBe('retry');
});

test('asks for the bodies it has rows for', () => {
  const asked = Array.from({ length: 600 }, (_, status) => status).filter(needsBody);
  expect(asked).toEqual([400, 401, 403, 404, 429, 500, 503]);
});

const KINDS = [
  'ok',
  'aborted',
  'offline',
  'invalid',
  'unauthorized',
  'forbidden',
  'blocked',
  'no-deployment',
  'throttled',
  'no-capacity',
  'server-error',
  'gateway',
  'connect',
  'network',
  'timeout',
  'bad-body',
  'token-source',
  'state-bound',
  'unknown',
];

const words = fc.constantFrom(
  'content_filter',
  'DeploymentNotFound',
  '429',
  'NoCapacity',
  'insufficient_quota',
  'high demand',
  'retry after 3 seconds',
  'no healthy upstream',
  'ECONNRESET',
  'AbortError',
  'TimeoutError',
  'TokenSourceError',
  'SuspendedError',
  'UnresponsiveError',
  'FailoverError',
  '',
);
const text = fc.oneof(words, fc.string());
const bodies = fc.oneof(
  text,
  fc.json(),
  fc
    .record({ code: text, message: text, type: text, innererror: fc.object() }, { requiredKeys: [] })
    .map((error) => JSON.stringify({ error })),
  fc.record({ statusCode: fc.integer(), message: text }).map((body) => JSON.stringify(body).slice(0, -3)),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'retry-after',
    'retry-after-ms',
    'content-type',
    'date',
    'x-ratelimit-reset-tokens',
    'x-ratelimit-remaining-tokens',
    'policy-id',
  ),
  fc.oneof(
    fc.constantFrom('text/html', '5', '-1', '6m0s', 'Sun, 22 Nov 2026 12:00:07 GMT'),
    fc.string({ unit: fc.constantFrom(...'0123456789.:,-+smhGT ') }),
  ),
);
const hostile = (plain: object) =>
  new Proxy(plain, {
    get() {
      throw new Error('hostile');
    },
  });
const errors = fc.oneof(
  fc.anything(),
  fc.record(
    { name: text, code: fc.oneof(text, fc.integer()), message: text, cause: fc.anything(), errors: fc.anything() },
    { requiredKeys: [] },
  ),
  fc.object().map(hostile),
  fc.object().map((cause) => ({ cause: hostile(cause), errors: [hostile(cause)] })),
  text.map((code) => {
    const error: { code: string; cause?: unknown; errors?: unknown } = { code };
    error.cause = error;
    error.errors = [error, { cause: error }];
    return error;
  }),
);
const statuses = fc.oneof(
  fc.integer({ min: 100, max: 599 }),
  fc.constantFrom(0, 200, 400, 401, 403, 404, 429, 500, 503, 600, Number.NaN),
);
const evidence = fc.record({
  outcome: fc.oneof(
    fc.tuple(statuses, headers).map(([status, some]): Outcome => ({ response: respond(status, some) })),
    errors.map((error): Outcome => ({ error })),
  ),
  aborted: fc.boolean(),
  online: fc.boolean(),
  body: fc.option(bodies, { nil: undefined }),
  durationMs: fc.double(),
  now: fc.oneof(fc.double(), fc.constant(NOW)),
  operation: fc.constantFrom(CHAT, BOUND),
});

test('V: every outcome has a verdict that holds together', () => {
  fc.assert(
    fc.property(evidence, (seen) => {
      const { kind, blame, action, worked, retryAfterMs } = judge(seen);
      expect(KINDS).toContain(kind);
      expect(['nobody', 'caller', 'credential', 'deployment', 'region', 'network']).toContain(blame);
      expect(['return', 'retry', 'failover']).toContain(action);
      expect(['no', 'maybe', 'yes']).toContain(worked);
      expect(retryAfterMs === undefined || (Number.isInteger(retryAfterMs) && retryAfterMs >= 0)).toBe(true);
      if (blame === 'caller') expect(action).toBe('return');
      if (action === 'retry') {
        expect(seen.durationMs).toBeLessThan(1000);
        expect(retryAfterMs ?? 0).toBe(0);
      }
    }),
    { numRuns: 1000 },
  );
});

test('B: what the caller aborted is nobody’s fault', () => {
  fc.assert(
    fc.property(evidence, (seen) => {
      expect(short(judge({ ...seen, aborted: true }))).toBe('aborted nobody return maybe');
    }),
  );
});

test('I: a 429 never counts against a region', () => {
  fc.assert(
    fc.property(evidence, headers, (seen, some) => {
      const { blame, action } = judge({ ...seen, aborted: false, outcome: { response: respond(429, some) } });
      expect(['deployment', 'credential']).toContain(blame);
      expect(action).toBe('failover');
    }),
  );
});

test('the same evidence always gives the same verdict', () => {
  fc.assert(
    fc.property(evidence, (seen) => {
      expect(judge(seen)).toEqual(judge(seen));
    }),
  );
});
