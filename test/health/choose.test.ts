import { expect, test } from 'vitest';
import { choose, isAllowed, type Known, type Plan } from '../../src/health/choose.ts';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { LONGEST_LEASE_MS } from '../../src/health/record.ts';
import { priority, type Strategy } from '../../src/health/strategies.ts';
import { defaults } from '../../src/options.ts';
import { BREAKER, excluded, halfOpen, known, NOW, open, ramping, TUNED } from '../support/health.ts';
import { aCall } from '../support/setup.ts';

type Given = Parameters<typeof known>[0];
type Rest = { readonly strategy?: Strategy; readonly random?: () => number; readonly livenessMs?: number };
const plan = (list: readonly Known[], call = aCall(), rest: Rest = {}): Plan => {
  const { strategy = priority(), random = () => 0.5, livenessMs = defaults.timeouts.livenessMs } = rest;
  const timeouts = { ...defaults.timeouts, livenessMs };
  return choose(list, { strategy, breaker: BREAKER, timeouts, random }, call, NOW);
};
const order = ({ choices }: Plan) => choices.map(({ region, as }) => `${region.name} ${as}`).join(', ');
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ');
const brief = (made: Plan) => [
  order(made),
  names(made.cooling.map(({ region }) => region)),
  made.freeAt === undefined ? 'free' : made.freeAt - NOW,
];
const { maxOpenMs, rampMs } = BREAKER;
/** Failed inside: only a real call can tell whether it is back. */
const failing = (later: number) => open(later, {}, 'server-error');
const FOREVER = 86_400_000;

