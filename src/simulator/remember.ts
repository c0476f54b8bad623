import type { ChatCompletion } from './chat-answer.ts';
import type { Recalled } from './recall.ts';
import { isRecord, type Json } from './record.ts';
import type { FinishedResponse } from './responses-answer.ts';
import { continued, type StoredObject, type StoredObjects } from './stored-objects.ts';

/** Keeps a response, and its turn in its conversation. */
export function rememberResponse(
  response: FinishedResponse,
  { earlier, input, conversation }: Recalled,
  stored: StoredObjects,
  unready?: StoredObject['unready'],
): void {
  const turn = [...input, ...response.output];
  if (response['store'] !== false) {
    const history = continued(earlier, turn);
    stored.of('responses').set(response.id, { json: response, items: input, history, ...(unready && { unready }) });
    stored.keepItems(turn);
  }
  const kept = conversation === undefined ? undefined : stored.of('conversations').get(conversation);
  if (conversation === undefined || !kept) return;
  stored.of('conversations').set(conversation, { ...kept, items: continued(kept.items ?? [], turn) });
  stored.keepItems(turn);
}

/** Keeps a chat completion, where the request asks for it. */
export function rememberChat(
  completion: ChatCompletion,
  { store, metadata, messages }: Json,
  stored: StoredObjects,
): void {
  if (store !== true) return;
  const said = Array.isArray(messages) ? messages.filter(isRecord) : [];
  stored.of('completions').set(completion.id, {
    json: { ...completion, metadata: metadata ?? {} },
    items: said.map((message, index) => ({ id: `${completion.id}-${index}`, ...message })),
  });
}
