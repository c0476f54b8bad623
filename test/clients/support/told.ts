import { explain, FailoverError } from '../../../src/index.ts';

/** An error in one line: what each link of its chain of causes is called, its status and code, down to ours, and how that came about. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return `not an error: ${String(error)}`;
  const { status, code } = figuresOf(error);
  const line = [nameOf(error), status, code].filter((part) => part !== undefined && part !== null).join(' ');
  if (error instanceof FailoverError) return `${line} (${explain(error)?.attempts.at(-1)?.verdict.kind})`;
  return error.cause instanceof Error ? `${line} < ${told(error.cause)}` : line;
}

/** Some SDKs leave `name` at `Error` and say it in the class. */
const nameOf = (error: Error): string => (error.name === 'Error' ? error.constructor.name : error.name);

/** Where the SDKs put the status and the service's code. A number is that of a `DOMException`, which its name says too. */
function figuresOf(error: Error): { readonly status?: unknown; readonly code?: unknown } {
  const { status, statusCode, code, response, data } = error as {
    readonly [field: string]: unknown;
    readonly response?: { readonly status?: unknown };
    readonly data?: { readonly error?: { readonly code?: unknown } };
  } & Error;
  return {
    status: status ?? statusCode ?? response?.status,
    code: typeof code === 'number' ? undefined : (code ?? data?.error?.code),
  };
}

/** When the service would be asked again, in whole seconds, wherever the SDK keeps the headers. */
export function retryAfterOf(error: unknown): number {
  const { headers, responseHeaders, response } = error as {
    readonly headers?: Headers;
    readonly responseHeaders?: Readonly<Record<string, string>>;
    readonly response?: Response;
  };
  return Number(new Headers(headers ?? responseHeaders ?? response?.headers).get('retry-after'));
}
