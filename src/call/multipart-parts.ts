import type { Span } from './json-members.ts';

/**
 * Finds the values of the parts named `model` and `stream` in a multipart body that was already written out (a `Request`
 * made from a form); as with a form's `get`, the first of two parts of one name counts. The bytes are read as Latin-1,
 * one character each, so positions in the text are positions in the body.
 */
export function findParts(bytes: Uint8Array, contentType: string): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const delimiter = `\r\n--${boundary?.[1] ?? boundary?.[2]}`;
  // The first delimiter has no line before it.
  const text = `\r\n${new TextDecoder('latin1').decode(bytes)}`;
  for (let at = text.indexOf(delimiter); ; ) {
    const next = text.indexOf(delimiter, at + delimiter.length);
    if (next < 0) return found;
    const part = text.slice(at, next);
    const headEnd = part.indexOf('\r\n\r\n');
    const head = part.slice(0, headEnd + 1);
    const name = /^content-disposition:\s*form-data;\s*name=("?)(model|stream)\1\s*(?:;|$)/im.exec(head)?.[2];
    if (name && !found.has(name) && !/;\s*filename/i.test(head))
      found.set(name, { start: at + headEnd + 2, end: next - 2 });
    at = next;
  }
}
