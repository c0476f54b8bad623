import { readConnectionShape } from './connection-kinds.ts';
import { corsRule, parseCors, printCors } from './cors.ts';
import { oneOf, type Refuse, readDeployment, readNumber, type ShapeText } from './fault-reader.ts';
import { type CapacityRate, capacityStyles, formats, hintStyles, type LastingShape, wordings } from './fault-shape.ts';
import { parseLatency, parseRamp, printLatency } from './latency.ts';
import { printBodyArgs, readBodyShape } from './stream-kinds.ts';

/** All that can be read, for who has got it wrong. */
const kinds = [
  ...['refused', 'dns', 'blackhole', 'noread', 'tls', 'conn-limit', 'silence', 'garbage', 'rst', 'fin'],
  ...['status', '429', 'quota', 'key', 'key-expired', 'nodeploy', 'firewall', 'cors'],
  ...['latency', 'slow', 'capacity', 'duplicate-slow'],
  ...['hang', 'stall', 'trunc', 'sse-error', 'badsse', 'badchunk', 'badjson', 'clen', 'empty200', 'wrongtype'],
  ...['slice', 'throttle', 'stream', 'sequence', 'flap'],
];

/** A fault that does not take turns. */
export function readLasting(text: ShapeText, refuse: Refuse): LastingShape {
  const { kind, args, moment } = text;
  const [first, second, third] = args;
  const takes = (most: number): void => {
    if (args.length > most) refuse(`${kind} takes ${most} argument(s) at most`, args.join(','));
  };
  const read = readConnectionShape(text, refuse) ?? readBodyShape(text, refuse);
  if (read) return read;
  if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  switch (kind) {
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
    case 'quota': {
      takes(2);
      const bounds = { least: 0, most: 1e12 };
      return {
        kind,
        tokensPerMinute: readNumber('tokens per minute', first, refuse, bounds),
        requestsPerMinute: readNumber('requests per minute', second, refuse, bounds),
      };
    }
    case 'cors':
      return { kind, profile: parseCors(args.join(',')) ?? refuse(`profile must be ${corsRule}`, args.join(',')) };
    case 'latency': {
      const rule =
        'latency must be ms, uniform(from,to) with from <= to, lognormal(median,sigma), or ramp(from,to,seconds)';
      const spec = args.join(',');
      return { kind, latency: parseLatency(spec) ?? parseRamp(spec) ?? refuse(rule, spec) };
    }
    case 'duplicate-slow':
      takes(1);
      return { kind, ms: readNumber('ms', first, refuse, { least: 0, most: 2_147_483_647 }) };
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
      return refuse(`kind must be ${kinds.join(', ')}`, kind);
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

/** What stands between its parentheses; none where there is nothing to say. */
export function printLasting(shape: LastingShape): readonly (string | number)[] {
  switch (shape.kind) {
    case 'status':
      return shape.format === 'json' ? [shape.status] : [shape.status, shape.format];
    case '429':
      if (shape.wording !== 'b') return [shape.seconds, shape.style, shape.wording];
      return shape.style === 's' ? [shape.seconds] : [shape.seconds, shape.style];
    case 'nodeploy':
      return [shape.deployment];
    case 'quota':
      return [shape.tokensPerMinute, shape.requestsPerMinute];
    case 'conn-limit':
      return [shape.connections];
    case 'cors':
      return [printCors(shape.profile)];
    case 'latency':
      return [printLatency(shape.latency)];
    case 'duplicate-slow':
      return [shape.ms];
    case 'slow':
      return [`x${shape.factor}`];
    case 'capacity': {
      const { perSecond, warmUp, style } = shape;
      const rate = warmUp ? [perSecond, warmUp.to, warmUp.seconds] : [perSecond];
      return style === '503' ? rate : [...rate, style];
    }
    case 'sse-error':
    case 'wrongtype':
    case 'slice':
    case 'throttle':
    case 'stream':
      return printBodyArgs(shape);
    default:
      return [];
  }
}
