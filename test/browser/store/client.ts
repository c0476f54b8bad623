import { onTestFinished } from 'vitest';
import {
  createFailoverFetch,
  type FailoverEvent,
  type FailoverOptions,
  type HealthSnapshot,
} from '../../../src/index.ts';
import { CHAT, chat, endpointOf } from '../../support/setup.ts';

let last = 0;

/** Of a database that no other test of its file has. */
export const aName = (file: string): string => `${file}-${++last}`;

export const saved = (records: object): HealthSnapshot => ({
  version: 1,
  records: records as Readonly<Record<string, unknown>>,
});

/** A failover fetch in this page, over regions that answer well. */
export function client(options: Partial<FailoverOptions> = {}) {
  const events: FailoverEvent[] = [];
  const fetch = createFailoverFetch({
    regions: [
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key-of-sweden' } },
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key-of-eastus' } },
    ],
    fetch: async () => Response.json({}),
    onEvent: (event) => void events.push(event),
    ...options,
  });
  onTestFinished(() => fetch.close());
  return {
    fetch,
    call: async () => (await fetch(CHAT, chat())).status,
    warnings: () =>
      events.flatMap((event) => (event.type === 'warning' && event.code !== 'key-in-page' ? [event.message] : [])),
    states: () => fetch.regions().map(({ state }) => state),
  };
}
