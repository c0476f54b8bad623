import type { BeliefSpan, BeliefState } from '../../engine/types.ts';

/** Clients that send a region fewer calls than they would. */
export const doubters = ({ clients }: BeliefSpan): number => total(clients) - clients.closed;

/** Those clients as a part of all; 0 before any has called. */
export const doubt = (span: BeliefSpan): number => doubters(span) / Math.max(1, total(span.clients));

/** Clients that send it none, but to test it. */
export const avoiders = ({ clients }: BeliefSpan): number => clients.open + clients['half-open'];

/** Clients that have called by then. */
export const total = (clients: Readonly<Record<BeliefState, number>>): number =>
  Object.values(clients).reduce((sum, n) => sum + n, 0);
