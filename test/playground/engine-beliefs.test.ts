import { expect, test } from 'vitest';
import { beliefSpans, beliefsOf } from '../../playground/engine/beliefs.ts';
import type { Believed } from '../../playground/engine/observed.ts';
import type { RegionStatus } from '../../src/index.ts';

const startedAt = 1_000_000;
const status = (state: 'closed' | 'open' | 'ramping', change: Partial<RegionStatus> = {}): RegionStatus => {
  const until = startedAt + 30_000;
  const said =
    state === 'open' ? { state, until, cause: 'connect' } : state === 'ramping' ? { state, share: 0.5 } : { state };
  return { region: 'near', deployments: {}, ...said, ...change } as RegionStatus;
};
const believed = (at: number, client: number, said: RegionStatus, aheadMs = 0): Believed => {
  return { at: startedAt + at, client, status: said, aheadMs };
};
const beliefs = (...list: readonly Believed[]) =>
  beliefsOf({ startedAt, endedAt: startedAt + 60_000, clients: 0, calls: [], heard: [], believed: list });

test('a region of which nothing but a deployment is left alone is cooling, until that is over', () => {
  const deployments = { 'gpt-4o': { until: startedAt + 20_000, cause: 'throttled' as const } };
  expect(beliefs(believed(5_000, 0, status('closed', { deployments })))).toMatchObject([
    { at: 5_000, state: 'cooling', until: 20_000 },
  ]);
  expect(beliefs(believed(5_000, 0, status('open', { deployments })))).toMatchObject([
    { state: 'open', until: 30_000 },
  ]);
});

test('what a client says of the future is told by the world’s clock', () => {
  const ahead = status('open', { until: startedAt + 3_600_000 + 30_000 } as Partial<RegionStatus>);
  expect(beliefs(believed(5_000, 0, ahead, 3_600_000))).toMatchObject([{ at: 5_000, until: 30_000 }]);
});

test('a stripe shows what most clients believe, and how many believe what', () => {
  const list = beliefs(
    believed(0, 0, status('closed')),
    believed(1_000, 1, status('closed')),
    believed(10_000, 0, status('open')),
    believed(11_000, 1, status('open')),
    believed(30_000, 0, status('ramping')),
    believed(31_000, 1, status('ramping')),
    believed(40_000, 1, status('closed', { region: 'far' })),
  );
  const spans = beliefSpans(list, 'near', 60_000);
  expect(
    spans.map(({ from, to, state, clients, cause }) => [from, to, state, clients.open, clients.closed, cause]),
  ).toEqual([
    [0, 1_000, 'closed', 0, 1, undefined],
    [1_000, 10_000, 'closed', 0, 2, undefined],
    // Of two that are as frequent, the one that lets fewer calls through.
    [10_000, 11_000, 'open', 1, 1, 'connect'],
    [11_000, 30_000, 'open', 2, 0, 'connect'],
    [30_000, 31_000, 'open', 1, 0, 'connect'],
    [31_000, 60_000, 'ramping', 0, 0, undefined],
  ]);
});

test('before anybody calls, nothing is held against a region', () => {
  expect(beliefSpans([], 'near', 60_000)).toMatchObject([
    { from: 0, to: 60_000, state: 'closed', clients: { closed: 0 } },
  ]);
});
