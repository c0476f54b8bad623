import { hex } from './hash.ts';
import { listAnswer } from './list-answer.ts';
import { named } from './recall.ts';
import { isRecord, type Json } from './record.ts';
import { responseEvents } from './response-events.ts';
import type { FinishedResponse } from './responses-answer.ts';
import { noFile, notInBackground, notKept, type Refusal } from './state-errors.ts';
import { storedKinds } from './stored-kinds.ts';
import { continued, type Item, type StoredObject, type StoredObjects } from './stored-objects.ts';
import type { StoredAnswer, StoredQuestion } from './stored-question.ts';
import { addPart, bytesIn, completeUpload } from './uploads.ts';

export function storedAnswer(question: StoredQuestion, stored: StoredObjects): StoredAnswer | Refusal {
  const { route, query, body, id: newId, now } = question;
  const { kind, action, id } = route;
  const kept = stored.of(kind);
  if (action === 'create') return create(question, stored);
  if (action === 'list')
    return {
      json: listAnswer(
        kept.values().map(({ json }) => json),
        query,
      ),
    };
  const found = kept.get(id);
  if (!found) return notKept(kind, id);
  const { json } = found;
  switch (action) {
    case 'read':
      return read(found, query, now);
    case 'update': {
      const updated = { ...json, ...body };
      kept.set(id, { ...found, json: updated });
      return { json: updated };
    }
    case 'delete': {
      kept.delete(id);
      for (const item of outputOf(json)) stored.items.delete(String(item['id']));
      return { json: { id, object: `${storedKinds[kind].object}.deleted`, deleted: true } };
    }
    case 'cancel':
      return cancel(question, found, stored);
    case 'content':
      return { file: found.content ?? '' };
    case 'items':
      return { json: listAnswer(found.items ?? [], query) };
    case 'add-items': {
      const added = itemsOf(body, newId);
      kept.set(id, { ...found, items: continued(found.items ?? [], added) });
      stored.keepItems(added);
      return { json: listAnswer(added, new URLSearchParams({ order: 'asc', limit: '100' })) };
    }
    case 'add-part':
      return addPart(question, found, stored);
    case 'complete':
      return completeUpload(question, found, stored);
  }
}

function create(
  { route: { kind }, body, files, id: hexId, now }: StoredQuestion,
  stored: StoredObjects,
): StoredAnswer | Refusal {
  const { prefix, object, begins } = storedKinds[kind];
  const id = `${prefix}${hexId}`;
  const { items: given, ...asked } = body;
  const [file] = files;
  if (kind === 'files' && !file) return noFile('file');
  const ofFile = file && { bytes: bytesIn(file.content), filename: file.name };
  const json: Json = { id, object, created_at: Math.floor(now / 1000), ...begins, ...asked, ...ofFile };
  const items = kind === 'conversations' ? itemsOf({ items: given }, hexId) : undefined;
  if (items) stored.keepItems(items);
  stored.of(kind).set(id, { json, ...(items && { items }), ...(file && { content: file.content }) });
  return { json };
}

function read({ json, unready }: StoredObject, query: URLSearchParams, now: number): StoredAnswer {
  if (unready && now < unready.until) return { json: unready.json };
  if (query.get('stream') !== 'true' || !isFinished(json)) return { json };
  const after = query.get('starting_after');
  return { events: responseEvents(json).slice(after === null ? 0 : Number(after) + 1) };
}

function cancel(
  { route: { kind, id }, now }: StoredQuestion,
  found: StoredObject,
  stored: StoredObjects,
): StoredAnswer | Refusal {
  const { json, unready } = found;
  const over = unready !== undefined && now >= unready.until;
  if (kind === 'responses' && json['background'] !== true) return notInBackground;
  if (kind === 'responses' && (over || !unready)) return { json };
  const { unready: _, ...rest } = found;
  const cancelled = { ...(unready?.json ?? json), status: storedKinds[kind].cancelled ?? 'cancelled' };
  stored.of(kind).set(id, { ...rest, json: cancelled });
  return { json: cancelled };
}

function itemsOf({ items }: Json, id: string): readonly Item[] {
  const given = Array.isArray(items) ? items.filter(isRecord) : [];
  return given.map((item, index) => named(item, hex(24, 'item', id, index)));
}

function outputOf({ output }: Json): readonly Json[] {
  return Array.isArray(output) ? output.filter(isRecord) : [];
}

function isFinished(json: Json): json is FinishedResponse {
  return json['object'] === 'response' && (json['status'] === 'completed' || json['status'] === 'incomplete');
}
