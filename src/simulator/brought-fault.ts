import type { ActiveFaults } from './active-faults.ts';
import { invalidRequest } from './azure-errors.ts';
import { frontDoorHeaders, type Stamp } from './azure-headers.ts';
import type { Target } from './fault-entry.ts';
import type { Reply } from './reply.ts';

/** Where a request says which fault it is to meet. */
export const faultHeader = 'x-sim-fault';

/** Lets a request meet the fault that it brought; the 400 for one that cannot be met. */
export function meetBrought(faults: ActiveFaults, target: Target, stamp: Stamp): Reply | undefined {
  const { method, headers } = target.request ?? {};
  const text = headers?.get(faultHeader) ?? undefined;
  // A preflight is the browser's own, and names the header without bringing it.
  if (text === undefined || method === 'OPTIONS') return undefined;
  try {
    faults.bring(text, target);
    return undefined;
  } catch (error) {
    const message = `${faultHeader}: ${error instanceof Error ? error.message : error}`;
    return { status: 400, headers: frontDoorHeaders(stamp, 'json'), body: invalidRequest(message, faultHeader) };
  }
}
