import { oneOf, type Refuse, readNumber, type ShapeText } from './fault-reader.ts';
import {
  type BodyShape,
  type PaceShape,
  type SseErrorShape,
  sseErrorCauses,
  sseErrorForms,
  type WrongTypeShape,
} from './stream-shape.ts';

/** The longest delay that timers keep, ms. */
const longestMs = 2_147_483_647;
const most = 1e9;
const usualSeconds = 20;

/** `undefined` where the kind is of something else than a body. */
export function readBodyShape({ kind, args, moment }: ShapeText, refuse: Refuse): BodyShape | undefined {
  const takes = (count: number): void => {
    if (args.length > count) refuse(`${kind} takes ${count} argument(s) at most`, args.join(','));
  };
  const takesNoMoment = (): void => {
    if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  };
  switch (kind) {
    case 'stall':
    case 'rst':
    case 'fin':
      takes(0);
      return { kind, ...readMoment(kind, ['sse', 'bytes'], moment, refuse) };
    case 'trunc':
    case 'badsse':
    case 'badchunk':
      takes(0);
      return { kind, ...readMoment(kind, ['sse'], moment, refuse) };
    case 'sse-error': {
      takes(3);
      // `sse-error:3` is how others write `sse-error:sse:3`.
      const after = /^\d/.test(moment ?? '') ? `sse:${moment}` : moment;
      return { ...readSseError(args, refuse), ...readMoment(kind, ['sse'], after, refuse) };
    }
    case 'hang':
      takes(0);
      return { kind, moment: oneOf('moment of hang', ['headers'], moment, refuse) };
    case 'badjson':
    case 'clen':
    case 'empty200':
      takes(0);
      takesNoMoment();
      return { kind };
    case 'wrongtype': {
      takes(1);
      takesNoMoment();
      const [type = 'text/html'] = args;
      return { kind, type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : refuse('type must read text/html', type) };
    }
    case 'stream': {
      takes(3);
      takesNoMoment();
      return {
        kind,
        firstMs: readNumber('ttft', args[0], refuse, { least: 0, most: longestMs }),
        perSecond: readNumber('tps', args[1], refuse, { least: 0.001, most }),
        jitter: args[2] === undefined ? 0 : readNumber('jitter', args[2], refuse, { least: 0, most: 1 }),
      };
    }
    case 'slice': {
      takes(2);
      takesNoMoment();
      const bytes = readNumber('bytes', args[0], refuse, { least: 1, most, whole: true });
      return { kind, bytes, ms: readNumber('ms', args[1], refuse, { least: 0, most: longestMs }) };
    }
    case 'throttle':
      takes(1);
      takesNoMoment();
      return { kind, bytesPerSecond: readNumber('bytes per second', args[0], refuse, { least: 0.001, most }) };
    default:
      return undefined;
  }
}

/** What stands between the parentheses. */
export function printBodyArgs(shape: PaceShape | SseErrorShape | WrongTypeShape): readonly (string | number)[] {
  switch (shape.kind) {
    case 'slice':
      return [shape.bytes, shape.ms];
    case 'throttle':
      return [shape.bytesPerSecond];
    case 'stream': {
      const { firstMs, perSecond, jitter } = shape;
      return jitter === 0 ? [firstMs, perSecond] : [firstMs, perSecond, jitter];
    }
    case 'wrongtype':
      return shape.type === 'text/html' ? [] : [shape.type];
    case 'sse-error': {
      const { cause, form } = shape;
      if (cause === 'rate' && shape.seconds !== usualSeconds) return [cause, form, shape.seconds];
      if (form !== 'nested') return [cause, form];
      return cause === 'server' ? [] : [cause];
    }
  }
}

function readSseError([cause, form, seconds]: readonly string[], refuse: Refuse): SseErrorShape {
  const kind = 'sse-error';
  const read = {
    cause: oneOf('cause', sseErrorCauses, cause ?? 'server', refuse),
    form: oneOf('form', sseErrorForms, form ?? 'nested', refuse),
  };
  if (read.cause === 'rate') {
    const wait = seconds === undefined ? usualSeconds : readNumber('seconds', seconds, refuse, { least: 0, most });
    return { kind, cause: read.cause, form: read.form, seconds: wait };
  }
  if (seconds !== undefined) refuse(`${read.cause} takes no seconds`, seconds);
  return { kind, cause: read.cause, form: read.form };
}

function readMoment<Unit extends 'sse' | 'bytes'>(
  kind: string,
  units: readonly Unit[],
  moment: string | undefined,
  refuse: Refuse,
): { readonly moment: Unit; readonly after: number } {
  const [, word, count] = /^([a-z]+):(.*)$/.exec(moment ?? '') ?? [];
  const unit = units.find((known) => known === word);
  const also = kind === 'rst' || kind === 'fin' ? ['accept', 'request', 'reuse'] : [];
  if (!unit) return refuse(`moment of ${kind} must be ${[...also, ...units.map((u) => `${u}:N`)].join(', ')}`, moment);
  return { moment: unit, after: readNumber('N', count, refuse, { least: 0, most, whole: true }) };
}
