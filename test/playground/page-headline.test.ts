import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import { headlineAt } from '../../playground/page/view/headline.ts';
import { shownMoment } from '../../playground/page/view/moment.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { eightRegions } from './page-eight-regions.ts';

const saidOf = async (faults: Scenario['faults']) =>
  headlineAt(await run({ ...eightRegions, duration: 20, faults }, { id: 'ours' }), 15_000);

test('two regions in trouble are both named', async () => {
  const { truth } = await saidOf([
    [5, 20, 'eastus', 'refused'],
    [5, 20, 'eastus2', 'status(503)'],
  ]);
  expect(truth).toBe('East US refuses connections and East US 2 answers 503.');
});

test('of many regions in trouble, one is named and the others are counted', async () => {
  const { truth, belief } = await saidOf([
    [5, 20, 'eastus', 'refused'],
    [5, 20, 'eastus2', 'status(503)'],
    [5, 20, 'westeurope', '429(20)'],
    [5, 20, 'swedencentral', 'refused'],
  ]);
  expect(truth).toBe('East US refuses connections and 3 regions more are in trouble.');
  expect(belief).toMatch(/^All 5 clients now avoid East US \(cannot connect\)\. \d regions more are doubted\.$/);
});

test('at the end of a run, what was so until then is so', async () => {
  const faults: Scenario['faults'] = [[5, 20, 'eastus', 'refused']];
  const record = await run({ ...eightRegions, duration: 20, faults }, { id: 'ours' });
  expect(headlineAt(record, shownMoment(20_000, 20_000)).truth).toBe('East US refuses connections.');
});
