import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

// In a thread of its own, so that answering takes no time from the side that is measured.
const answer = JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'ok'.repeat(200) } }] });
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const delayMs = Number(request.headers['x-delay-ms'] ?? 0);
    const send = () =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
