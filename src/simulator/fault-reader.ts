/** Throws a TypeError that names what is read, the rule it breaks and the offending value. */
export type Refuse = (rule: string, value: string | undefined) => never;

/** @param what comes first in the message: `fault "status(99)"`. */
export function refusal(what: string): Refuse {
  return (rule, value) => {
    throw new TypeError(`${what}: ${rule}, got ${value === undefined ? 'nothing' : `"${value}"`}`);
  };
}

/** A fault without its selection, taken apart. */
export interface ShapeText {
  readonly kind: string;
  readonly args: readonly string[];
  readonly moment: string | undefined;
}

/** The arguments between two parentheses, split at the commas that are in no parentheses of their own. */
export function splitArgs(text: string): readonly string[] {
  const args = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) args.push('');
    else args.push(`${args.pop()}${character}`);
  }
  return args.map((arg) => arg.trim());
}

/** One of the words that are known. */
export function oneOf<T extends string>(
  what: string,
  known: readonly T[],
  value: string | undefined,
  refuse: Refuse,
): T {
  return known.find((name) => name === value) ?? refuse(`${what} must be ${known.join(', ')}`, value);
}

/** What a number has to be, both ends included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** A number as JSON writes it, or with a bare point in front. */
export function readNumber(
  what: string,
  text: string | undefined,
  refuse: Refuse,
  { least, most, whole }: Bounds,
): number {
  const value = /^-?\d*\.?\d+(e[+-]?\d+)?$/.test(text ?? '') ? Number(text) + 0 : Number.NaN;
  const fits = value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits
    ? value
    : refuse(`${what} must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`, text);
}

/** Letters, digits, `.`, `_` and `-`: the names that Azure gives a deployment. */
export function readDeployment(text: string | undefined, refuse: Refuse): string {
  if (text !== undefined && /^[\w.-]+$/.test(text)) return text;
  return refuse('deployment must be letters, digits, ".", "_" and "-"', text);
}
