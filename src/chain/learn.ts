import type { EventTap } from '../azure/event-stream.ts';
import { idsOfAnswer, isId, isUnkept } from '../call/state-ids.ts';
import type { Clock } from '../clock.ts';
import type { Pins } from '../health/pins.ts';
import type { Call, Middleware, Operation } from '../types.ts';
import { keep } from '../within.ts';
import { verdictOf } from './journal.ts';
import { remake } from './remake.ts';
import { bytesOf } from './whole.ts';

/** Most of an answer that is searched for ids, bytes. */
const MOST_BYTES = 2 ** 20;
/** Events that bring ids: what they tell of is complete, or will be told again. */
const BRINGERS: ReadonlySet<string> = new Set([
  ...['response.created', 'response.queued', 'response.output_item.added', 'response.output_item.done'],
  ...['thread.created', 'thread.run.created', 'thread.message.created'],
]);

const bringsIds = ({ kind, keeps }: Operation): boolean => keeps === true || kind === 'responses';

/** Learns from answers which region keeps what: around each region's turn, as only there it is known whose answer it is. */
export function learn(pins: Pins, clock: Clock): Middleware {
  return function learn(call, next) {
    const { operation, attempt, method, url } = call;
    const region = attempt?.region.name;
    if (region === undefined || (operation.boundTo.length === 0 && !bringsIds(operation))) return next(call);
    return next(call).then((response) => {
      if (!response.ok || verdictOf(response)) return response;
      const { kind, boundTo } = operation;
      if (method === 'DELETE') {
        // Where more follows an id, only a part of it is deleted.
        const [id] = boundTo;
        if (url.split(/\/?(?:[?#]|$)/, 1)[0]?.endsWith(`/${id}`)) pins.forget(String(id));
        return response;
      }
      // Who answers knows what was asked for; what a batch or the like is made of is looked at only later.
      for (const id of boundTo)
        if (isId(id) && (kind === 'responses' || url.includes(`/${id}`))) pins.learn(id, region, clock.now());
      const isJson = /^application\/json/i.test(response.headers.get('content-type') ?? '');
      if (!bringsIds(operation) || !isJson || /\/content(?:[/?]|$)/.test(url)) return response;
      const onText = (text: string): void => {
        teach(pins, clock, region, text, operation.keeps === true && !isUnkept(text));
      };
      const bytes = bytesOf(response);
      if (!bytes) return overheard(response, onText);
      onText(new TextDecoder().decode(bytes.subarray(0, MOST_BYTES)));
      return response;
    });
  };
}

/** What learns from the events of a stream that answers this call; `undefined` where they bring no ids. */
export function learnFromEvents(pins: Pins, clock: Clock): (call: Call) => EventTap | undefined {
  return ({ operation, attempt }) => {
    if (!attempt || !bringsIds(operation)) return undefined;
    let keeps = operation.keeps === true;
    // Each chunk of a chat repeats the one id there is, but for the first on Azure.
    let isChat = operation.kind === 'chat.completions';
    return (type, data) => {
      if (!isChat && !BRINGERS.has(type)) return;
      if (type === 'response.created') keeps &&= !isUnkept(data);
      const count = teach(pins, clock, attempt.region.name, data, keeps);
      if (count > 0) isChat = false;
    };
  };
}

function teach(pins: Pins, clock: Clock, region: string, text: string, keeps: boolean): number {
  const ids = idsOfAnswer(text, keeps);
  for (const id of ids) pins.learn(id, region, clock.now());
  return ids.length;
}

/** The same response; `onText` gets the beginning of its body before its reader sees the end. */
function overheard(response: Response, onText: (text: string) => void): Response {
  const { body } = response;
  if (typeof body?.getReader !== 'function' || body.locked) return response;
  // Not before it is read: what nobody reads the platform lets go of, unless somebody has a lock on it.
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  const decoder = new TextDecoder();
  let text = '';
  let left = MOST_BYTES;
  const passing = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        reader ??= body.getReader();
        const { done, value } = await reader.read();
        if (done) {
          onText(text);
          controller.close();
          return;
        }
        if (left > 0) text += decoder.decode(value.subarray(0, left), { stream: true });
        left -= value.length;
        controller.enqueue(value);
      },
      cancel: (reason) => (reader ?? body).cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const made = remake(response, passing);
  keep(made, response);
  return made;
}
