import { digest } from '../digest.ts';
import { findMembers, readString, type Span, valueEnd, visitMembers } from './json-members.ts';

const ID: ReadonlySet<string> = new Set(['id']);
/** Each string of a list, one behind the other. */
const LISTED = /[[,]\s*"([^"\\]+)"\s*/gy;

/** Ids that a request names. */
export interface NamedIds {
  /** Only the region that gave them can resolve them. */
  readonly ids: readonly string[];
  /** May be such, or only labels of the caller's own. */
  readonly mentions: readonly string[];
}

/** Members of a request that are ids themselves. */
const IDS =
  'previous_response_id conversation prompt assistant_id file_id file_ids input_file_id training_file validation_file'.split(
    ' ',
  );
/** Members in which ids stand at any depth. */
const AROUND =
  'input items tools tool_resources prompt messages additional_messages content attachments thread files data_source'.split(
    ' ',
  );
/** What of a request's top level tells which ids it names. */
export const ID_MEMBERS: readonly string[] = [...IDS, ...AROUND];

/** Members at any depth that are ids of what a region keeps. */
const KEPT = /^(?:(?:(?:(?:output|error)_)?file|vector_store|container|thread|assistant)_ids?|container|result_files)$/;
/** What the caller calls by names of its own. */
const LABELS = /^(?:metadata|attributes|parameters|schema|headers)$/;
/** What an earlier answer quoted: nobody looks it up again. */
const QUOTES = /^(?:annotations|results)$/;

/**
 * The ids in a request. Of the items in its input only those bind at once that mean nothing by themselves: references,
 * reasoning, what is encrypted. Any other item is whole, and clients give items ids of their own making: a call must not
 * lose its failover for a label that nobody knows.
 */
export function idsOfRequest(json: string, members: ReadonlyMap<string, Span>): NamedIds {
  const ids = new Set<string>();
  const mentions = new Set<string>();
  const bind = (id: string): unknown => ids.add(id);
  for (const name of IDS) {
    const span = members.get(name);
    if (!span) continue;
    const text = json.slice(span.start, span.end);
    const inner = findMembers(text, ID).get('id');
    // Elsewhere a prompt is a text.
    if (inner || name !== 'prompt') readIds(text, inner?.start ?? 0).forEach(bind);
  }
  for (const name of AROUND) {
    const span = members.get(name);
    const text = span ? json.slice(span.start, span.end) : '';
    // Chat messages may be many, and name nothing but files; their tool calls' ids are everybody's.
    const isChat = name === 'messages';
    if (isChat && !text.includes('"file_id"')) continue;
    // Of the object that is being visited, so that nothing has to be looked for: its length may be that of the request.
    let isReference = false;
    let own: readonly string[] = [];
    let seen = 0;
    visitIds(text, bind, (key, at) => {
      if (QUOTES.test(key)) return valueEnd(text, at);
      if (KEPT.test(key)) readIds(text, at).forEach(bind);
      const refers = key === 'type' && /^"(?:item_reference|file_id)"/.test(text.slice(at, at + 16));
      if (isChat || !(refers || key === 'id')) return undefined;
      const between = text.slice(seen, at);
      seen = at;
      // Another object: a reference has none in it.
      if (between.includes('{') || between.includes('}')) [isReference, own] = [false, []];
      isReference ||= refers;
      if (!refers) own = readIds(text, at);
      for (const id of own) (isReference || id.startsWith('rs_') ? ids : mentions).add(id);
      if (isReference) own = [];
      return undefined;
    });
  }
  return { ids: [...ids], mentions: [...mentions].filter((id) => !ids.has(id)) };
}

/**
 * The ids that an answer shows its region to know, also when the text was cut off. Of one that is not kept, only what is
 * encrypted can be sent again.
 */
export function idsOfAnswer(json: string, kept: boolean): readonly string[] {
  const ids: string[] = [];
  const learn = (id: string): unknown => isId(id) && ids.push(id);
  visitIds(json, learn, (key, at) => {
    if (kept && (key === 'id' || KEPT.test(key))) readIds(json, at).forEach(learn);
    return undefined;
  });
  return ids;
}

type Visit = Parameters<typeof visitMembers>[1];

/** Visits all members but the caller's own, and takes the digest of what is encrypted for an id. */
function visitIds(json: string, onId: (id: string) => unknown, visit: Visit): void {
  visitMembers(json, (key, at) => {
    if (LABELS.test(key)) return valueEnd(json, at);
    if (key !== 'encrypted_content') return visit(key, at);
    readIds(json, at).map(digest).forEach(onId);
    return undefined;
  });
}

/** Whether an answer says that it is not kept, whatever was asked for. */
export const isUnkept = (json: string): boolean => /(?<!\\)"store"\s*:\s*false/.test(json);

/** Whether a text looks like an id, or the digest of what is encrypted, and not like a path or somebody's words. */
export const isId = (text: string): boolean => /^#?[\w.:-]{1,256}$/.test(text);

/** The ids that a value is: `"…"` or `["…", "…"]`. Looks no further: what is nested would be read once for each level. */
function readIds(json: string, at: number): readonly string[] {
  if (json[at] !== '"') {
    LISTED.lastIndex = at;
    return [...json.matchAll(LISTED)].map(([, id = '']) => id);
  }
  const text = json.slice(at, valueEnd(json, at));
  // What was cut off has no end.
  return text.endsWith('"') && text.length > 2 ? [readString(text) ?? ''] : [];
}
