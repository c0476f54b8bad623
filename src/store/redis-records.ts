import { join, membersOf } from '../health/merge.ts';
import type { HealthSnapshot, Pin } from './health-store.ts';
import { type RedisClient, runScript } from './redis-client.ts';
import { LOAD, MERGE } from './redis-scripts.ts';

/** Redis does nothing else while it merges: of so many pins at a time that it takes a few milliseconds. */
const PINS_AT_A_TIME = 1_000;

/** What is kept in Redis under a prefix. */
export interface RedisRecords {
  /** Where changes are published. */
  readonly channel: string;
  load(): Promise<HealthSnapshot | undefined>;
  merge(snapshot: HealthSnapshot): Promise<void>;
}

export function redisRecords(client: RedisClient, prefix: string): RedisRecords {
  // In braces, so that all keys are on one node of a cluster; with a version, so that a later one can have its own.
  const named = (what: string): string => `{${prefix}}:v1:${what}`;
  const keys = [named('facts'), named('pins'), named('homes')];
  const channel = named('changes');
  return {
    channel,
    async load() {
      const [facts = [], times = [], homes = []] = (await runScript(client, LOAD, { keys, arguments: [] })) as Stored;
      if (facts.length + times.length === 0) return undefined;
      const homeOf = new Map(pairsOf(homes));
      return join(undefined, {
        version: 1,
        records: readable(pairsOf(facts)),
        pins: readable(pairsOf(times).map(([id, at]) => [id, `{"region":${homeOf.get(id)},"at":${at}}`])),
      });
    },
    async merge(snapshot) {
      const facts = [...membersOf(snapshot, 'records', Number.POSITIVE_INFINITY)];
      const pins = [...membersOf(snapshot, 'pins', Number.POSITIVE_INFINITY)] as [string, Pin][];
      const texts = facts.flatMap(([name, fact]) => [name, JSON.stringify(fact)]);
      let count = facts.length;
      do {
        const some = pins.splice(0, PINS_AT_A_TIME);
        const news = some.flatMap(([id, { region, at }]) => [id, JSON.stringify(String(region)), String(at)]);
        await runScript(client, MERGE, { keys, arguments: [channel, String(count), ...texts.splice(0), ...news] });
        count = 0;
      } while (pins.length > 0);
    },
  };
}

/** Lists of names and values in turn; bytes, where that is what the client gives. */
type Stored = readonly (readonly unknown[])[];

function pairsOf(list: readonly unknown[]): readonly (readonly [string, string])[] {
  return Array.from({ length: list.length / 2 }, (_, i) => [String(list[2 * i]), String(list[2 * i + 1])]);
}

/** What can be read of it: others, and other versions, may have written there. */
function readable(texts: readonly (readonly [string, string])[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.flatMap(([name, text]) => {
      try {
        return [[name, JSON.parse(text)]];
      } catch {
        return [];
      }
    }),
  );
}
