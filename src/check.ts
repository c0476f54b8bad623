import type { Overrides } from './options.ts';

/** @throws {TypeError} naming the option, the rule it breaks, and the value unless it is a secret. */
export function check(holds: boolean, option: string, rule: string, value?: unknown): asserts holds {
  if (holds) return;
  throw new TypeError(
    `createFailoverFetch: ${option} must be ${rule}${value === undefined ? '' : `, got ${shown(value)}`}`,
  );
}

/** Never throws, as `String` does of an object without a prototype. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** A misspelt option that is quietly ignored is found out in the next outage. */
export function checkKnown(where: string, given: object, names: readonly string[]): void {
  check(typeof given === 'object' && given !== null, where, 'an object', given);
  for (const name of Object.keys(given)) {
    check(names.includes(name), `${where}.${name}`, `one of the options there are: ${names.join(', ')}`);
  }
}

/** The longest delay that timers keep, ms; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Numbers of a group of options, over their defaults. Those that end in `Ms` are milliseconds; others are whole numbers, unless
 * the default is a fraction.
 */
export function checkNumbers<T extends object>(
  group: string,
  defaults: T,
  given: Overrides<T> = {},
  least: Partial<T> = {},
): T {
  checkKnown(group, given, Object.keys(defaults));
  const result = { ...defaults };
  for (const name of Object.keys(given) as (keyof T & string)[]) {
    const value = given[name];
    // An option set to `undefined` is an option not set.
    if (value === undefined) continue;
    const from = Number(least[name] ?? 1);
    const ms = name.endsWith('Ms');
    const whole = Number.isInteger(defaults[name]);
    const rule = ms
      ? `a number of milliseconds from ${from} to ${MAX_TIMER_MS}`
      : `a ${whole ? 'whole ' : ''}number from ${from}`;
    const most = ms ? MAX_TIMER_MS : Number.MAX_VALUE;
    const fits =
      typeof value === 'number' && value >= from && value <= most && (ms || !whole || Number.isInteger(value));
    check(fits, `${group}.${name}`, rule, value);
    result[name] = value as T[typeof name];
  }
  return result;
}
