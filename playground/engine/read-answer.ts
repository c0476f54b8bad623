import { errorOf } from './call-error.ts';
import type { CallRecord } from './types.ts';

/** What somebody gets who reads a response as an SDK does. */
export type Answer = Pick<CallRecord, 'fate' | 'error' | 'events' | 'bytes'>;

/** Reads a response to its end. Never rejects. */
export async function readAnswer(response: Response): Promise<Answer> {
  const isStream = /^text\/event-stream/.test(response.headers.get('content-type') ?? '');
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const count = (): Pick<Answer, 'events' | 'bytes'> => ({ bytes, events: isStream ? eventsOf(text).length : 0 });
  try {
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.length;
      text += decoder.decode(part.value, { stream: true });
    }
    if (!response.ok) return { fate: 'failed', ...count() };
    return { fate: isStream ? fateOfStream(text) : fateOfJson(text), ...count() };
  } catch (error) {
    return { fate: response.ok ? 'broken' : 'failed', error: errorOf(error), ...count() };
  }
}

const eventsOf = (text: string): readonly string[] => text.split(/\r?\n\r?\n/).filter((event) => event.trim() !== '');

/** @throws SyntaxError where the answer is none. */
function fateOfJson(text: string): 'ok' {
  JSON.parse(text);
  return 'ok';
}

/**
 * Who does not look for the last event takes a stream for whole when it ends.
 *
 * @throws Error where it says that it failed, and SyntaxError where an event is none.
 */
function fateOfStream(text: string): 'ok' | 'truncated' {
  for (const event of eventsOf(text)) {
    const [, data = ''] = /^data: ?(.*)$/m.exec(event) ?? [];
    if (data === '[DONE]') return 'ok';
    if (data === '') continue;
    const { error } = JSON.parse(data);
    if (error) throw Object.assign(new Error(String(error.message)), { name: 'APIError' });
  }
  return 'truncated';
}
