import { type Latency, parseLatency, printLatency } from './latency.ts';

/**
 * What can be wrong with a region, named by what is seen on the wire.
 *
 * | text | meaning |
 * | --- | --- |
 * | `refused` | nobody listens |
 * | `silence` | the request is read and never answered |
 * | `rst:request`, `fin:request` | the connection is reset, or closed, once the request was read |
 * | `status(503)`, `status(503,html)` | that status, with the body Azure (or a gateway) gives it |
 * | `429(20)`, `429(20,ms)`, `429(20,text,a)` | throttled; the style says where the hint stands |
 * | `key` | every API key is refused |
 * | `nodeploy(gpt-4o)` | that deployment does not exist |
 * | `firewall` | the network rules deny the client |
 * | `latency(250)`, `latency(uniform(50,200))`, `latency(lognormal(40,0.3))` | added before the answer, ms |
 *
 * `*3` after any but `refused`: the next three requests it applies to; `%30`: 30 of 100 requests.
 */
export type Fault = FaultShape & {
  /** How many requests it strikes before it is over; all when absent. */
  readonly times?: number;
  /** How many of 100 requests it strikes; all when absent. */
  readonly percent?: number;
};

type FaultShape =
  | { readonly kind: 'refused' | 'silence' | 'key' | 'firewall' }
  | { readonly kind: 'rst' | 'fin'; readonly moment: 'request' }
  | { readonly kind: 'status'; readonly status: number; readonly format: BodyFormat }
  | { readonly kind: '429'; readonly seconds: number; readonly style: HintStyle; readonly wording: Wording }
  | { readonly kind: 'nodeploy'; readonly deployment: string }
  | { readonly kind: 'latency'; readonly latency: Latency };

const formats = ['json', 'html', 'text'] as const;
/** What the body of an error is. */
export type BodyFormat = (typeof formats)[number];

const styles = ['s', 'ms', 'date', 'both', 'text', 'none', 'bad', 'huge', 'reset', 'capacity'] as const;
/**
 * Where a 429 says how long to stay away. `s`, `ms`, `date`, `both`: in `retry-after`, in `retry-after-ms`, in
 * `retry-after` as a date, in the first two; and in the message. `text`: in the message only. `none`: nowhere.
 * `bad`: headers that are no hint. `huge`: a day, whatever was asked. `reset`: in `x-ratelimit-reset-tokens`.
 * `capacity`: the region's capacity, not the caller's quota, is used up; in the message only.
 */
export type HintStyle = (typeof styles)[number];

const wordings = ['a', 'b', 'c'] as const;
/** The three wordings of Azure's throttling message: of 2024, of 2025, and the gateway's. */
export type Wording = (typeof wordings)[number];

/** Whether the fault is in the connection, so that what is open when it starts is cut. A region has one at a time. */
export function isConnectionFault(fault: Fault): boolean {
  return fault.kind === 'refused' || fault.kind === 'silence' || fault.kind === 'rst' || fault.kind === 'fin';
}

const grammar =
  /^(?<kind>[a-z0-9]+)(?:\((?<args>.*)\))?(?::(?<moment>[^()*%]+))?(?:\*(?<times>[^*%]+))?(?:%(?<percent>[^*%]+))?$/;

/**
 * Reads `kind[(args)][:moment][*times][%prob]`.
 *
 * @throws TypeError that names the fault, the rule it breaks and the offending value.
 */
