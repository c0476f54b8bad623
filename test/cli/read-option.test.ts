import { expect, test } from 'vitest';
import { readPort, readRegions } from '../../src/cli/read-option.ts';

test('reads regions, with ports where they are given', () => {
  expect(readRegions('eastus, west-europe:18082')).toEqual([{ name: 'eastus' }, { name: 'west-europe', port: 18_082 }]);
});

test.each([
  ['', '--regions must be a list such as eastus,westeurope:18082, got "" in ""'],
  ['eastus,', 'got "" in "eastus,"'],
  ['East', 'got "East" in "East"'],
  ['-a', 'got "-a" in "-a"'],
  ['eastus:', '--regions: the port of eastus must be a whole number from 1 to 65535, got ""'],
  ['eastus:99999', 'got "99999"'],
  ['eastus:1:2', 'got "1:2"'],
  ['eastus,eastus', '--regions must each have a name of their own, got eastus twice'],
  ['eastus:8,westeurope:8', '--regions must each have a port of their own, got 8 twice'],
])('refuses "%s"', (text, message) => {
  expect(() => readRegions(text)).toThrow(message);
});

test.each(['0', '65536', '1.5', '0x10', '1e3', ' 8', ''])('refuses port "%s"', (text) => {
  expect(() => readPort('--port', text)).toThrow(`--port must be a whole number from 1 to 65535, got "${text}"`);
});
