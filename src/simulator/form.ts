import type { Json } from './record.ts';

/** A file in a form. */
export interface FormFile {
  /** The name of its field. */
  readonly field: string;
  readonly name: string;
  readonly content: string;
}

export interface Form {
  /** Its texts. Of those with the same name, the last. */
  readonly fields: Json;
  readonly files: readonly FormFile[];
}

/** Reads `multipart/form-data` (RFC 7578); `undefined` where it is none, or does not end. */
export function readForm(contentType: string, body: string): Form | undefined {
  const [, quoted, bare] = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  // The first delimiter has no line before it.
  const text = `\r\n${body}`;
  const fields: Record<string, unknown> = {};
  const files: FormFile[] = [];
  let from: number | undefined;
  for (const { 0: delimiter, 1: end, index } of text.matchAll(delimiterOf(boundary))) {
    if (from !== undefined) {
      const part = readPart(text.slice(from, index));
      if (part && 'content' in part) files.push(part);
      else if (part) fields[part.field] = part.value;
    }
    if (end === '--') return { fields, files };
    // The line break after it may be the one before the next.
    from = index + delimiter.length;
  }
  return undefined;
}

/** A boundary may stand in a file as the beginning of something longer: nothing else follows it on its line. */
function delimiterOf(boundary: string): RegExp {
  return new RegExp(`\\r\\n--${boundary.replace(/[^\w]/g, '\\$&')}(--|[ \\t]*(?=\\r\\n))`, 'g');
}

function readPart(part: string): FormFile | { readonly field: string; readonly value: string } | undefined {
  const headersEnd = part.indexOf('\r\n\r\n');
  if (headersEnd < 0) return undefined;
  const disposition = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(part.slice(0, headersEnd))?.[1] ?? '';
  const field = parameter(disposition, 'name');
  const name = parameter(disposition, 'filename');
  const content = part.slice(headersEnd + 4);
  if (field === undefined) return undefined;
  return name === undefined ? { field, value: content } : { field, name, content };
}

/** Browsers and Node write a quote as `%22`, curl writes it as `\"`. */
function parameter(disposition: string, name: string): string | undefined {
  const text = new RegExp(`;\\s*${name}="((?:\\\\"|[^"])*)"`, 'i').exec(disposition)?.[1];
  return text?.replaceAll('\\"', '"').replace(/%(22|0A|0D)/gi, (code) => decodeURIComponent(code));
}
