import { hex } from './hash.ts';
import { isRecord, type Json } from './record.ts';
import type { Seal } from './sealed-reasoning.ts';
import {
  isRefusal,
  noItem,
  noPreviousResponse,
  noToolCall,
  notKept,
  notOpened,
  type Refusal,
  twoMemories,
} from './state-errors.ts';
import type { StoredKindName } from './stored-kinds.ts';
import type { Item, StoredObjects } from './stored-objects.ts';

/** What a response is given. */
export interface Recalled {
  /** The turns that it builds on. */
  readonly earlier: readonly Item[];
  /** What is new, with ids, references replaced by what they stand for. */
  readonly input: readonly Item[];
  readonly conversation?: string;
}

/** Puts a request of the Responses API together with what the region keeps. `id` makes the ids of what has none. */
export function recall(body: Json, id: string, stored: StoredObjects, seal: Seal): Recalled | Refusal {
  const earlier = earlierTurns(body, stored);
  if (isRefusal(earlier)) return earlier;
  const input: Item[] = [];
  for (const [index, asked] of inputOf(body).entries()) {
    const item = readItem(asked, body, stored, seal);
    if (isRefusal(item)) return item;
    input.push(named(item, hex(24, 'input', id, index)));
  }
  return missingCall([...earlier.earlier, ...input]) ?? missingObject(body, stored) ?? { ...earlier, input };
}

function earlierTurns(body: Json, stored: StoredObjects): Omit<Recalled, 'input'> | Refusal {
  const { previous_response_id: previous, conversation: asked } = body;
  const conversation = isRecord(asked) ? asked['id'] : asked;
  if (typeof previous === 'string' && typeof conversation === 'string') return twoMemories;
  if (typeof previous === 'string') {
    const { history } = stored.of('responses').get(previous) ?? {};
    return history ? { earlier: history } : noPreviousResponse(previous);
  }
  if (typeof conversation === 'string') {
    const { items } = stored.of('conversations').get(conversation) ?? {};
    return items ? { earlier: items, conversation } : notKept('conversations', conversation);
  }
  return { earlier: [] };
}

function inputOf({ input }: Json): readonly Json[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return Array.isArray(input) ? input.filter(isRecord) : [];
}

function readItem(item: Json, body: Json, stored: StoredObjects, seal: Seal): Item | Refusal {
  const { id, type, encrypted_content: sealed } = item;
  if (typeof sealed === 'string') return seal.opens(sealed) ? item : notOpened(sealed);
  if (typeof id !== 'string' || !/^(msg|rs|fc)_/.test(id)) return item;
  const kept = stored.items.get(id);
  const onlyItsId = type === 'item_reference' || Object.keys(item).length === 1;
  if (kept) return onlyItsId ? kept : item;
  // Who lets nothing be kept sends everything each time. A reasoning without its sealed content is not everything.
  return body['store'] === false && !onlyItsId && type !== 'reasoning' ? item : noItem(id);
}

function missingCall(items: readonly Item[]): Refusal | undefined {
  const called = new Set(items.filter(({ type }) => type === 'function_call').map((item) => item['call_id']));
  const result = items.find(({ type, call_id: id }) => type === 'function_call_output' && !called.has(id));
  return result && noToolCall(String(result['call_id']));
}

/** Of what the input and the tools name by its id. */
function missingObject({ input, tools }: Json, stored: StoredObjects): Refusal | undefined {
  const named: [StoredKindName, unknown][] = [];
  for (const tool of Array.isArray(tools) ? tools.filter(isRecord) : []) {
    named.push(['containers', tool['container']]);
    for (const id of Array.isArray(tool['vector_store_ids']) ? tool['vector_store_ids'] : []) {
      named.push(['vectorStores', id]);
    }
  }
  for (const { content } of Array.isArray(input) ? input.filter(isRecord) : []) {
    for (const part of Array.isArray(content) ? content.filter(isRecord) : []) named.push(['files', part['file_id']]);
  }
  for (const [kind, id] of named) if (typeof id === 'string' && !stored.of(kind).get(id)) return notKept(kind, id);
  return undefined;
}

/** An item as the region keeps it. */
export function named(item: Json, id: string): Item {
  const { type = 'message', content } = item;
  const prefix = prefixes[String(type)] ?? 'item';
  const parts = type === 'message' && typeof content === 'string' ? { content: [textPart(item, content)] } : {};
  return { id: `${prefix}_${id}`, type, ...item, ...parts };
}

function textPart({ role }: Json, text: string): object {
  return role === 'assistant' ? { type: 'output_text', text, annotations: [] } : { type: 'input_text', text };
}

const prefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fco',
};
