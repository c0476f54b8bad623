/** An element of an SVG, with everything in its attributes escaped. Children are SVG already: see {@link label} for text. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(shortest(value))}"`);
  const opening = `<${name}${written.join('')}`;
  return children.length === 0 ? `${opening}/>` : `${opening}>${children.join('')}</${name}>`;
}

type Attributes = Readonly<Record<string, string | number>>;

/** A line of text. */
export const label = (text: string, attributes: Attributes): string => element('text', attributes, escaped(text));

/** What a picture is called by those who cannot see it. */
export const title = (text: string): string => element('title', {}, escaped(text));

/** A part of a picture, as high as it says, drawn from its own top. */
export interface Section {
  readonly height: number;
  readonly svg: string;
}

/** Sections below each other. */
export function stacked(sections: readonly Section[], gap: number): Section {
  let height = 0;
  const parts = sections.map((section, index) => {
    if (index > 0) height += gap;
    const part = element('g', { transform: `translate(0 ${height})` }, section.svg);
    height += section.height;
    return part;
  });
  return { height, svg: parts.join('') };
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot say in any way, such as most control characters, is left out. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (sign) => named[sign] ?? sign);

const shortest = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
