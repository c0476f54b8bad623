import fc from 'fast-check';

const WHITESPACE = [' ', '\n', '\r', '\t'] as const;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const space = fc.string({ unit: fc.constantFrom(...WHITESPACE), maxLength: 3 });
const hex = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** How one UTF-16 unit of a string may be written. `kind` chooses: as it is, by its short escape, by its number. */
function written(unit: string, kind: number): string {
  const needsEscape = unit < ' ' || unit === '"' || unit === '\\';
  if (kind === 1 && SHORT[unit] !== undefined) return SHORT[unit];
  return kind === 2 || needsEscape ? hex(unit) : unit;
}

/** The JSON text of a string, in any of the ways it may be written. */
function stringText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const kinds = fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: 1, maxLength: 12 });
  // By UTF-16 units, so that one half of a pair may be escaped and the other not.
  return fc.tuple(value, kinds).map(
    ([text, ways]) =>
      `"${text
        .split('')
        .map((unit, at) => written(unit, ways[at % ways.length] ?? 0))
        .join('')}"`,
  );
}

const anyString = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('model', 'stream', '{"model":"x"}', '\\', '\\"', '"model":"no",', '\ud83d', '\ude00\ud83d', ']}', ''),
);
const key = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('model', 'stream', 'models', 'Model', '__proto__') },
  // V8 13.6 (Node 24) takes the second of `{"a":1,"\\":2}` and `{"a":1,"\"":2}` for the first, if it parsed that before.
  anyString.filter((text) => !text.includes('\\')),
);
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('-0', '1E+400', '0.10', '1e-7'),
);

const { value, object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(stringText(anyString), numberText, fc.constantFrom('true', 'false', 'null')),
    tie('object'),
    tie('array'),
  ),
  object: fc
    .tuple(space, fc.array(fc.tuple(space, stringText(key), space, space, tie('value'), space), { maxLength: 5 }))
    .map(([empty, members]) =>
      members.length === 0
        ? `{${empty}}`
        : `{${members.map(([a, name, b, c, member, d]) => `${a}${name}${b}:${c}${member}${d}`).join(',')}}`,
    ),
  array: fc
    .tuple(space, fc.array(fc.tuple(space, tie('value'), space), { maxLength: 4 }))
    .map(([empty, items]) => (items.length === 0 ? `[${empty}]` : `[${items.map((item) => item.join('')).join(',')}]`)),
}));

/** Any JSON text. */
export const anyJson: fc.Arbitrary<string> = fc.tuple(space, value, space).map((texts) => texts.join(''));

/** The JSON text of an object, in every way it may be written: white space, escapes, members of one name, nesting. */
export const objectText: fc.Arbitrary<string> = fc.tuple(space, object, space).map((texts) => texts.join(''));

/** Such a text that has a `model` at its top, once or more, mostly a string. */
export const requestText: fc.Arbitrary<string> = fc
  .tuple(
    objectText,
    fc.array(
      fc.tuple(
        space,
        stringText(fc.constant('model')),
        space,
        fc.oneof(stringText(anyString), stringText(anyString), value),
      ),
      { minLength: 1, maxLength: 2 },
    ),
    fc.boolean(),
  )
  .map(([text, models, first]) => {
    const members = models.map(([a, name, b, model]) => `${a}${name}${b}:${model}`);
    const open = text.indexOf('{') + 1;
    const close = text.lastIndexOf('}');
    const inner = text.slice(open, close);
    const all = inner.trim() === '' ? members : first ? [...members, inner] : [inner, ...members];
    return text.slice(0, open) + all.join(',') + text.slice(close);
  });
