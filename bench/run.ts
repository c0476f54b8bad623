import { measureOverhead } from './overhead.ts';

const overhead = await measureOverhead();
if (process.argv.includes('--json')) console.log(JSON.stringify({ overhead }));
else {
  console.log(`loopback: ${overhead.ratio.toFixed(3)} × bare fetch (median of pairs)`);
  console.log(
    `in process: ${overhead.inProcessUs.toFixed(1)} µs a call over a fetch that answers at once (median of pairs)`,
  );
  console.log(`memory: ${overhead.inFlightKb.toFixed(1)} KB a call with 1,000 in flight, beyond bare fetch`);
}
