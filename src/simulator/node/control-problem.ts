import { STATUS_CODES } from 'node:http';
import type { ProblemDetails } from './control-types.ts';

/** A refusal, thrown to be answered. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what is wrong, and what would not be. Never a secret. */
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }

  /** As RFC 9457 has it. */
  get details(): ProblemDetails {
    const { status, message: detail } = this;
    return { type: 'about:blank', title: STATUS_CODES[status] ?? '', status, detail };
  }
}

/** What a region says against a fault: a `TypeError` is about the fault itself, any other about what is on already. */
export function refusalOf(error: unknown): Problem {
  return new Problem(error instanceof TypeError ? 422 : 409, error instanceof Error ? error.message : String(error));
}
