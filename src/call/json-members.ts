/** Where a value stands in a text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/**
 * Finds top-level members of a JSON object by name, without parsing anything else: strings are leapt over with
 * `indexOf`, so a body of several megabytes of images costs about as much as finding its closing quotes.
 * As with `JSON.parse`, the last of two members of one name counts. What is not a JSON object has no members.
 */
export function findMembers(json: string, names: ReadonlySet<string>): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  // A byte order mark is no JSON, and yet some clients send it.
  let at = skipSpace(json, json.startsWith('\ufeff') ? 1 : 0);
  if (json[at] !== '{') return found;
  do {
    const key = skipSpace(json, at + 1);
    if (json.charCodeAt(key) !== QUOTE) break;
    const keyEnd = stringEnd(json, key);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = valueEnd(json, start);
    const name = readString(json.slice(key, keyEnd));
    if (name !== undefined && names.has(name)) found.set(name, { start, end });
    at = skipSpace(json, end);
  } while (json[at] === ',');
  return found;
}

/**
 * Visits the members of a JSON text at every depth. A string that a colon follows is a name and nothing else is, so the
 * text inside strings, which is escaped, fools nobody; and strings are leapt over as above.
 *
 * @param visit gets a member's name, as it is written, and where its value begins; may return where to go on instead
 */
export function visitMembers(json: string, visit: (name: string, at: number) => number | undefined): void {
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at)) {
    const start = at;
    at = stringEnd(json, start);
    const colon = skipSpace(json, at);
    if (json.charCodeAt(colon) !== COLON) continue;
    const value = skipSpace(json, colon + 1);
    at = visit(json.slice(start + 1, at - 1), value) ?? value;
  }
}

/** The string that a JSON text stands for; `undefined` where it stands for something else. */
export function readString(json: string): string | undefined {
  if (json.charCodeAt(0) !== QUOTE) return undefined;
  if (!json.includes('\\')) return json.slice(1, -1);
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function skipSpace(json: string, at: number): number {
  let i = at;
  for (let code = json.charCodeAt(i); code === 32 || code === 10 || code === 13 || code === 9; )
    code = json.charCodeAt(++i);
  return i;
}

function stringEnd(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return json.length;
}

/** Where the value ends that begins at `start`. */
export function valueEnd(json: string, start: number): number {
  let depth = 0;
  let i = start;
  while (i < json.length) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) {
      i = stringEnd(json, i);
      if (depth === 0) return i;
      continue;
    }
    // { [ and } ] differ from their partners by two, and by 32 from each other.
    if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      if (depth === 0) return i;
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (code === 44 || code === 32 || code === 10 || code === 13 || code === 9)) return i;
    i++;
  }
  return i;
}
