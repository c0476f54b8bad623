import { isRecord, type Json } from './record.ts';

/** What a request says last. */
export interface LastSaid {
  readonly text: string;
  /** Not so where the result of a tool, or an answer, comes last. */
  readonly byUser: boolean;
}

/** Of a chat, a response or a completion. What was said before counts where the request has nothing of a user's. */
export function lastSaid(body: Json, earlier: readonly Json[] = []): LastSaid {
  const said = body['messages'] ?? body['input'] ?? body['prompt'];
  if (typeof said === 'string') return { text: said, byUser: true };
  if (!Array.isArray(said)) return { text: '', byUser: false };
  const last: unknown = said.at(-1);
  if (typeof last === 'string') return { text: last, byUser: true };
  if (isRecord(last) && last['type'] === 'function_call_output') return { text: textOf(last['output']), byUser: false };
  if (isRecord(last) && last['role'] === 'tool') return { text: textOf(last['content']), byUser: false };
  const isUsers = (message: unknown): message is Json => isRecord(message) && message['role'] === 'user';
  const users = said.findLast(isUsers) ?? earlier.findLast(isUsers);
  return { text: textOf(users?.['content']), byUser: isUsers(last) };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
