import { contextTooLong, promptFiltered } from './azure-errors.ts';
import type { Json } from './record.ts';
import type { Refusal } from './state-errors.ts';

/** What a prompt says to be stopped by the content filter, or to be too long, in every region. */
export const promptMarkers = { filtered: '[content filter]', tooLong: '[too long]' } as const;

/** The 400 for a prompt that no model is asked. */
export function promptRefusal({ messages, input, prompt }: Json): Refusal | undefined {
  const said = JSON.stringify([messages, input, prompt]);
  if (said.includes(promptMarkers.filtered)) return { status: 400, body: promptFiltered };
  if (!said.includes(promptMarkers.tooLong)) return undefined;
  return { status: 400, body: contextTooLong(messages === undefined ? 'input' : 'messages') };
}
