import { signal } from '@preact/signals';
import { browserMemory } from '../../engine/browser-memory.ts';

/** What the clients of live runs learned, in this browser. */
export const liveMemory = browserMemory('azure-openai-failover.playground');

/** How often it was deleted while nobody called. */
export const timesForgotten = signal(0);

export async function forgetAtRest(): Promise<void> {
  await liveMemory.forget();
  timesForgotten.value++;
}
