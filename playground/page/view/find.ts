/** How many items of a list in order of `from` begin at or before a moment. */
export function countUntil<T>(list: readonly T[], at: number, from: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && from(item) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The span that a moment is in, of spans that follow each other without a gap. */
export function spanAt<T extends { readonly from: number }>(spans: readonly T[], at: number): T | undefined {
  return spans[countUntil(spans, at, ({ from }) => from) - 1];
}
