import type { Span } from './json-members.ts';

/**
 * Finds the value of the part named `model` in a multipart body that was already written out (a `Request` made from a
 * form). The bytes are read as Latin-1, one character each, so positions in the text are positions in the body.
 */
export function findModelPart(bytes: Uint8Array, contentType: string): Span | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const delimiter = `\r\n--${boundary?.[1] ?? boundary?.[2]}`;
  // The first delimiter has no line before it.
  const text = `\r\n${new TextDecoder('latin1').decode(bytes)}`;
  for (let at = text.indexOf(delimiter); at >= 0; ) {
    const headEnd = text.indexOf('\r\n\r\n', at);
    const next = text.indexOf(delimiter, at + delimiter.length);
    if (headEnd < 0 || next < 0) return undefined;
    const head = text.slice(at, headEnd);
    if (
      /^content-disposition:\s*form-data;\s*name=(?:"model"|model)\s*(?:;|$)/im.test(head) &&
      !/;\s*filename/i.test(head)
    ) {
      return { start: headEnd + 2, end: next - 2 };
    }
    at = next;
  }
  return undefined;
}
