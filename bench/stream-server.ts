import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** Which event is written, until so many bytes have been. */
export interface StreamShape {
  readonly event: 'large' | 'small';
  readonly bytes: number;
  /** `alone`: each by itself, as fast as they are taken; `joined`: 64 KB of them at a time; `apart`: each has left before the next is written. */
  readonly write: 'alone' | 'joined' | 'apart';
}

const eventOf = (choice: object, rest = {}): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ ...rest, choices: [choice] })}\n\n`);

const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o' };
const events = {
  large: eventOf({ index: 0, delta: { content: 'word '.repeat(13_060) }, finish_reason: null }, chunk),
  // The least that is still one: 39 bytes of JSON.
  small: eventOf({ delta: { content: 'a' } }),
};
const pieces = {
  large: events.large,
  small: Buffer.concat(Array.from({ length: Math.floor(65_536 / events.small.length) }, () => events.small)),
};
const end = Buffer.concat([
  eventOf({ index: 0, delta: {}, finish_reason: 'stop' }, chunk),
  Buffer.from('data: [DONE]\n\n'),
]);

function stream(response: ServerResponse, { event, bytes, write }: StreamShape): void {
  const piece = (write === 'joined' ? pieces : events)[event];
  let left = bytes;
  const go = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', go);
      if (write === 'apart') return void setImmediate(go);
    }
    response.end(end);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  go();
}

// In a thread of its own, so that writing takes no time from the side that is measured.
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const shape = request.headers['x-shape'];
    // Without one, somebody asks whether this is alive.
    if (typeof shape === 'string') stream(response, JSON.parse(shape));
    else response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
