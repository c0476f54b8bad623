/** A piece of code, and how to colour it. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'number' | 'keyword' | 'plain';
  readonly text: string;
}

const keywords = [
  ...['import', 'from', 'type', 'const', 'let', 'new', 'await', 'async', 'for', 'of', 'if', 'return', 'as', 'export'],
  ...['true', 'false', 'null', 'undefined', 'satisfies', 'function', 'try', 'catch', 'continue'],
];

const grammar = new RegExp(
  [
    String.raw`(?<comment>//[^\n]*)`,
    String.raw`(?<string>'(?:[^'\\\n]|\\.)*'|\x60(?:[^\x60\\]|\\.)*\x60)`,
    String.raw`(?<number>\b\d[\d_]*(?:\.\d+)?\b)`,
    String.raw`(?<keyword>\b(?:${keywords.join('|')})\b(?!\s*:))`,
  ].join('|'),
  'g',
);

/** Code in pieces that are coloured alike. Knows what our own snippets are made of, and no more. */
export function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const match of code.matchAll(grammar)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: code.slice(at, match.index) });
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? ['plain'];
    tokens.push({ kind: kind as Token['kind'], text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < code.length) tokens.push({ kind: 'plain', text: code.slice(at) });
  return tokens;
}
