import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Control } from '../../src/simulator/node/index.ts';

/** Whoever follows a simulator's events, and comes back for what it missed. */
export interface Follower {
  readonly events: number;
  /** Leaves, and comes back. */
  again(): Promise<void>;
  leave(): Promise<void>;
}

export async function followEvents({ url }: Control): Promise<Follower> {
  let events = 0;
  let lastId: string | undefined;
  let leave = async (): Promise<void> => {};
  const come = async (): Promise<void> => {
    const gone = new AbortController();
    const { body } = await fetch(`${url}/events`, {
      signal: gone.signal,
      ...(lastId !== undefined && { headers: { 'last-event-id': lastId } }),
    });
    if (!body) throw new Error('the events must have a body');
    const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
    const read = async (): Promise<void> => {
      for (let step = await reader.read(); !step.done; step = await reader.read()) {
        events++;
        lastId = step.value.id;
      }
    };
    const over = read().catch((error: unknown) => {
      if (!gone.signal.aborted) throw error;
    });
    leave = async () => {
      gone.abort();
      await over;
    };
  };
  await come();
  return {
    get events() {
      return events;
    },
    async again() {
      await leave();
      await come();
    },
    leave: () => leave(),
  };
}
