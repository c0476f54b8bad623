import { readNumber, refusal, splitArgs } from './fault-reader.ts';

/**
 * What can befall the clients, all at once.
 *
 * | text | meaning |
 * | --- | --- |
 * | `offline` | they have no network |
 * | `sleep` | they sleep, as a laptop does: their timers wait |
 * | `reload` | they start anew when it begins, as a page that is loaded again, and know what they stored |
 * | `forget` | they start anew when it begins, and what they stored is gone |
 * | `clock(600)`, `clock(-600)` | their clocks show so many seconds more, or less, than it is |
 */
export type ClientFault =
  | { readonly kind: 'offline' | 'sleep' | 'reload' | 'forget' }
  | { readonly kind: 'clock'; readonly seconds: number };

const grammar = /^(?<kind>[a-z]+)(?:\((?<args>.*)\))?$/;

/** @throws TypeError that names the fault, the rule it breaks and the offending value. */
export function parseClientFault(text: string): ClientFault {
  const refuse = refusal(`client fault "${text}"`);
  const { kind, args } = grammar.exec(text.trim())?.groups ?? refuse('must read kind[(args)]', text);
  const [first, ...more] = args === undefined ? [] : splitArgs(args);
  switch (kind) {
    case 'offline':
    case 'sleep':
    case 'reload':
    case 'forget':
      if (first !== undefined) refuse(`${kind} takes no argument`, args);
      return { kind };
    case 'clock':
      if (more.length > 0) refuse('clock takes 1 argument', args);
      return { kind, seconds: readNumber('seconds', first, refuse, { least: -1e9, most: 1e9 }) };
    default:
      return refuse('kind must be offline, sleep, reload, forget or clock', kind);
  }
}

/** The text that {@link parseClientFault} reads as this fault. */
export function printClientFault(fault: ClientFault): string {
  return fault.kind === 'clock' ? `clock(${fault.seconds})` : fault.kind;
}
