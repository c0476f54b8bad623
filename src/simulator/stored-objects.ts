import { BoundedMap } from './bounded-map.ts';
import type { Json } from './record.ts';
import type { StoredKindName } from './stored-kinds.ts';

/** A turn, or a part of one: a message, a reasoning, a call of a function or its result. */
export type Item = Json;

/** Something that a region keeps. Replaced, never changed in place. */
export interface StoredObject {
  /** As it is answered. */
  readonly json: Json;
  /** What its list of items, or of messages, has. */
  readonly items?: readonly Item[];
  /** Of a response: all that a turn which builds on it is told. */
  readonly history?: readonly Item[];
  /** Of a file. */
  readonly content?: string;
  /** Of a response in the background: what is answered before `until`, Unix time, ms. */
  readonly unready?: { readonly until: number; readonly json: Json };
}

const mostOfAKind = 500;
const mostTurns = 1000;
const mostItems = 5000;

/** What follows a history, without what is too long ago. */
export function continued(history: readonly Item[], turn: readonly Item[]): readonly Item[] {
  return [...history, ...turn].slice(-mostTurns);
}

/** What one region keeps for those who ask it again. No other region knows of it. */
export class StoredObjects {
  /** Those that an id alone stands for, of responses and conversations. */
  readonly items = new BoundedMap<Item>(mostItems);
  readonly #kinds = new Map<StoredKindName, BoundedMap<StoredObject>>();

  of(kind: StoredKindName): BoundedMap<StoredObject> {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const kept = new BoundedMap<StoredObject>(mostOfAKind);
    this.#kinds.set(kind, kept);
    return kept;
  }

  keepItems(items: readonly Item[]): void {
    for (const item of items) if (typeof item['id'] === 'string') this.items.set(item['id'], item);
  }
}
