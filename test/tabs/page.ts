import {
  type AttemptRecord,
  type BreakerOptions,
  createFailoverFetch,
  explain,
  type RegionOptions,
  type RegionStatus,
} from '../../src/index.ts';

/** What a page is given in its address. */
export interface PageOptions {
  /** Names its calls. */
  readonly tab: string;
  readonly regions: readonly [RegionOptions, ...RegionOptions[]];
  readonly breaker: Partial<BreakerOptions>;
}

/** How a call went. */
export interface Ended {
  /** As the regions are told. */
  readonly id: string;
  readonly status: number;
  readonly attempts: readonly Pick<AttemptRecord, 'region' | 'kind'>[];
}

/** What a test asks of the page. */
export interface Page {
  ready(): Promise<void>;
  call(): Promise<Ended>;
  /** Makes a call at each of these times, ms from now; how they ended is asked for later. */
  start(timesMs: readonly number[]): void;
  ended(): Promise<readonly Ended[]>;
  regions(): readonly RegionStatus[];
  force(region: string, to: 'in' | 'out' | 'auto'): void;
  /** Codes of the warnings that there were. */
  warnings(): readonly string[];
  close(): Promise<void>;
  /** Whether it came back from where browsers put pages aside. */
  readonly cameBack: boolean;
}

const { tab, regions, breaker } = JSON.parse(
  new URLSearchParams(globalThis.location.search).get('given') ?? '',
) as PageOptions;
const warnings: string[] = [];
const failover = createFailoverFetch({
  regions,
  breaker,
  onEvent(event) {
    if (event.type === 'warning' && event.code !== 'key-in-page') warnings.push(`${event.code}: ${event.message}`);
  },
});
let count = 0;
let started: Promise<Ended>[] = [];
let cameBack = false;
globalThis.addEventListener('pageshow', ({ persisted }) => {
  cameBack = persisted;
});

async function call(): Promise<Ended> {
  const id = `${tab}-${++count}`;
  const response = await failover(`${regions[0].endpoint}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-ms-client-request-id': id },
    body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await response.text();
  const attempts = explain(response)?.attempts ?? [];
  return { id, status: response.status, attempts: attempts.map(({ region, kind }) => ({ region, kind })) };
}

const page: Page = {
  ready: () => failover.ready,
  call,
  start(timesMs) {
    started = timesMs.map(async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return call();
    });
  },
  ended: () => Promise.all(started),
  regions: () => failover.regions(),
  force: (region, to) => failover.force(region, to),
  warnings: () => warnings,
  close: () => failover.close(),
  get cameBack() {
    return cameBack;
  },
};
Object.assign(globalThis, { page });
