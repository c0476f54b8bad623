import type { CallError } from './types.ts';

/** What is worth knowing of something that was thrown. */
export function errorOf(error: unknown): CallError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = codeOf(error) ?? codeOf(error.cause);
  return { name: error.name, message: error.message, ...(code !== undefined && { code }) };
}

/** Of a `DOMException`, `code` is a number that nobody knows. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
