import { expect, test } from 'vitest';
import type { Adapter, Client, Feature } from '../support/client.ts';
import { CHAT_MODEL, TOOL } from '../support/client.ts';
import { scene } from '../support/scene.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';

interface Row {
  readonly name: string;
  /** Absent where every client has it. */
  readonly feature?: Feature;
  /** Makes the call, and says what is wrong with its answer. */
  readonly expectAnswer: (client: Client, region: string) => Promise<void>;
}

const QUESTION = 'Good morning to you';

const rows: readonly Row[] = [
  {
    name: 'a whole answer',
    async expectAnswer(client, region) {
      expect(await client.chat(QUESTION)).toBe(`${CHAT_MODEL} in ${region} heard: ${QUESTION}`);
    },
  },
  {
    name: 'a streamed answer',
    async expectAnswer(client, region) {
      const { text, finish, error } = await client.stream(QUESTION);
      expect({ text, error }).toEqual({ text: `${CHAT_MODEL} in ${region} heard: ${QUESTION}` });
      expect(finish).toMatch(/^(stop|completed)$/);
    },
  },
  {
    name: 'a tool call',
    feature: 'callTool',
    async expectAnswer(client) {
      expect(await client.callTool?.('What is the weather in Kiruna?')).toMatchObject({ name: TOOL.name });
    },
  },
  {
    name: 'a list of embeddings',
    feature: 'embed',
    async expectAnswer(client) {
      const vectors = (await client.embed?.(['one', 'two'])) ?? [];
      expect(vectors.map((vector) => vector.length)).toEqual([16, 16]);
      expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 5);
    },
  },
  {
    name: 'a transcription, which is uploaded as a form,',
    feature: 'transcribe',
    async expectAnswer(client, region) {
      expect(await client.transcribe?.(new TextEncoder().encode('RIFF, as it were'))).toContain(region);
    },
  },
  {
    name: 'a response',
    feature: 'respond',
    async expectAnswer(client, region) {
      const answer = await client.respond?.(QUESTION);
      expect(answer?.text).toBe(`${CHAT_MODEL} in ${region} heard: ${QUESTION}`);
    },
  },
];

/** What clients are used for, when all is well and when their region is gone. */
export function calls(place: Place, adapters: readonly Adapter[]): void {
  for (const adapter of adapters) {
    for (const { name, feature, expectAnswer } of rows) {
      const lacking = feature && adapter.lacks[feature];
      const can = test.skipIf(lacking !== undefined);
      const title = `${adapter.name}: ${name}`;
      const why = lacking === undefined ? '' : ` (${lacking})`;

      can(`${title} comes from the first region${why}`, { concurrent: true }, async (context) => {
        const { client, account } = await scene(place, adapter, {}, context);
        await expectAnswer(client, HOME);
        expect(await account()).toEqual({
          calls: 1,
          tried: [[HOME]],
          arrived: { [HOME]: 1, [BACKUP]: 0 },
          answered: [HOME],
        });
      });

      can(
        `${title} comes from the second region when the first refuses connections${why}`,
        { concurrent: true },
        async (context) => {
          const { client, account } = await scene(place, adapter, { faults: { [HOME]: 'refused' } }, context);
          await expectAnswer(client, BACKUP);
          expect(await account()).toEqual({
            calls: 1,
            tried: [[HOME, HOME, BACKUP]],
            arrived: { [HOME]: 0, [BACKUP]: 1 },
            answered: [BACKUP],
          });
        },
      );
    }
  }
}
