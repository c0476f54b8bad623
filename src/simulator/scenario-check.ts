import { type ClientFault, parseClientFault } from './client-fault.ts';
import { corsRule, parseCors } from './cors.ts';
import { type Fault, isConnectionFault, parseFault } from './fault.ts';
import { mismatch } from './json-schema.ts';
import { parseLatency } from './latency.ts';
import type { Scenario } from './scenario.ts';
import { parseAssert } from './scenario-assert.ts';

const latencyRule = 'a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma)';

/** What is wrong with a scenario that has the right form: path, rule and value, a line each. */
export function inconsistencies(scenario: Scenario): readonly string[] {
  return [...inRegions(scenario), ...inLoad(scenario), ...inFaults(scenario), ...inAsserts(scenario)];
}

function inRegions({ regions }: Scenario): readonly string[] {
  const ids = regions.map(({ id }) => id);
  return regions.flatMap((region, index) => {
    const path = `scenario.regions[${index}]`;
    return [
      ...(region.id === 'client' ? [mismatch(`${path}.id`, 'other than the target "client"', region.id)] : []),
      ...(ids.indexOf(region.id) < index ? [mismatch(`${path}.id`, 'the only one of its name', region.id)] : []),
      ...(['latency', 'model'] as const)
        .filter((name) => parseLatency(String(region[name] ?? 0)) === undefined)
        .map((name) => mismatch(`${path}.${name}`, latencyRule, region[name])),
      ...(parseCors(region.cors ?? 'azure') ? [] : [mismatch(`${path}.cors`, corsRule, region.cors)]),
    ];
  });
}

function inLoad({ load, duration }: Scenario): readonly string[] {
  return load.flatMap((entry, index) => {
    const path = `scenario.load[${index}]`;
    if ('at' in entry)
      return entry.at < duration ? [] : [mismatch(`${path}.at`, `less than the duration (${duration})`, entry.at)];
    const problems = inWindow(entry.from ?? 0, entry.to ?? duration, duration, [`${path}.from`, `${path}.to`]);
    if (!('users' in entry) || parseLatency(String(entry.thinkMs))) return problems;
    return [...problems, mismatch(`${path}.thinkMs`, latencyRule, entry.thinkMs)];
  });
}

function inWindow(
  from: number,
  to: number,
  duration: number,
  [fromPath, toPath]: readonly [string, string],
): readonly string[] {
  return [
    ...(from < to ? [] : [mismatch(fromPath, `less than the end (${to})`, from)]),
    ...(to <= duration ? [] : [mismatch(toPath, `no more than the duration (${duration})`, to)]),
  ];
}

function inFaults({ faults, regions, duration }: Scenario): readonly string[] {
  const ids = regions.map(({ id }) => id);
  const spans: Span[] = [];
  return faults.flatMap(([from, to, target, text], index) => {
    const path = `scenario.faults[${index}]`;
    const problems = inWindow(from, to, duration, [`${path}[0]`, `${path}[1]`]);
    if (![...ids, '*', 'client'].includes(target)) {
      return [...problems, mismatch(`${path}[2]`, `one of ${ids.join(', ')}, * and client`, target)];
    }
    const read = attempt(() => (target === 'client' ? ofClient(text) : ofRegion(text)));
    if ('problem' in read) return [...problems, `${path}[3]: ${read.problem}`];
    const { alone, ttlMs = Number.POSITIVE_INFINITY } = read.value;
    if (alone === undefined) return problems;
    const where = target === '*' ? ids : [target];
    const span = { from, to: Math.min(to, from + ttlMs / 1000), alone, where, text, path };
    const rival = spans.find((earlier) => meet(earlier, span));
    spans.push(span);
    return rival ? [...problems, `${path}: must not be on while ${rival.path} is, got ${both(rival, span)}`] : problems;
  });
}

function inAsserts({ asserts }: Scenario): readonly string[] {
  return asserts.flatMap((text, index) => {
    const read = attempt(() => parseAssert(text));
    return 'problem' in read ? [`scenario.asserts[${index}]: ${read.problem}`] : [];
  });
}

/** When something goes on that bears no other of its kind. Seconds, `to` not included. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly alone: string;
  readonly where: readonly string[];
  readonly text: string;
  readonly path: string;
}

/** Of which there is one at a time, where there is such a rule. */
interface Alone {
  readonly alone?: string;
  readonly ttlMs?: number;
}

function ofRegion(text: string): Alone {
  const fault: Fault = parseFault(text);
  if (!isConnectionFault(fault)) return {};
  return { alone: 'connection fault', ...(fault.ttlMs !== undefined && { ttlMs: fault.ttlMs }) };
}

function ofClient(text: string): Alone {
  const { kind }: ClientFault = parseClientFault(text);
  return kind === 'offline' || kind === 'sleep' ? { alone: kind } : {};
}

function meet(a: Span, b: Span): boolean {
  return a.alone === b.alone && a.from < b.to && b.from < a.to && a.where.some((place) => b.where.includes(place));
}

function both(a: Span, b: Span): string {
  return `"${a.text}" until ${a.to} s and "${b.text}" from ${b.from} s`;
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
