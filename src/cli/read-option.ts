import { UsageError } from './usage-error.ts';

/** @throws UsageError that names the option, the rule and the value. */
export function readPort(option: string, text: string | undefined): number | undefined {
  return readWhole(option, text, 1, 65_535);
}

/** @throws UsageError that names the option, the rule and the value. */
export function readWhole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got "${text}"`);
}

/** A region of a list. */
export interface ListedRegion {
  readonly name: string;
  readonly port?: number;
}

/**
 * Reads `eastus,westeurope:18082`.
 *
 * @throws UsageError that names the rule and the value.
 */
export function readRegions(text: string): readonly ListedRegion[] {
  const listed = text.split(',').map((part) => {
    const [, name, port] = /^([a-z\d](?:[a-z\d-]*[a-z\d])?)(?::(.*))?$/.exec(part.trim()) ?? [];
    if (name === undefined) {
      throw new UsageError(`--regions must be a list such as eastus,westeurope:18082, got "${part}" in "${text}"`);
    }
    const read = readPort(`--regions: the port of ${name}`, port);
    return { name, ...(read !== undefined && { port: read }) };
  });
  checkUnique(
    'name',
    listed.map(({ name }) => name),
  );
  checkUnique(
    'port',
    listed.flatMap(({ port }) => (port === undefined ? [] : String(port))),
  );
  return listed;
}

function checkUnique(what: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new UsageError(`--regions must each have a ${what} of their own, got ${twice} twice`);
}
