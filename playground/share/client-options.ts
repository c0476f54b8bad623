import type { Scenario } from '../../src/simulator/index.ts';

const groups = ['retry', 'timeouts', 'breaker', 'hedge'];

/**
 * Sees to it that a scenario's options of the library are figures, and a strategy by its name: a link never carries an
 * endpoint, a key or a text of somebody's.
 *
 * @throws TypeError that names what is neither.
 */
export function checkClient({ client }: Pick<Scenario, 'client'>): void {
  for (const [name, value] of Object.entries(client)) {
    if (name === 'strategy' ? isWord(value) : groups.includes(name) && isFigures(value)) continue;
    const rule = `a link takes of the library's options strategy by its name, and figures in ${groups.join(', ')}`;
    throw new TypeError(`${rule}; got client.${name}`);
  }
}

const isWord = (value: unknown): boolean => typeof value === 'string' && /^[a-z]{1,20}$/.test(value);

const isFigures = (value: unknown): boolean =>
  value === false ||
  (typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, figure]) => /^[a-zA-Z]{1,20}$/.test(name) && typeof figure === 'number'));
