import { expect, test } from 'vitest';
import { displayName } from '../../src/simulator/region-name.ts';

test.each([
  ['eastus', 'East US'],
  ['eastus2', 'East US 2'],
  ['northcentralus', 'North Central US'],
  ['swedencentral', 'Sweden Central'],
  ['uksouth', 'UK South'],
  ['southeastasia', 'Southeast Asia'],
  ['germanywestcentral', 'Germany West Central'],
  ['primary', 'primary'],
])('shows %s as %s', (name, shown) => {
  expect(displayName(name)).toBe(shown);
});
