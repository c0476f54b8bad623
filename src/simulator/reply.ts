/** A response, before anything is known of how it travels. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. Without `content-length` and `date`, which belong to the transport. */
  readonly headers: Readonly<Record<string, string>>;
  /** One text, or the events of a stream, each as it stands on the wire. */
  readonly body: string | readonly string[];
  /** What the reply says about when to come back. */
  readonly stayAway?: StayAwayHint;
}

/** Counted from the reply's first byte, or a point in time. ms. */
export type StayAwayHint = { readonly forMs: number } | { readonly untilMs: number };

/** One server-sent event without a name. */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** One server-sent event, named as its own `type`. */
export function namedEvent(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\n${dataEvent(data)}`;
}
