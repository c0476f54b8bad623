import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVirtualSimulator } from '../../src/simulator/index.ts';
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

test('keeps the newest entries once it is full, also after it was cleared, and none where it keeps none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.array(fc.constantFrom('open', 'clear')), (limit, steps) => {
      const journal = new Journal(limit);
      let kept: number[] = [];
      for (const step of steps) {
        if (step === 'clear') {
          journal.clear();
          kept = [];
        } else kept = [...kept, journal.open(facts).seq].slice(kept.length < limit ? 0 : kept.length + 1 - limit);
        expect(journal.entries().map(({ seq }) => seq)).toEqual(kept);
      }
    }),
  );
});

test('keeps ten thousand entries', () => {
  const journal = new Journal();
  for (let i = 0; i < 25_000; i++) journal.open(facts);
  expect(journal.entries()).toHaveLength(10_000);
  expect(journal.entries()[0]?.seq).toBe(15_001);
  expect(journal.entries({ since: 24_998 }).map(({ seq }) => seq)).toEqual([24_999, 25_000]);
});

test('finds entries after a number and of a region', () => {
  const journal = new Journal();
  for (const region of ['eastus', 'westeurope', 'eastus']) journal.open({ ...facts, region });
  expect(journal.entries({ since: 1 }).map(({ seq }) => seq)).toEqual([2, 3]);
  expect(journal.entries({ since: 1, region: 'eastus' }).map(({ seq }) => seq)).toEqual([3]);
  expect(journal.entries({ since: 3 })).toEqual([]);
});

test('tells who listens of each request that comes and of each that is over', () => {
  const journal = new Journal(0);
  const told: unknown[] = [];
  const stop = journal.subscribe((what, { seq, status }) => told.push([what, seq, status]));
  const draft = journal.open(facts);
  draft.status = 200;
  journal.end(draft);
  stop();
  journal.end(journal.open(facts));
  expect(told).toEqual([
    ['arrival', 1, undefined],
    ['end', 1, 200],
  ]);
});

test('tells of requests in virtual time as well', async () => {
  const { clock, journal, fetch, endpoints } = createVirtualSimulator({ regions: { eastus: {} } });
  const told: unknown[] = [];
  journal.subscribe((what, { status, closedBy }) => told.push([what, status, closedBy]));
  await clock.run(fetch(`${endpoints()[0]?.url}/openai/v1/models`).then((response) => response.text()));
  expect(told).toEqual([
    ['arrival', undefined, undefined],
    ['end', 401, 'server'],
  ]);
});

test.each([
  ['/openai/models?api-version=2024-10-21', '/openai/models?api-version=2024-10-21'],
  ['/a?subscription-key=s3cret&api-version=1', '/a?subscription-key=***&api-version=1'],
  ['/a?x=1&access_token=s3cret', '/a?x=1&access_token=***'],
  ['/a?SIG=s3cret&sig=s3cret', '/a?SIG=***&sig=***'],
  ['/key=1/a', '/key=1/a'],
])('shows no secret of a query: %s', (path, safe) => {
  const journal = new Journal();
  journal.open({ ...facts, path });
  expect(journal.entries()[0]?.path).toBe(safe);
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
  stayAway.tell('gpt-4o', { forMs: 2100 }, 900, 1000);
  stayAway.tell('gpt-4o', { untilMs: 2500 }, 1100, 1100);
  expect(stayAway.earlyAt('gpt-4o', 1050), 'was on its way').toBeUndefined();
  expect(stayAway.earlyAt('gpt-4o', 1051)).toEqual({ byMs: 1949, ofMs: 2100 });
  expect(stayAway.earlyAt('small', 1500), 'another deployment').toBeUndefined();
  expect(stayAway.earlyAt('gpt-4o', 2600)).toEqual({ byMs: 400, ofMs: 2100 });
  expect(stayAway.earlyAt('gpt-4o', 2999), 'a timer’s rounding').toBeUndefined();
  expect(stayAway.earlyAt('gpt-4o', 3000)).toBeUndefined();
  stayAway.tell('gpt-4o', { forMs: 1000 }, 3000, 3000);
  stayAway.forget();
  expect(stayAway.earlyAt('gpt-4o', 3500)).toBeUndefined();
});
