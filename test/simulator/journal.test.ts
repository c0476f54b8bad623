import { expect, test } from 'vitest';
import { Journal } from '../../src/simulator/journal.ts';
import { StayAway } from '../../src/simulator/stay-away.ts';

const facts = {
  arrivedAt: 0,
  region: 'eastus',
  requestId: 'r1',
  connection: 1,
  reused: false,
  method: 'GET',
  path: '/',
  stream: false,
  bytesIn: 0,
  bytesOut: 0,
  events: 0,
};

test('keeps the newest entries', () => {
  const journal = new Journal(2);
  for (let i = 0; i < 3; i++) journal.open(facts);
  expect(journal.entries().map(({ seq }) => seq)).toEqual([2, 3]);
});

test('hands out copies', () => {
  const journal = new Journal();
  const draft = journal.open(facts);
  const [before] = journal.entries();
  draft.status = 200;
  expect(before?.status).toBeUndefined();
  expect(journal.entries()[0]?.status).toBe(200);
});

test('finds entries by our id and by the client’s', () => {
  const journal = new Journal();
  journal.open(facts);
  journal.open({ ...facts, requestId: 'r2', clientRequestId: 'c' });
  journal.open({ ...facts, requestId: 'r3', clientRequestId: 'c' });
  expect(journal.of('r1')).toHaveLength(1);
  expect(journal.of('c')).toHaveLength(2);
});

test('goes on counting after it was cleared', () => {
  const journal = new Journal();
  journal.open(facts);
  journal.clear();
  expect(journal.entries()).toEqual([]);
  expect(journal.open(facts).seq).toBe(2);
});

test('says how early a request came', () => {
  const stayAway = new StayAway();
  stayAway.tell('gpt-4o', 1000, 3000);
  stayAway.tell('gpt-4o', 1100, 2500);
  expect(stayAway.earlyBy('gpt-4o', 1050), 'was on its way').toBeUndefined();
  expect(stayAway.earlyBy('gpt-4o', 1051)).toBe(1949);
  expect(stayAway.earlyBy('small', 1500), 'another deployment').toBeUndefined();
  expect(stayAway.earlyBy('gpt-4o', 2600)).toBe(400);
  expect(stayAway.earlyBy('gpt-4o', 2999), 'a timer’s rounding').toBeUndefined();
  expect(stayAway.earlyBy('gpt-4o', 3000)).toBeUndefined();
});
