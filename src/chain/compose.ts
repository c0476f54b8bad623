import type { Middleware, Next } from '../types.ts';

/** Makes one of many: the first is the outermost, and what it calls `next` is the rest. */
export function compose(...middleware: readonly Middleware[]): (transport: Next) => Next {
  return (transport) => middleware.reduceRight<Next>((next, own) => (call) => own(call, next), transport);
}
