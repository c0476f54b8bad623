import type { Scenario } from '../../src/simulator/index.ts';
import { changedOptions, figureOf, type OptionFigure, type StrategyName, strategies } from './options.ts';

/** A text as TypeScript has it, whatever is in it. */
export function quoted(text: string): string {
  // JSON's escapes are TypeScript's; what is left are the quotes.
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A number as people write it: 30_000. */
export function figure(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && value >= 10_000 ? text.replace(/\B(?=(\d{3})+$)/g, '_') : text;
}

/** Lines, each further in. */
export function indented(lines: readonly string[], by = 2): readonly string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));
}

/**
 * The members of the library's options that are not as they are by default, each with what it does.
 *
 * @throws TypeError when the scenario has an option that the library has not: code is not made of just any text.
 */
export function optionLines(scenario: Scenario): readonly string[] {
  return Object.entries(changedOptions(scenario)).flatMap(([name, value]) => {
    if (name === 'strategy')
      return [`// ${sentence(strategies[strategyOf(value)])}.`, `strategy: ${strategyOf(value)}(),`];
    const lines = Object.entries(value ?? {}).flatMap(([own, chosen]) => {
      const known = figureOf(name, own);
      if (!known || typeof chosen !== 'number') throw unknown(`${name}.${own}`);
      return [comment(known), `${own}: ${figure(chosen)},`];
    });
    if (lines.length === 0 && name !== 'hedge') throw unknown(name);
    return lines.length === 0 ? [`${name}: {},`] : [`${name}: {`, ...indented(lines), '},'];
  });
}

/** What must be imported for them. */
export function importsOf(scenario: Scenario): readonly string[] {
  const { strategy } = changedOptions(scenario);
  return ['createFailoverFetch', ...(strategy === undefined ? [] : [strategyOf(strategy)])];
}

function strategyOf(value: unknown): StrategyName {
  const found = Object.keys(strategies).find((name) => name === value);
  if (found === undefined) throw unknown('strategy');
  return found as StrategyName;
}

function comment({ about, unit, default: usual }: OptionFigure): string {
  const what = `${sentence(about)}${unit === 'ms' ? ', ms' : ''}`;
  return `// ${what}.${usual === undefined ? '' : ` By default ${figure(usual)}.`}`;
}

const unknown = (option: string): TypeError => new TypeError(`there is no code for the option client.${option}`);

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
