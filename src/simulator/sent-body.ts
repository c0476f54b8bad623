import { type FormFile, readForm } from './form.ts';
import { isRecord, type Json } from './record.ts';

/** What a request says. */
export interface SentBody {
  /** Of its JSON, or of its form; `undefined` where it is neither. */
  readonly json: Json | undefined;
  readonly files: readonly FormFile[];
}

export function readBody(headers: Headers, body: string): SentBody {
  const type = headers.get('content-type') ?? '';
  if (!/^multipart\//i.test(type)) return { json: readJson(body), files: [] };
  const form = readForm(type, body);
  return { json: form?.fields, files: form?.files ?? [] };
}

function readJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