export function parseFault(text: string): Fault {
  const refuse: Refuse = (rule, value) => {
    throw new TypeError(`fault "${text}": ${rule}, got ${value === undefined ? 'nothing' : `"${value}"`}`);
  };
  const groups = grammar.exec(text.trim())?.groups;
  if (!groups) return refuse('must read kind[(args)][:moment][*times][%prob]', text);
  const { kind = '', args, moment, times, percent } = groups;
  const shape = readShape(kind, args?.split(',').map((arg) => arg.trim()) ?? [], moment, refuse);
  if (kind === 'refused' && times !== undefined) refuse('refused closes the listener and takes no *times', times);
  if (kind === 'refused' && percent !== undefined) refuse('refused closes the listener and takes no %prob', percent);
  return {
    ...shape,
    ...(times !== undefined && { times: readNumber('times', times, refuse, { least: 1, most: 1e9, whole: true }) }),
    ...(percent !== undefined && { percent: readNumber('prob', percent, refuse, { least: 0, most: 100 }) }),
  };
}

/** The text that {@link parseFault} reads as this fault. */
export function printFault(fault: Fault): string {
  const args = printArgs(fault);
  const moment = 'moment' in fault ? `:${fault.moment}` : '';
  const times = fault.times === undefined ? '' : `*${fault.times}`;
  const percent = fault.percent === undefined ? '' : `%${fault.percent}`;
  return `${fault.kind}${args.length > 0 ? `(${args.join(',')})` : ''}${moment}${times}${percent}`;
}

type Refuse = (rule: string, value: string | undefined) => never;

function readShape(kind: string, args: readonly string[], moment: string | undefined, refuse: Refuse): FaultShape {
  const [first, second, third] = args;
  const takes = (most: number): void => {
    if (args.length > most) refuse(`${kind} takes ${most} argument(s) at most`, args.join(','));
  };
  if (kind === 'rst' || kind === 'fin') {
    takes(0);
    return { kind, moment: oneOf(`moment of ${kind}`, ['request'], moment, refuse) };
  }
  if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  switch (kind) {
    case 'refused':
    case 'silence':
    case 'key':
    case 'firewall':
      takes(0);
      return { kind };
    case 'status':
      takes(2);
      return {
        kind,
        status: readNumber('status', first, refuse, { least: 100, most: 599, whole: true }),
        format: oneOf('body', formats, second ?? 'json', refuse),
      };
    case '429':
      takes(3);
      return {
        kind,
        seconds: readNumber('seconds', first, refuse, { least: 0, most: 1e9 }),
        style: oneOf('style', styles, second ?? 's', refuse),
        wording: oneOf('wording', wordings, third ?? 'b', refuse),
      };
    case 'nodeploy':
      takes(1);
      if (first === undefined || !/^[\w.-]+$/.test(first)) {
        return refuse('deployment must be letters, digits, ".", "_" and "-"', first);
      }
      return { kind, deployment: first };
    case 'latency': {
      const rule = 'latency must be ms, uniform(from,to) with from <= to, or lognormal(median,sigma)';
      return { kind, latency: parseLatency(args.join(',')) ?? refuse(rule, args.join(',')) };
    }
    default:
      return refuse('kind must be refused, silence, rst, fin, status, 429, key, nodeploy, firewall or latency', kind);
  }
}

function printArgs(fault: Fault): readonly (string | number)[] {
  switch (fault.kind) {
    case 'status':
      return fault.format === 'json' ? [fault.status] : [fault.status, fault.format];
    case '429':
      if (fault.wording !== 'b') return [fault.seconds, fault.style, fault.wording];
      return fault.style === 's' ? [fault.seconds] : [fault.seconds, fault.style];
    case 'nodeploy':
      return [fault.deployment];
    case 'latency':
      return [printLatency(fault.latency)];
    default:
      return [];
  }
}

function oneOf<T extends string>(what: string, known: readonly T[], value: string | undefined, refuse: Refuse): T {
  return known.find((name) => name === value) ?? refuse(`${what} must be ${known.join(', ')}`, value);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

function readNumber(what: string, text: string | undefined, refuse: Refuse, { least, most, whole }: Bounds): number {
  const value = /^\d*\.?\d+(e[+-]?\d+)?$/.test(text ?? '') ? Number(text) : Number.NaN;
  const fits = value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits
    ? value
    : refuse(`${what} must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`, text);
}
