/** A Markdown table whose columns line up in a terminal too. The first columns are words, the others numbers. */
export function table(rows: readonly (readonly string[])[], words: number): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, column < words)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < words ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

const pad = (text: string, width: number, isWord: boolean): string =>
  isWord ? text.padEnd(width) : text.padStart(width);
