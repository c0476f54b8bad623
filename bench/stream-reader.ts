import { failoverOver } from './regions.ts';
import { drain, streamRequest } from './stream-request.ts';

// In a process of its own, whose memory is that of the reader and nothing else.
const [origin = '', by, bytes] = process.argv.slice(2);
let peak = 0;
const look = (): void => {
  // With a collector to call, what is looked for is what is held; without one, what is resident.
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  peak = Math.max(peak, globalThis.gc ? heapUsed + external : rss);
};
const timer = setInterval(look, 50);
const { url, init } = streamRequest(origin, { event: 'large', bytes: Number(bytes), write: 'alone' });
const read = await drain(await (by === 'ours' ? failoverOver(origin) : fetch)(url, init));
look();
clearInterval(timer);
process.send?.({ read, peakMb: peak / 2 ** 20 });
process.disconnect?.();
