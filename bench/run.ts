import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { measureOverhead, type Overhead } from './overhead.ts';
import { measureStore, type Store } from './store.ts';
import { measureStreaming, type Streaming } from './streaming.ts';

function report(
  { ratio, byHandRatio, inProcessUs, wholeUs, perTenRegionsUs, inFlightMb }: Overhead,
  store: Store,
  stream: Streaming,
): string {
  const [cpu] = cpus();
  return `# What the chain costs a call

Measured by \`npm run bench\`: Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}. Paired, interleaved runs; medians.
Calls are as the OpenAI SDK makes them: a \`Headers\` of eleven, a body of 2 KB, a signal of its own each; three regions.

| | |
| --- | --- |
| a call on loopback, one after the other, keep-alive, over bare \`fetch\` | × ${ratio.toFixed(3)} |
| the same through ten lines that sign, have a timeout and pass an abort on | × ${byHandRatio.toFixed(3)} |
| added to a \`fetch\` that answers at once | ${inProcessUs.toFixed(1)} µs |
| the same when the answer is JSON, which is held until it is whole, and read | ${wholeUs.toFixed(1)} µs |
| ten regions more add to a call | ${perTenRegionsUs.toFixed(1)} µs |
| a call whose store hangs for ever, over one with \`memoryStore\` | × ${store.hangingRatio.toFixed(3)} |
| live heap while 1,000 calls wait: bare \`fetch\` | ${inFlightMb.bare.toFixed(1)} MB |
| live heap while 1,000 calls wait: through the chain | ${inFlightMb.ours.toFixed(1)} MB |

# What the guard costs a stream

Chat completion chunks from a server in a thread of its own, on loopback; bytes per second over those of bare \`fetch\`. The
machine is noisy, and loopback is as fast as the processor: a ratio moves by a fifth from run to run. Load while this was
measured: ${loadavg()
    .slice(0, 2)
    .map((load) => load.toFixed(1))
    .join(' and ')} over the last one and five minutes.

| | |
| --- | --- |
| events of 64 KB | × ${stream.throughputRatio.toFixed(3)} |
| the same through ten lines that search each chunk for one line end and hand it on | × ${stream.handedOnRatio.toFixed(3)} |
| events of 47 bytes, each written by itself, as fast as they are taken | × ${stream.smallEventRatio.toFixed(3)} |
| the same, each gone before the next is written | × ${stream.apartRatio.toFixed(3)} |
| the same, 1,400 in one write | × ${stream.joinedRatio.toFixed(3)} |
| added until the first event can be read | ${stream.firstEventMs.toFixed(3)} ms |
| held while 2 GB pass, at the most, collected every 50 ms: bare \`fetch\` | ${stream.memoryMb.bare.toFixed(1)} MB |
| the same through the guard | ${stream.memoryMb.ours.toFixed(1)} MB |
| resident while 2 GB pass, at the most, garbage and all: bare \`fetch\` | ${stream.residentMb.bare.toFixed(0)} MB |
| the same through the guard | ${stream.residentMb.ours.toFixed(0)} MB |
`;
}

const overhead = await measureOverhead();
const store = await measureStore();
const stream = await measureStreaming();
if (process.argv.includes('--json')) console.log(JSON.stringify({ overhead, store, stream }));
else {
  const text = report(overhead, store, stream);
  writeFileSync(new URL('./report.md', import.meta.url), text);
  console.log(text);
}
