import type { ConnectionShape } from './connection-shape.ts';
import { type Refuse, readNumber, type ShapeText } from './fault-reader.ts';

/** `undefined` where the kind is of something else than a connection. */
export function readConnectionShape({ kind, args, moment }: ShapeText, refuse: Refuse): ConnectionShape | undefined {
  const takes = (count: number): void => {
    if (args.length > count) refuse(`${kind} takes ${count} argument(s) at most`, args.join(','));
  };
  const takesNoMoment = (): void => {
    if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  };
  switch (kind) {
    case 'rst':
    case 'fin':
      if (moment !== 'accept' && moment !== 'request' && moment !== 'reuse') return undefined;
      takes(0);
      return { kind, moment };
    case 'refused':
    case 'dns':
    case 'blackhole':
    case 'noread':
    case 'tls':
    case 'silence':
    case 'garbage':
      takesNoMoment();
      takes(0);
      return { kind };
    case 'conn-limit':
      takesNoMoment();
      takes(1);
      return { kind, connections: readNumber('connections', args[0], refuse, { least: 0, most: 1e6, whole: true }) };
    default:
      return undefined;
  }
}
