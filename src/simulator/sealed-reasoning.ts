import { hex } from './hash.ts';

/** What a region's resource seals, it alone can open again. Nothing has to be kept for it. */
export interface Seal {
  /** @param id of the answer it belongs to. */
  close(id: string): string;
  opens(content: string): boolean;
}

const begin = 'gAAAAAB';
const checkLength = 32;

export function sealOf(region: string, seed: number): Seal {
  const sealed = (id: string): string => `${begin}${id}${hex(checkLength, 'seal', seed, region, id)}==`;
  return {
    close: sealed,
    opens: (content) => content === sealed(content.slice(begin.length, -checkLength - 2)),
  };
}
