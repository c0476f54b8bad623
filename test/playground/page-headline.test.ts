import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import type { CallRecord } from '../../playground/engine/types.ts';
import { headlineAt } from '../../playground/page/view/headline.ts';
import { shownMoment } from '../../playground/page/view/moment.ts';
import { faultWords } from '../../playground/page/view/words.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { callsOf } from './engine-records.ts';
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

test('calls that wait are told from calls that failed, and from none', async () => {
  const record = await run({ ...eightRegions, duration: 20, faults: [] }, { id: 'ours' });
  const effectOf = (calls: readonly CallRecord[]) => headlineAt({ ...record, calls }, 15_000).effect;
  expect(effectOf([])).toBe('No calls are made now.');
  expect(effectOf(callsOf({ beganAt: 9_000, endedAt: 19_000 }))).toBe('No new calls: 1 still under way.');
  const waits = { beganAt: 14_000, headersAt: 19_000, endedAt: 19_000 };
  expect(effectOf(callsOf(waits))).toBe('No answers yet: none failed.');
  expect(effectOf(callsOf({ beganAt: 14_000, fate: 'failed' }))).toMatch(/^No answers came: 1 call of/);
});

test('clients that are due to test a region are not said to do so already', async () => {
  const record = await run({ ...eightRegions, duration: 20, faults: [] }, { id: 'ours' });
  const clients = { open: 0, 'half-open': 1, cooling: 0, ramping: 0, closed: 4 };
  const [first, ...others] = record.regions;
  if (!first) throw new Error('the run has no regions');
  const due = { ...first, belief: [{ from: 0, to: 20_000, state: 'closed', clients, cause: 'connect' } as const] };
  const { belief } = headlineAt({ ...record, regions: [due, ...others] }, 15_000);
  expect(belief).toBe('1 of 5 clients will test East US (cannot connect).');
});

test.each([
  ['cors(preflight-fail)', 'lets no page ask for anything'],
  ['cors(none)', 'lets no page ask for anything'],
  ['cors(none-on-error)', 'lets browsers read less'],
])('a region with %s %s', (fault, words) => {
  expect(faultWords(fault)).toBe(words);
});
