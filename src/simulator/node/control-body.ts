import type { IncomingMessage } from 'node:http';
import { Problem } from './control-problem.ts';

const mostBytes = 262_144;

/**
 * The body as JSON. It must say that it is: what a page sends without asking first says something else.
 *
 * @throws Problem 400, 413 or 415.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'];
  if (type === undefined || !/^application\/(merge-patch\+)?json\s*(;|$)/i.test(type)) {
    throw new Problem(415, `content-type must be application/json, got ${type === undefined ? 'none' : `"${type}"`}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Read to its end also when it is too long: who is cut off while sending does not hear why.
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  if (bytes > mostBytes) throw new Problem(413, `body must be ${mostBytes} bytes at most, got ${bytes}`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new Problem(400, `body must be JSON: ${error instanceof Error ? error.message : error}`);
  }
}