test.each<[string, Given, string, string, number | 'free']>([
  ['in the order of the list', [{}, {}], 'r0 usual, r1 usual', '', 'free'],
  ['by priority', [{ priority: 2 }, { priority: 1 }], 'r1 usual, r0 usual', '', 'free'],
  ['what is down comes last', [{ record: failing(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  ['so does what has a deployment that is down', [{ target: failing(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  [
    'of those that are down, the soonest first',
    [{ record: failing(9) }, { record: failing(5) }],
    'r1 last-resort, r0 last-resort',
    '',
    5,
  ],
  [
    'of those that are down, the one that answers, if badly, first',
    [{ record: open(5) }, { record: failing(9) }, { record: open(3, {}, 'gateway') }],
    'r2 last-resort, r1 last-resort, r0 last-resort',
    '',
    3,
  ],
  [
    'those that do not answer at all come last',
    [
      { record: open(1) },
      { record: open(2, {}, 'network') },
      { record: open(3, {}, 'timeout') },
      { record: open(4, {}, 'bad-body') },
    ],
    'r3 last-resort, r0 last-resort, r1 last-resort, r2 last-resort',
    '',
    1,
  ],
  [
    'what does not let a credential in does answer',
    [{ record: open(5) }, { record: excluded(9, 'forbidden') }, { record: open(6) }],
    'r1 last-resort, r0 last-resort, r2 last-resort',
    '',
    5,
  ],
  ['what is due is probed, in its place', [{ record: failing(0) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['so is a deployment that is due', [{ target: open(0) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['of two that are down, the later end counts', [{ record: failing(0), target: failing(5) }], 'r0 last-resort', '', 5],
  ['whichever it is', [{ record: failing(5), target: failing(0) }], 'r0 last-resort', '', 5],
  ['a probe under way keeps others away', [{ record: halfOpen(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  ['a probe whose lease is over does not', [{ record: halfOpen(0) }, {}], 'r0 probe, r1 usual', '', 'free'],
  ['a deployment’s probe keeps others away', [{ target: halfOpen(9) }, {}], 'r1 usual, r0 last-resort', '', 'free'],
  ['what is cooling is left alone', [{ target: excluded(9) }, {}], 'r1 usual', 'r0', 'free'],
  ['all cooling, the soonest first', [{ target: excluded(9) }, { target: excluded(5) }], '', 'r1, r0', 5],
  [
    'a missing deployment is a last resort',
    [{ target: excluded(9, 'no-deployment') }, { target: excluded(5) }],
    'r0 last-resort',
    'r1',
    5,
  ],
  [
    'a refused credential is a last resort',
    [{ record: excluded(9, 'forbidden') }, {}],
    'r1 usual, r0 last-resort',
    '',
    'free',
  ],
  ['a blocked resource is left alone', [{ record: excluded(9, 'blocked') }, {}], 'r1 usual', 'r0', 'free'],
  [
    'of a region’s and a deployment’s exclusion the later counts',
    [{ record: excluded(5, 'forbidden'), target: excluded(9) }],
    '',
    'r0',
    9,
  ],
  ['either way', [{ record: excluded(9, 'forbidden'), target: excluded(5) }], 'r0 last-resort', '', 9],
  ['what is over is over', [{ record: excluded(0, 'forbidden'), target: excluded(-5) }], 'r0 usual', '', 'free'],
  ['what is suspected comes after what is well', [{ suspected: true }, {}], 'r1 usual, r0 usual', '', 'free'],
  [
    'what is suspected comes before what is down',
    [{ record: failing(9) }, { suspected: true }],
    'r1 usual, r0 last-resort',
    '',
    'free',
  ],
  ['what is suspected is tried when it is all there is', [{ suspected: true }], 'r0 usual', '', 'free'],
  [
    'what is due and suspected is probed after what is well',
    [{ record: failing(0), suspected: true }, {}],
    'r1 usual, r0 probe',
    '',
    'free',
  ],
  [
    'an end in the impossible future is over',
    [{ record: failing(maxOpenMs + 1) }, {}],
    'r0 probe, r1 usual',
    '',
    'free',
  ],
  ['the longest there is, is not', [{ record: failing(maxOpenMs) }], 'r0 last-resort', '', maxOpenMs],
  [
    'so is an exclusion’s in the impossible future',
    [{ record: excluded(FOREVER, 'forbidden') }, { target: excluded(FOREVER) }],
    'r0 usual, r1 usual',
    '',
    'free',
  ],
  [
    'but not the longest',
    [{ target: excluded(LONGEST_EXCLUSION_MS + TUNED.longestJitterMs) }],
    '',
    'r0',
    LONGEST_EXCLUSION_MS + TUNED.longestJitterMs,
  ],
  [
    'so is a probe’s in the impossible future',
    [{ record: halfOpen(LONGEST_LEASE_MS + 1) }, {}],
    'r0 probe, r1 usual',
    '',
    'free',
  ],
  ['but not the longest lease', [{ record: halfOpen(LONGEST_LEASE_MS) }], 'r0 last-resort', '', LONGEST_LEASE_MS],
  ['forced out', [{ forced: 'out' }, { record: failing(9) }], 'r1 last-resort', '', 9],
  ['forced in, though open', [{ record: failing(9), forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  ['forced in, though due', [{ record: failing(0), forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  ['forced in, though cooling', [{ target: excluded(9), forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  ['forced in, though suspected', [{ suspected: true, forced: 'in' }, {}], 'r0 usual, r1 usual', '', 'free'],
  [
    'lacking the deployment, though forced in',
    [{ deployments: { gpt: false }, forced: 'in' }, {}],
    'r1 usual',
    '',
    'free',
  ],
  ['under another name', [{ deployments: { gpt: 'own' } }], 'r0 usual', '', 'free'],
  ['lacking another deployment', [{ deployments: { o3: false } }], 'r0 usual', '', 'free'],
  ['nowhere', [{ deployments: { gpt: false } }, { forced: 'out' }], '', '', 'free'],
])('L: %s', (_, list, choices, cooling, freeAt) => {
  expect(brief(plan(known(list)))).toEqual([choices, cooling, freeAt]);
});

test('L: what is cooling says why and until when', () => {
  expect(plan(known([{ target: excluded(9, 'no-capacity') }])).cooling).toMatchObject([
    { region: { name: 'r0' }, until: NOW + 9, cause: 'no-capacity' },
  ]);
});

test.each([
  ['connect', true],
  ['network', true],
  ['timeout', true],
  ['gateway', true],
  ['server-error', false],
  ['bad-body', false],
] as const)('N: a region that is open for %s, and due, is asked for free first: %s', (cause, asked) => {
  const due = plan(known([{ record: open(0, {}, cause) }, {}]));
  expect(names(due.questions)).toBe(asked ? 'r0' : '');
  expect(order(due)).toBe(asked ? 'r1 usual, r0 last-resort' : 'r0 probe, r1 usual');
});

test.each<[string, Given[number]]>([
  ['one that is not due', { record: open(1) }],
  ['one that answered and is half-open', { record: halfOpen(0) }],
  ['one that is well', {}],
  ['one whose deployment is open', { target: open(0) }],
  ['one that is cooling', { record: open(0), target: excluded(5) }],
  ['one that is forced in', { record: open(0), forced: 'in' }],
  ['one that is forced out', { record: open(0), forced: 'out' }],
  ['one that lacks the deployment', { record: open(0), deployments: { gpt: false } }],
])('N: no question is put to %s', (_, given) => {
  expect(plan(known([given])).questions).toEqual([]);
});

test('N: of those that are asked, one that answers, if badly, is the better hope', () => {
  expect(brief(plan(known([{ record: open(0) }, { record: open(5, {}, 'gateway') }])))).toEqual([
    'r1 last-resort, r0 last-resort',
    '',
    0,
  ]);
});

test('N: without questions, a call finds out', () => {
  const due = plan(known([{ record: open(0) }, {}]), aCall(), { livenessMs: 0 });
  expect([order(due), due.questions]).toEqual(['r0 probe, r1 usual', []]);
});

test.each<[string, Given, string, number | 'free']>([
  ['one that may be down is its last resort', [{ record: failing(0) }, {}], 'r1 usual, r0 last-resort', 'free'],
  ['so is one whose deployment may be', [{ target: failing(0) }, {}], 'r1 usual, r0 last-resort', 'free'],
  ['where all may be down, one of them is due now', [{ record: failing(0) }], 'r0 last-resort', 0],
])('W: what must not be sent twice tests no region: %s', (_, list, choices, freeAt) => {
  expect(brief(plan(known(list), aCall({ replayable: false })))).toEqual([choices, '', freeAt]);
});

test.each([
  [0.0999, 0, 'r0 usual, r1 usual'],
  [0.1, 0, 'r1 usual, r0 usual'],
  [0.4999, rampMs / 2, 'r0 usual, r1 usual'],
  [0.5, rampMs / 2, 'r1 usual, r0 usual'],
  [0.9999, rampMs, 'r0 usual, r1 usual'],
])(
  'K: on its ramp, a region takes a call with the chance of its share (%d, after %i ms)',
  (chance, earlier, expected) => {
    const random = () => chance;
    for (const scope of ['record', 'target'] as const) {
      expect(order(plan(known([{ [scope]: ramping(earlier) }, {}]), aCall(), { random }))).toBe(expected);
    }
  },
);

test('K: where a region and its deployment are on their ramps, the region’s share counts', () => {
  const both = known([{ record: ramping(rampMs / 2), target: ramping(0) }, {}]);
  expect(order(plan(both, aCall(), { random: () => 0.4 }))).toBe('r0 usual, r1 usual');
});

test('K: on its ramp, a region is tried last rather than not at all', () => {
  expect(brief(plan(known([{ record: ramping(0) }])))).toEqual(['r0 usual', '', 'free']);
});

test('K: chance is taken only where a share is to be drawn', () => {
  const random = (): never => {
    throw new Error('asked');
  };
  expect(order(plan(known([{}, { record: failing(0) }]), aCall(), { random }))).toBe('r0 usual, r1 probe');
});

test.each(['constructor', '__proto__', 'toString'])('L: a deployment may be called %s', (deployment) => {
  expect(plan(known([{ deployments: {} }]), aCall({ deployment })).choices).toHaveLength(1);
});

test('L: a call that is bound goes where it was addressed, and only there', () => {
  const call = aCall({ boundTo: ['resp_1'] }, { addressed: 'r1' });
  expect(order(plan(known([{}, {}]), call))).toBe('r1 usual');
  expect(known([{}, {}]).map((one) => isAllowed(one, call))).toEqual([false, true]);
});

test('G: a call that is pinned goes to its region, wherever it was addressed, however that region is', () => {
  const call = aCall({ boundTo: ['resp_1'] }, { addressed: 'r0', pinnedTo: 'r1' });
  expect(order(plan(known([{}, {}, {}]), call))).toBe('r1 usual');
  expect(order(plan(known([{}, { record: open(5_000) }, {}]), call))).toBe('r1 last-resort');
  expect(plan(known([{}, { forced: 'out' }, {}]), call).choices).toEqual([]);
  expect(plan(known([{}, { deployments: { gpt: false } }, {}]), call).choices).toEqual([]);
  expect(order(plan(known([{}, {}]), { ...call, pinnedTo: 'gone' }))).toBe('');
});

test('G: any region of the endpoint may take what is pinned to one of them', () => {
  const [first, second, third] = known([{}, {}, {}]);
  if (!first || !second || !third) throw new Error('There are three');
  const twin = { ...third, region: { ...third.region, endpoint: second.region.endpoint } };
  const call = aCall({}, { addressed: 'r0', pinnedTo: 'r1' });
  expect(order(plan([first, second, twin], call))).toBe('r1 usual, r2 usual');
  expect(order(plan([first, second, twin], { ...call, pinnedTo: 'r2' }))).toBe('r1 usual, r2 usual');
});

test('L: a call that names no deployment may go where any is missing', () => {
  const { deployment: _, ...operation } = aCall().operation;
  expect(known([{ deployments: { gpt: false } }]).map((one) => isAllowed(one, { ...aCall(), operation }))).toEqual([
    true,
  ]);
});

test('L: what a strategy leaves out, repeats or makes up does no harm', () => {
  const odd: Strategy = (candidates) => [
    {
      options: { name: 'made-up', endpoint: 'x' },
      status: { region: 'made-up', state: 'closed', deployments: {} },
      inFlight: 0,
    },
    ...candidates.slice(1),
    ...candidates.slice(1),
  ];
  expect(order(plan(known([{}, {}]), aCall(), { strategy: odd }))).toBe('r1 usual, r0 usual');
});

test('L: a strategy may return copies of what it was given', () => {
  const byCopies: Strategy = (candidates) =>
    candidates.map(({ options, status, inFlight }) => ({ options, status, inFlight })).reverse();
  expect(order(plan(known([{}, {}, {}]), aCall(), { strategy: byCopies }))).toBe('r2 usual, r1 usual, r0 usual');
});

test('L: a strategy orders what is well and what is set aside, each by itself', () => {
  const backwards: Strategy = (candidates) => [...candidates].reverse();
  const list = known([{ suspected: true }, {}, { suspected: true }, {}]);
  expect(order(plan(list, aCall(), { strategy: backwards }))).toBe('r3 usual, r1 usual, r2 usual, r0 usual');
});

test('L: a strategy is not asked to order one region, or none', () => {
  const strategy = (): never => {
    throw new Error('asked');
  };
  expect(order(plan(known([{}, { suspected: true }, { record: failing(9) }]), aCall(), { strategy }))).toBe(
    'r0 usual, r1 usual, r2 last-resort',
  );
});

test('L: a strategy sees status, load, filled-in options, the call and chance', () => {
  const call = aCall();
  const random = () => 0.25;
  let seen: unknown;
  const strategy: Strategy = (candidates, ...rest) => {
    const view = candidates.map(({ options, status, inFlight }) => [
      options.priority,
      options.weight,
      status.region,
      inFlight,
    ]);
    seen = [view, ...rest];
    return candidates;
  };
  plan(known([{}, { record: failing(0), weight: 3, inFlight: 2 }]), call, { strategy, random });
  expect(seen).toEqual([
    [
      [0, 1, 'r0', 0],
      [1, 3, 'r1', 2],
    ],
    call,
    random,
  ]);
});

test('L: no status is made up that no strategy looks at', () => {
  const status = (): never => {
    throw new Error('asked');
  };
  expect(order(plan(known([{}, {}]).map((one) => ({ ...one, status }))))).toBe('r0 usual, r1 usual');
});
