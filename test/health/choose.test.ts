import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, isAllowed, type Known, type Plan } from '../../src/health/choose.ts';
import { freshRecord, type RegionRecord } from '../../src/health/record.ts';
import { priority, type Strategy } from '../../src/health/strategies.ts';
import { aChance, anyRecord, BREAKER, known, NOW } from '../support/health.ts';
import { seeded } from '../support/random.ts';
import { aCall } from '../support/setup.ts';

const plan = (list: readonly Known[], call = aCall(), strategy: Strategy = priority(), random = () => 0.5): Plan =>
  choose(list, strategy, BREAKER, call, NOW, random);
const brief = ({ choices, cooling, freeAt }: Plan) => [
  choices.map(({ region, as }) => `${region.name} ${as}`).join(', '),
  cooling.map(({ region }) => region.name).join(', '),
  freeAt === undefined ? 'free' : freeAt - NOW,
];

const open = (later: number): RegionRecord => ({
  ...freshRecord,
  circuit: { state: 'open', until: NOW + later, cause: 'connect' },
});
const half = (probeUntil: number): RegionRecord => ({
  ...freshRecord,
  circuit: { state: 'half-open', cause: 'connect', probeUntil, successes: 0 },
});
const cool = (later: number, deployment = 'gpt'): RegionRecord => ({
  ...freshRecord,
  deployments: { [deployment]: { until: NOW + later, cause: 'throttled', streak: 1 } },
});
const lacks = (later: number): RegionRecord => ({
  ...freshRecord,
  deployments: { gpt: { until: NOW + later, cause: 'no-deployment', streak: 1 } },
});
const out = (later: number, cause: 'forbidden' | 'blocked' = 'forbidden'): RegionRecord => ({
  ...freshRecord,
  excluded: { until: NOW + later, cause, streak: 1 },
});

