/** Clients that call on their own, each at the same rate, whether or not the calls before have been answered. */
export interface Fleet {
  readonly clients: number;
  /** Calls a second, of each client. */
  readonly perSecond: number;
  /** What its errors look like: those of a browser say next to nothing. */
  readonly shapes: 'node' | 'browser';
  /** Ours has a store for so many of them each. @default one each */
  readonly sharing?: { readonly clients: number; readonly trust: 'device' | 'fleet' };
}

export const FLEETS = {
  servers: { clients: 20, perSecond: 5, shapes: 'node' },
  'servers-sharing': { clients: 20, perSecond: 5, shapes: 'node', sharing: { clients: 20, trust: 'fleet' } },
  'calm-servers': { clients: 20, perSecond: 1, shapes: 'node' },
  server: { clients: 1, perSecond: 5, shapes: 'node' },
  tabs: { clients: 600, perSecond: 0.1, shapes: 'browser' },
  'tabs-in-tens': { clients: 600, perSecond: 0.1, shapes: 'browser', sharing: { clients: 10, trust: 'device' } },
  'slow-tabs': { clients: 1_000, perSecond: 0.02, shapes: 'browser' },
  'fifty-tabs': { clients: 50, perSecond: 0.1, shapes: 'browser' },
  tab: { clients: 1, perSecond: 0.05, shapes: 'browser' },
  /** Calls at given moments rather than at a rate. */
  scripted: { clients: 1, perSecond: 0, shapes: 'node' },
} as const satisfies Record<string, Fleet>;

export type FleetName = keyof typeof FLEETS;

/** Calls a second of the whole fleet. */
export const rateOf = ({ clients, perSecond }: Fleet): number => clients * perSecond;
