import type { Settings } from '../options.ts';
import type { Call, Verdict } from '../types.ts';
import { type Choice, choose, type Known, type Plan } from './choose.ts';
import { freshRecord, LONGEST_LEASE_MS, type RegionRecord, type RegionStatus, statusOf } from './record.ts';
import { evidence, type HealthEvent, reduce } from './reduce.ts';

/** An attempt that is under way, and what was believed when it was sent. */
export interface Ticket {
  readonly region: string;
  readonly generation: number;
  readonly deployment: string;
  readonly probe: boolean;
}

/** Names no deployment and no state, so nothing but health and strategy decide where it goes. */
const anyCall = (now: number, url: string): Call => ({
  id: '',
  url,
  method: 'POST',
  headers: new Headers(),
  body: null,
  signal: new AbortController().signal,
  init: {},
  operation: { kind: 'other', stream: false, replayable: true, boundTo: [] },
  addressed: '',
  deadline: now,
});

/** Less than this much evidence is what a single old failure has faded to. */
const CLEAN = 0.5;

/** The records of all regions, and the one place where they are replaced. */
export class HealthBook {
  readonly #settings: Settings;
  readonly #onChange: (status: RegionStatus) => void;
  readonly #records = new Map<string, RegionRecord>();
  readonly #inFlight = new Map<string, number>();
  readonly #forced = new Map<string, { readonly to: 'in' | 'out'; readonly until: number }>();

  constructor(settings: Settings, onChange: (status: RegionStatus) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  plan(call: Call): Plan {
    const { strategy, breaker, clock, random } = this.#settings;
    const now = clock.now();
    return choose(this.#known(now), strategy, breaker, call, now, random);
  }

  /** An attempt starts. `leaseMs`: how long it may keep the place of the region's only probe. */
  begin(choice: Choice, call: Call, leaseMs: number): Ticket {
    const region = choice.region.name;
    if (choice.as === 'probe')
      this.#apply(region, { type: 'probe', until: this.#settings.clock.now() + Math.min(leaseMs, LONGEST_LEASE_MS) });
    this.#inFlight.set(region, (this.#inFlight.get(region) ?? 0) + 1);
    const { generation } = this.record(region);
    return { region, generation, deployment: call.operation.deployment ?? '', probe: choice.as === 'probe' };
  }

  /** It ended, and this is what it taught: one outcome for each time the region was asked, none when it was not. */
  end(ticket: Ticket, outcomes: readonly { readonly verdict: Verdict; readonly startedAt: number }[]): void {
    const { region, generation, deployment, probe } = ticket;
    this.#inFlight.set(region, Math.max(0, (this.#inFlight.get(region) ?? 0) - 1));
    if (probe && outcomes.length === 0) this.#apply(region, { type: 'release', generation });
    for (const { verdict, startedAt } of outcomes) {
      this.#apply(region, { type: 'outcome', verdict, deployment, generation, startedAt, probe });
    }
  }

  /** Nothing lately speaks against the region: a failure there may be a blink. */
  isClean(region: string): boolean {
    const record = this.record(region);
    return record.circuit.state === 'closed' && evidence(record, this.#settings.clock.now()) < CLEAN;
  }

  records(): ReadonlyMap<string, RegionRecord> {
    return this.#records;
  }

  record(region: string): RegionRecord {
    return this.#records.get(region) ?? freshRecord;
  }

  /** Takes over what another session learned, where this one has learned nothing yet. */
  restore(records: ReadonlyMap<string, RegionRecord>): void {
    for (const [region, record] of records) {
      if (!this.#records.has(region)) this.#replace(region, record);
    }
  }

  force(region: string, to: 'out' | 'in' | 'auto', ttlMs: number): void {
    if (to === 'auto') this.#forced.delete(region);
    else this.#forced.set(region, { to, until: this.#settings.clock.now() + ttlMs });
    this.#tell(region);
  }

  /** In the order in which a call that any region could take would try them now. */
  statuses(): readonly RegionStatus[] {
    const now = this.#settings.clock.now();
    const { choices, cooling } = this.plan(anyCall(now, this.#settings.regions[0]?.endpoint.base ?? ''));
    const order = [...choices, ...cooling].map(({ region }) => region.name);
    const known = this.#known(now).map(({ region, record, forced }) => statusOf(region.name, record, now, forced));
    const rank = ({ region }: RegionStatus): number => (order.includes(region) ? order.indexOf(region) : order.length);
    return known.sort((a, b) => rank(a) - rank(b));
  }

  #known(now: number): Known[] {
    return this.#settings.regions.map((region) => ({
      region,
      record: this.record(region.name),
      forced: this.#forcedNow(region.name, now),
      inFlight: this.#inFlight.get(region.name) ?? 0,
    }));
  }

  #forcedNow(region: string, now: number): 'in' | 'out' | undefined {
    const forced = this.#forced.get(region);
    return forced && forced.until > now ? forced.to : undefined;
  }

  #apply(region: string, event: HealthEvent): void {
    const { breaker, clock, random } = this.#settings;
    const before = this.record(region);
    this.#replace(region, reduce(before, event, breaker, clock.now(), random));
  }

  #replace(region: string, record: RegionRecord): void {
    const before = this.record(region);
    if (record === before) return;
    this.#records.set(region, record);
    const { circuit, excluded, deployments } = before;
    if (circuit.state !== record.circuit.state || excluded !== record.excluded || deployments !== record.deployments)
      this.#tell(region);
  }

  #tell(region: string): void {
    const now = this.#settings.clock.now();
    this.#onChange(statusOf(region, this.record(region), now, this.#forcedNow(region, now)));
  }
}