test.each<[string, Parameters<typeof known>[0], string, string, number | 'free']>([
  ['in the order of the list', [{}, {}], 'r0 usual, r1 usual', '', 'free'],
  ['by priority', [{ priority: 2 }, { priority: 1 }], 'r1 usual, r0 usual', '', 'free'],
  ['what is down comes last', [{ record: open(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  [
    'of those that are down, the soonest first',
    [{ record: open(9) }, { record: open(5) }],
    'r1 last-resort, r0 last-resort',
    '',
    5,
  ],
  ['what is due is probed, in its place', [{ record: open(0) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['a probe under way keeps the others away', [{ record: half(NOW + 9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  ['a probe whose lease is over does not', [{ record: half(NOW) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['what is cooling is left alone', [{ record: cool(9) }, {}], 'r1 usual', 'r0', 'free'],
  ['another deployment’s cool-down is not mine', [{ record: cool(9, 'o3') }, {}], 'r0 usual, r1 usual', '', 'free'],
  ['all cooling, the soonest first', [{ record: cool(9) }, { record: cool(5) }], '', 'r1, r0', 5],
  ['a missing deployment is a last resort', [{ record: lacks(9) }, { record: cool(5) }], 'r0 last-resort', 'r1', 5],
  ['a refused credential is a last resort', [{ record: out(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  ['a blocked resource is left alone', [{ record: out(9, 'blocked') }, {}], 'r1 usual', 'r0', 'free'],
  [
    'an end in the impossible future is over',
    [{ record: open(BREAKER.maxOpenMs + 1) }, {}],
    'r0 probe, r1 usual',
    '',
    'free',
  ],
  [
    'so is an exclusion’s',
    [{ record: out(86_400_000) }, { record: cool(86_400_000) }],
    'r0 usual, r1 usual',
    '',
    'free',
  ],
  ['so is a probe’s', [{ record: half(NOW + 86_400_000) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['forced out', [{ forced: 'out' }, { record: open(9) }], 'r1 last-resort', '', 9],
  ['forced in, though open', [{ record: open(9), forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  ['forced in, though cooling', [{ record: cool(9), forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  [
    'lacking the deployment, though forced in',
    [{ deployments: { gpt: false }, forced: 'in' }, {}],
    'r1 usual',
    '',
    'free',
  ],
  ['nowhere', [{ deployments: { gpt: false } }, { forced: 'out' }], '', '', 'free'],
])('L: %s', (_, list, choices, cooling, freeAt) => {
  expect(brief(plan(known(list)))).toEqual([choices, cooling, freeAt]);
});

test.each(['constructor', '__proto__', 'toString'])('L: a deployment may be called %s', (deployment) => {
  expect(plan(known([{ deployments: {} }]), aCall({ deployment })).choices).toHaveLength(1);
});

test('L: a call that is bound goes where it was addressed, and only there', () => {
  const call = aCall({ boundTo: ['resp_1'] }, { addressed: 'r1' });
  expect(brief(plan(known([{}, {}]), call))[0]).toBe('r1 usual');
});

test('L: what a strategy leaves out, repeats or makes up does no harm', () => {
  const [first, second] = known([{}, {}]) as [Known, Known];
  const odd: Strategy = (candidates) => [
    {
      options: { name: 'made-up', endpoint: 'x' },
      status: { region: 'made-up', state: 'closed', deployments: {} },
      inFlight: 0,
    },
    ...candidates.slice(1),
    ...candidates.slice(1),
  ];
  expect(brief(plan([first, second], aCall(), odd))[0]).toBe('r1 usual, r0 usual');
});

test('L: a strategy may return copies of what it was given', () => {
  const byCopies: Strategy = (candidates) =>
    candidates.map(({ options, status, inFlight }) => ({ options, status, inFlight })).reverse();
  expect(brief(plan(known([{}, {}, {}]), aCall(), byCopies))[0]).toBe('r2 usual, r1 usual, r0 usual');
});

test('L: a strategy sees status, load and filled-in options', () => {
  let seen: unknown;
  plan(known([{}, { record: open(0), weight: 3 }]), aCall(), (candidates) => {
    seen = candidates.map(({ options, status, inFlight }) => [
      options.priority,
      options.weight,
      status.state,
      inFlight,
    ]);
    return candidates;
  });
  expect(seen).toEqual([
    [0, 1, 'closed', 0],
    [1, 3, 'half-open', 0],
  ]);
});

test('priority(): regions of one priority are first in proportion to their weight', () => {
  const list = known([{ priority: 0, weight: 3 }, { priority: 0 }, { priority: 1, weight: 1_000 }]);
  const random = seeded(7);
  const firsts = Array.from({ length: 4_000 }, () =>
    plan(list, aCall(), priority(), random).choices.map(({ region }) => region.name),
  );
  expect(firsts.filter(([first]) => first === 'r0').length / 4_000).toBeCloseTo(0.75, 1);
  expect(firsts.every((names) => names[2] === 'r2')).toBe(true);
});

const aRegion = fc.record(
  {
    record: anyRecord,
    forced: fc.constantFrom('in' as const, 'out' as const),
    priority: fc.nat(2),
    deployments: fc.constantFrom({ gpt: false as const }, { gpt: 'own' }, {}),
  },
  { requiredKeys: ['record'] },
);
const aList = fc.array(aRegion, { minLength: 1, maxLength: 5 }).map(known);
const aQuestion = fc.record({
  deployment: fc.constantFrom('gpt', 'o3', '__proto__'),
  boundTo: fc.constantFrom([], [], ['resp_1']),
});

test('L: what may not take a call is never chosen; every region that may is a choice or cooling, and once', () => {
  fc.assert(
    fc.property(aList, aQuestion, aChance, (list, operation, chance) => {
      const call = aCall(operation, { addressed: 'r1' });
      const { choices, cooling, freeAt } = plan(list, call, priority(), () => chance);
      const planned = [...choices, ...cooling].map(({ region }) => region.name);
      const allowed = list.filter((one) => isAllowed(one, call)).map(({ region }) => region.name);
      expect([...planned].sort()).toEqual(allowed.sort());
      const { length } = choices.filter(({ as }) => as !== 'last-resort');
      expect(freeAt === undefined).toBe(length > 0 || allowed.length === 0);
      if (freeAt !== undefined) expect(freeAt).toBeGreaterThan(NOW);
    }),
    { numRuns: 3_000 },
  );
});
