import { oneOf, type Refuse, readDeployment, readNumber, type ShapeText } from './fault-reader.ts';
import {
  type CapacityRate,
  capacityStyles,
  type FaultShape,
  formats,
  hintStyles,
  type LastingShape,
  wordings,
} from './fault-shape.ts';
import { parseLatency, printLatency } from './latency.ts';
import { printBodyArgs, readBodyShape } from './stream-kinds.ts';

/** The longest that a timer waits, in whole seconds. */
const longestSeconds = 2_147_483;

/** @param inner reads the fault that `flap` alternates with. */
export function readShape(text: ShapeText, refuse: Refuse, inner: (text: string) => FaultShape): FaultShape {
  const { kind, args, moment } = text;
  if (kind === 'flap') {
    if (moment !== undefined) refuse('flap takes no moment', moment);
    const [up, down, fault, ...more] = args;
    if (more.length > 0) refuse('flap takes 3 argument(s) at most', args.join(','));
    const lasting = fault === undefined ? { kind: 'refused' as const } : inner(fault);
    if (lasting.kind === 'flap') return refuse('fault of flap must not be a flap', fault);
    const seconds = { least: 0.001, most: longestSeconds };
    return {
      kind,
      up: readNumber('up', up, refuse, seconds),
      down: readNumber('down', down, refuse, seconds),
      fault: lasting,
    };
  }
  return readLasting(text, refuse);
}

/** What stands between the parentheses; none where there is nothing to say. */
export function printArgs(shape: FaultShape, inner: (shape: FaultShape) => string): readonly (string | number)[] {
  if (shape.kind !== 'flap') return printLasting(shape);
  const { up, down, fault } = shape;
  return fault.kind === 'refused' ? [up, down] : [up, down, inner(fault)];
}

function readLasting(text: ShapeText, refuse: Refuse): LastingShape {
  const { kind, args, moment } = text;
  const [first, second, third] = args;
  const takes = (most: number): void => {
    if (args.length > most) refuse(`${kind} takes ${most} argument(s) at most`, args.join(','));
  };
  if ((kind === 'rst' || kind === 'fin') && moment === 'request') {
    takes(0);
    return { kind, moment };
  }
  const ofBody = readBodyShape(text, refuse);
  if (ofBody) return ofBody;
  if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  switch (kind) {
    case 'refused':
    case 'dns':
    case 'silence':
    case 'key':
    case 'key-expired':
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
        style: oneOf('style', hintStyles, second ?? 's', refuse),
        wording: oneOf('wording', wordings, third ?? 'b', refuse),
      };
    case 'nodeploy':
      takes(1);
      return { kind, deployment: readDeployment(first, refuse) };
    case 'latency': {
      const rule = 'latency must be ms, uniform(from,to) with from <= to, or lognormal(median,sigma)';
      return { kind, latency: parseLatency(args.join(',')) ?? refuse(rule, args.join(',')) };
    }
    case 'slow': {
      takes(1);
      if (!first?.startsWith('x')) return refuse('factor must read x8', first);
      return { kind, factor: readNumber('factor', first.slice(1), refuse, { least: 0, most: 1e6 }) };
    }
    case 'capacity': {
      takes(4);
      const style = oneOf('style', capacityStyles, (args.length > 2 ? args[3] : second) ?? '503', refuse);
      return { kind, ...readRate(args, refuse), style };
    }
    default:
      return refuse(
        'kind must be refused, dns, silence, rst, fin, status, 429, key, key-expired, nodeploy, firewall, latency, slow, capacity, stall, trunc, sse-error, badsse, badchunk, hang, slice, throttle or flap',
        kind,
      );
  }
}

function readRate([first, second, third]: readonly string[], refuse: Refuse): CapacityRate {
  const rate = (what: string, text: string | undefined): number =>
    readNumber(what, text, refuse, { least: 0, most: 1e6 });
  if (third === undefined) return { perSecond: rate('requests per second', first) };
  return {
    perSecond: rate('requests per second', first),
    warmUp: {
      to: rate('requests per second', second),
      seconds: readNumber('seconds', third, refuse, { least: 0.001, most: 1e9 }),
    },
  };
}

function printLasting(shape: LastingShape): readonly (string | number)[] {
  switch (shape.kind) {
    case 'status':
      return shape.format === 'json' ? [shape.status] : [shape.status, shape.format];
    case '429':
      if (shape.wording !== 'b') return [shape.seconds, shape.style, shape.wording];
      return shape.style === 's' ? [shape.seconds] : [shape.seconds, shape.style];
    case 'nodeploy':
      return [shape.deployment];
    case 'latency':
      return [printLatency(shape.latency)];
    case 'slow':
      return [`x${shape.factor}`];
    case 'capacity': {
      const { perSecond, warmUp, style } = shape;
      const rate = warmUp ? [perSecond, warmUp.to, warmUp.seconds] : [perSecond];
      return style === '503' ? rate : [...rate, style];
    }
    case 'sse-error':
    case 'slice':
    case 'throttle':
      return printBodyArgs(shape);
    default:
      return [];
  }
}
