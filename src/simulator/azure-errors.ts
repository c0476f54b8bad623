import type { Api } from './route.ts';

// Two producers: the front door writes its JSON by hand (the space after `"message":` is its own) with codes that are
// strings; the model backend writes OpenAI's shape.

const frontDoor = (code: string, message: string): string =>
  `{"error":{"code":${JSON.stringify(code)},"message": ${JSON.stringify(message)}}}`;

const backend = (error: { message: string; type: string; param: string | null; code: string | null }): string =>
  JSON.stringify({ error });

/** 401 for a key that is not this resource's. */
export const keyRefused = JSON.stringify({
  error: {
    code: '401',
    message:
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  },
});

/** 401 for a token that is missing, expired or another audience's. Without the `error` around it. */
export const tokenRefused =
  '{ "statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired." }';

/** 403 by the network rules. */
export const firewallDenied = frontDoor('403', 'Access denied due to Virtual Network/Firewall rules.');

/** 403 of a resource that only its private endpoint reaches. */
export const publicAccessDisabled = frontDoor(
  'AccessDenied',
  'Public access is disabled. Please configure private endpoint.',
);

/** 404 for a path, a method or an api-version that the service does not have. */
export const resourceNotFound = frontDoor('404', 'Resource not found');

/** 400 for a dated api-version on v1. */
export const versionNotSupported = frontDoor('BadRequest', 'API version not supported');

const noDeployment =
  'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.';

/** 404 for a deployment that the resource does not have. */
export function deploymentNotFound(api: Api): string {
  return JSON.stringify({
    error: {
      ...(api === 'v1' && { type: 'invalid_request_error', param: null }),
      code: 'DeploymentNotFound',
      message: noDeployment,
    },
  });
}

/** 400 for a body that cannot be read, or that names no model where only the body can. */
export function invalidRequest(message: string, param: string | null, code: string | null = null): string {
  return backend({ message, type: 'invalid_request_error', param, code });
}

const violation = { code: 'ResponsibleAIPolicyViolation' };
const violated = {
  hate: { filtered: false, severity: 'safe' },
  jailbreak: { filtered: true, detected: true },
  self_harm: { filtered: false, severity: 'safe' },
  sexual: { filtered: false, severity: 'safe' },
  violence: { filtered: false, severity: 'safe' },
};
const filtered = {
  code: 'content_filter',
  message:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766.",
  param: 'prompt',
  type: null,
};

/** 400 for a prompt that the content filter stops, as it was seen in 2025. */
export const contentFiltered = JSON.stringify({
  error: { inner_error: { ...violation, content_filter_results: violated }, ...filtered },
});

/** The same, as it is documented. */
export const promptFiltered = JSON.stringify({
  error: { ...filtered, status: 400, innererror: { ...violation, content_filter_result: violated } },
});

/** 400 for a prompt that is longer than the model can take. */
export function contextTooLong(param: string): string {
  const message =
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 128001 tokens. Please reduce the length of the messages.";
  return invalidRequest(message, param, 'context_length_exceeded');
}

/** 408 of a request that took too long. */
export const timedOut = frontDoor('Timeout', 'The operation was timeout.');

/** 500 of the model backend. */
export function serverError(requestId: string): string {
  return backend({
    message: `The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through an Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926 if you keep seeing this error. (Please include the request ID ${requestId} in your email.)`,
    type: 'server_error',
    param: null,
    code: null,
  });
}

/** Any other status, as the front door words it. */
export function statusError(status: number, message: string): string {
  return frontDoor(String(status), message);
}
