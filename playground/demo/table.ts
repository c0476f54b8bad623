/** Rows in columns that line up; a column whose body is numbers lines up on the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [first = []] = rows;
  const columns = first.map((_, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return { width: Math.max(...cells.map((cell) => String(cell).length)), right: typeof cells.at(-1) === 'number' };
  });
  const pad = (cell: string | number, column: number): string => {
    const { width = 0, right = false } = columns[column] ?? {};
    return right ? String(cell).padStart(width) : String(cell).padEnd(width);
  };
  return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`).join('\n');
}
