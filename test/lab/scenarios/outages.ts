import type { FleetName } from '../fleet.ts';
import type { Phase, Scenario } from '../scenario.ts';

/** How long a scenario is, and its outage from when until when, in seconds. */
export interface Length {
  readonly seconds: number;
  readonly outage: readonly [from: number, until: number];
}

/** What the promises name lasts five minutes. */
const LONG: Length = { seconds: 475, outage: [20, 320] };
export const BRIEF: Length = { seconds: 180, outage: [20, 80] };
/** Those who call often and those who hardly do. */
const FLEETS: readonly FleetName[] = ['servers', 'servers-sharing', 'tabs', 'tabs-in-tens', 'slow-tabs', 'tab'];

/** The preferred region fails in one way for a while. */
export const outage = (
  id: string,
  about: string,
  fault: string,
  length: Length,
  rest: Pick<Scenario, 'fleets'> & Partial<Scenario>,
): Scenario => ({
  id,
  about,
  ...length,
  phases: () => [{ region: 0, from: length.outage[0], until: length.outage[1], fault, harm: 'down' }],
  ...rest,
});

const NAMED = { seeds: 20 } as const;
const WITH_HEDGES = ['ours', 'ours-hedged', 'plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum'] as const;

export const outages: readonly Scenario[] = [
  outage('refused', 'nobody listens', 'refused', LONG, { fleets: FLEETS, ...NAMED }),
  outage('dns', 'its name is not found', 'dns', BRIEF, { fleets: ['servers'] }),
  outage('fast-503', '503 at once', 'status(503)', LONG, {
    fleets: ['servers', 'servers-sharing', 'tabs-in-tens', 'tab'],
    ...NAMED,
  }),
  {
    ...outage('slow-503', '503 after 5 s', 'status(503)', BRIEF, { fleets: ['servers'] }),
    phases: () =>
      ['status(503)', 'latency(5000)'].map(
        (fault): Phase => ({ region: 0, from: BRIEF.outage[0], until: BRIEF.outage[1], fault, harm: 'down' }),
      ),
  },
  outage('black-hole', 'never an answer', 'silence', LONG, {
    fleets: FLEETS,
    ...NAMED,
    policies: WITH_HEDGES,
  }),
  outage('brownout-50', 'half of the calls get 503', 'status(503)%50', LONG, {
    fleets: ['servers', 'servers-sharing', 'tabs', 'tabs-in-tens'],
    ...NAMED,
  }),
  outage('brownout-20', 'one call in five gets 503; half of the answers are streamed', 'status(503)%20', BRIEF, {
    fleets: ['servers'],
    traffic: { streams: 0.5 },
  }),
  outage('slowdown-10x', 'ten times as slow', 'slow(x10)', BRIEF, {
    warm: true,
    fleets: ['servers'],
    policies: WITH_HEDGES,
  }),
  outage('cors-opaque', 'a browser sees a reset connection, and no more', 'rst:request', BRIEF, {
    fleets: ['tabs', 'tabs-in-tens'],
  }),
  outage('store-throws', 'nobody listens, and the store of ours throws', 'refused', BRIEF, {
    fleets: ['servers'],
    store: 'throws',
    policies: ['ours'],
  }),
  outage('store-hangs', 'nobody listens, and the store of ours hangs', 'refused', BRIEF, {
    fleets: ['servers'],
    store: 'hangs',
    policies: ['ours'],
  }),
];
