import { serverError } from './azure-errors.ts';
import { dataEvent, namedEvent } from './reply.ts';
import type { SseErrorCause, SseErrorForm, SseErrorShape } from './stream-shape.ts';
import { capacityMessage } from './throttle-reply.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What reports an error in a stream, of which the first `sent` events are out.
 *
 * @param events all that the stream would have had.
 */
export function sseErrorEvents(
  { cause, form }: SseErrorShape,
  events: readonly string[],
  sent: number,
  requestId: string,
): readonly string[] {
  const error = errorOf(cause, requestId);
  const datas = events.map(dataOf);
  const response = datas.map(responseIn).find((found) => found !== undefined);
  // Only the Responses API tells of a response as it goes on.
  if (!response) return [dataEvent({ error: { ...error, param: null } })];
  const first = datas.map((data) => data?.['sequence_number']).find((found) => typeof found === 'number');
  return ofResponses(form, error, response, (first ?? 0) + sent);
}

interface StreamError {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
}

function errorOf(cause: SseErrorCause, requestId: string): StreamError {
  const limited = { type: 'too_many_requests', code: 'rate_limit_exceeded' };
  switch (cause) {
    case 'server':
      return { type: 'server_error', code: null, message: JSON.parse(serverError(requestId)).error.message };
    case 'rate':
      return { ...limited, message: 'Your requests to the deployment have exceeded rate limit.' };
    case 'capacity':
      return { ...limited, message: capacityMessage() };
  }
}

function ofResponses(form: SseErrorForm, error: StreamError, response: Json, from: number): readonly string[] {
  const { message, type } = error;
  const code = error.code ?? type;
  const failed = (reason: object | null): string => {
    const none = { incomplete_details: null, output: [], usage: null };
    const ended = { ...response, status: 'failed', error: reason, ...none };
    return namedEvent({ type: 'response.failed', response: ended, sequence_number: from });
  };
  switch (form) {
    case 'nested': {
      const byFrontEnd = type === 'server_error' ? {} : { headers: { 'x-ms-fe-error': 'true' } };
      const nested = { type, code, ...byFrontEnd, message, param: null };
      return [failed(null), namedEvent({ type: 'error', error: nested, sequence_number: from + 1 })];
    }
    case 'flat':
      return [namedEvent({ type: 'error', code, message, param: null, sequence_number: from })];
    case 'failed':
      return [failed({ code, message })];
  }
}

function dataOf(event: string): Json | undefined {
  const [, data = ''] = /^data: (\{.*)$/m.exec(event) ?? [];
  return data === '' ? undefined : JSON.parse(data);
}

function responseIn(data: Json | undefined): Json | undefined {
  const response = data?.['response'];
  return typeof response === 'object' && response !== null ? { ...response } : undefined;
}
