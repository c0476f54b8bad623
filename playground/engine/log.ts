import type { FailoverEvent } from '../../src/index.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import type { Observed } from './observed.ts';
import type { LogEntry } from './types.ts';

/** What the library said and what was switched on and off, in the order of time. */
export function logOf({ heard, calls, startedAt }: Observed, scenario: Scenario): readonly LogEntry[] {
  const numbers = new Map<string, number>();
  for (const [nth, { trace, arrival }] of calls.entries()) {
    if (trace) numbers.set(`${arrival.client} ${trace.callId}`, nth);
  }
  const said = heard.map(({ at, client, aheadMs, event }): LogEntry => {
    const call = 'callId' in event ? numbers.get(`${client} ${event.callId}`) : undefined;
    const region = regionOf(event);
    return {
      at: at - startedAt,
      source: 'event',
      type: event.type,
      text: inWords(event, at + aheadMs),
      client,
      ...(call !== undefined && { call }),
      ...(region !== undefined && { region }),
    };
  });
  const switched = scenario.faults.flatMap(([from, to, target, fault]): LogEntry[] => {
    const whom = target === '*' ? 'every region' : target === 'client' ? 'the clients' : target;
    const region = target === '*' || target === 'client' ? {} : { region: target };
    return [
      { at: from * 1_000, source: 'fault', type: 'on', text: `${whom}: ${fault} begins`, ...region },
      { at: to * 1_000, source: 'fault', type: 'off', text: `${whom}: ${fault} ends`, ...region },
    ];
  });
  // Stable: what is switched comes before what follows from it.
  return [...switched, ...said].sort((a, b) => a.at - b.at);
}

function regionOf(event: FailoverEvent): string | undefined {
  switch (event.type) {
    case 'attempt':
    case 'stream-broken':
      return event.record.region;
    case 'failover':
      return event.to;
    case 'wait':
      return event.region;
    case 'health':
      return event.status.region;
    default:
      return undefined;
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** @param now by the client's clock. Unix time, ms. */
function inWords(event: FailoverEvent, now: number): string {
  switch (event.type) {
    case 'attempt':
    case 'stream-broken': {
      const { kind, region, status, verdict, durationMs } = event.record;
      const came = status === undefined ? '' : ` ${status}`;
      return `${kind} attempt at ${region}:${came} ${verdict.kind} after ${Math.round(durationMs)} ms`;
    }
    case 'failover':
      return `from ${event.from} to ${event.to}, because of ${event.because}`;
    case 'wait':
      return `waits ${seconds(event.ms)} for ${event.region}, because of ${event.because}`;
    case 'health': {
      const { status } = event;
      const deployments = Object.entries(status.deployments).map(
        ([name, { cause }]) => `${name} left alone (${cause})`,
      );
      const cause = 'cause' in status ? ` (${status.cause})` : '';
      const until = status.state === 'open' ? ` for ${seconds(status.until - now)}` : '';
      return [`${status.region} is ${status.state}${cause}${until}`, ...deployments].join('; ');
    }
    case 'settled':
      return `${event.trace}`;
    case 'warning':
      return event.message;
  }
}
