import { noFile, noPart, type Refusal } from './state-errors.ts';
import type { StoredObject, StoredObjects } from './stored-objects.ts';
import type { StoredAnswer, StoredQuestion } from './stored-question.ts';

/** Of a file whose bytes are no UTF-8: of the text that was made of them. */
export function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Keeps a part of a file that comes in several. */
export function addPart(question: StoredQuestion, upload: StoredObject, stored: StoredObjects): StoredAnswer | Refusal {
  const { route, files, id: hexId, now } = question;
  const file = files.find(({ field }) => field === 'data');
  if (!file) return noFile('data');
  const id = `part_${hexId}`;
  stored.of('uploads').set(route.id, { ...upload, items: [...(upload.items ?? []), { id, content: file.content }] });
  return { json: { id, object: 'upload.part', created_at: Math.floor(now / 1000), upload_id: route.id } };
}

/** Makes a file of the parts that are named, in their order. */
export function completeUpload(
  { route, body, id: hexId, now }: StoredQuestion,
  upload: StoredObject,
  stored: StoredObjects,
): StoredAnswer | Refusal {
  const { json, items: parts = [] } = upload;
  const named: readonly unknown[] = Array.isArray(body['part_ids']) ? body['part_ids'] : [];
  let content = '';
  for (const id of named) {
    const part = parts.find((candidate) => candidate['id'] === id);
    if (!part) return noPart(String(id));
    content += part['content'];
  }
  const file = {
    id: `file-${hexId}`,
    object: 'file',
    created_at: Math.floor(now / 1000),
    status: 'processed',
    bytes: bytesIn(content),
    filename: json['filename'],
    purpose: json['purpose'],
  };
  stored.of('files').set(file.id, { json: file, content });
  const completed = { ...json, status: 'completed', file };
  stored.of('uploads').set(route.id, { ...upload, json: completed });
  return { json: completed };
}
