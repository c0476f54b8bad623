import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { measureOverhead, type Overhead } from './overhead.ts';

function report({ ratio, byHandRatio, inProcessUs, perTenRegionsUs, inFlightMb }: Overhead): string {
  const [cpu] = cpus();
  return `# What the chain costs a call

Measured by \`npm run bench\`: Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}. Paired, interleaved runs; medians.
Calls are as the OpenAI SDK makes them: a \`Headers\` of eleven, a body of 2 KB, a signal of its own each; three regions.

| | |
| --- | --- |
| a call on loopback, one after the other, keep-alive, over bare \`fetch\` | × ${ratio.toFixed(3)} |
| the same through ten lines that sign, have a timeout and pass an abort on | × ${byHandRatio.toFixed(3)} |
| added to a \`fetch\` that answers at once | ${inProcessUs.toFixed(1)} µs |
| ten regions more add to that | ${perTenRegionsUs.toFixed(1)} µs |
| live heap while 1,000 calls wait: bare \`fetch\` | ${inFlightMb.bare.toFixed(1)} MB |
| live heap while 1,000 calls wait: through the chain | ${inFlightMb.ours.toFixed(1)} MB |
`;
}

const overhead = await measureOverhead();
if (process.argv.includes('--json')) console.log(JSON.stringify({ overhead }));
else {
  const text = report(overhead);
  writeFileSync(new URL('./report.md', import.meta.url), text);
  console.log(text);
}
