import { signal } from '@preact/signals';

/** Something the reader should know, until it is put away. */
export interface Notice {
  readonly text: string;
  /** Something that was asked for could not be done. */
  readonly isProblem: boolean;
}

export const notice = signal<Notice | undefined>(undefined);

/** Says why something could not be done. */
export function tellProblem(what: string, error: unknown): void {
  notice.value = { text: `${what}: ${error instanceof Error ? error.message : String(error)}`, isProblem: true };
}
