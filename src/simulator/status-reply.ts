import {
  contentFiltered,
  deploymentNotFound,
  keyRefused,
  publicAccessDisabled,
  serverError,
  statusError,
  timedOut,
  tokenRefused,
} from './azure-errors.ts';
import { backendHeaders, frontDoorHeaders, type Stamp } from './azure-headers.ts';
import type { BodyFormat } from './fault-shape.ts';
import type { Reply } from './reply.ts';
import type { Api } from './route.ts';

/** What a status reply depends on, besides the status. */
export interface StatusContext {
  readonly stamp: Stamp;
  readonly api: Api;
  /** Whether the request came with an API key, as the 401 for a token is worded otherwise. */
  readonly withKey: boolean;
}

/** Statuses that the model backend answers; the others are the front door's. */
const fromBackend: ReadonlySet<number> = new Set([400, 408, 409, 429, 500]);

/** Any status, with the body that Azure, or a gateway before it, sends with it. */
export function statusReply(status: number, format: BodyFormat, context: StatusContext): Reply {
  const bodiless = status < 200 || status === 204 || status === 205 || status === 304;
  const body = bodiless ? '' : bodyOf(status, format, context);
  if (format === 'json' && fromBackend.has(status)) {
    return { status, headers: backendHeaders(context.stamp, 'json'), body };
  }
  return { status, headers: frontDoorHeaders(context.stamp, format), body };
}

function bodyOf(status: number, format: BodyFormat, context: StatusContext): string {
  const reason = reasons[status] ?? 'Error';
  switch (format) {
    case 'html':
      return `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n`;
    case 'text':
      return envoyTexts[status] ?? reason;
    case 'json':
      return jsonOf(status, reason, context);
  }
}

function jsonOf(status: number, reason: string, { stamp, api, withKey }: StatusContext): string {
  switch (status) {
    case 400:
      return contentFiltered;
    case 401:
      return withKey ? keyRefused : tokenRefused;
    case 403:
      return publicAccessDisabled;
    case 404:
      return deploymentNotFound(api);
    case 408:
      return timedOut;
    case 429:
      return statusError(status, 'The service is temporarily unable to process your request.');
    case 500:
      return serverError(stamp.requestId);
    default:
      return statusError(status, reason);
  }
}

const envoyTexts: Readonly<Record<number, string>> = {
  502: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  503: 'no healthy upstream',
  504: 'upstream request timeout',
};

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
