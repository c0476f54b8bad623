export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export interface Pair {
  readonly bare: number;
  readonly ours: number;
}

/** Ours and the bare one in turn, so that what the machine does meanwhile meets both alike. The first quarter only warms up. */
export async function inTurn(pairs: number, bare: () => Promise<number>, ours: () => Promise<number>): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let i = 0; i < pairs; i++) {
    const oursFirst = i % 2 === 0;
    const first = await (oursFirst ? ours : bare)();
    const second = await (oursFirst ? bare : ours)();
    measured.push(oursFirst ? { ours: first, bare: second } : { bare: first, ours: second });
  }
  return measured.slice(pairs >> 2);
}
