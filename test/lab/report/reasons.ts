import type { Figure } from '../row.ts';

/** Why ours is behind in a row: `scenario/fleet` → a sentence. */
const OF_ROWS: Readonly<Record<string, string>> = {
  'black-hole/tabs':
    'Of 600 slow clients many come back at once, each with two probes before its ramp; no ramp below 0.1 calls a second.',
  'brownout-50/tabs':
    'What fails fast is tried once more in the same region: that is why no call waits for a region further off. Traffic comes back over a ramp.',
  'cors-opaque/tabs':
    'A slow client opens on one failure that another region’s answer confirms, so one that fails as the outage ends is a false alarm; a miss would cost a person waiting.',
  'flap-20/tabs':
    'A slow client opens on one confirmed failure; a region that fails again and again is left alone for longer each time, which is meant.',
  'throttle-spike/tabs':
    'Each page has to be told for itself, and honours the time it was told; pages that share a store tell each other. Opossum opens on what is not an outage.',
  'burst-429-all/scripted':
    'Both wait as long as they were asked to; ours adds jitter, so that not all come back together.',
  'all-down-503/tabs':
    'Each region is asked once, in case one answers; plain `fetch` asks one and gives up. What fails fast is tried once more, until the first call has failed everywhere.',
  'deployment-each/servers': 'The deployment’s traffic comes back over a ramp, as a region’s does.',
  'offline-30/server':
    'A call fails at once when no region can be reached, and says so; the other one has pauses of a second in it, and so some of its calls outlast the outage.',
  'sleep-1h/server':
    'A call that was under way an hour ago is over: it has ten minutes in all. The others start it anew.',
};

/** Why ours is behind in a figure, wherever that is. */
const OF_FIGURES: Partial<Record<Figure, string>> = {
  failbackMs: 'Traffic comes back over a ramp, so that a region that is cold is not run over; see the recovery peak.',
  amplificationPeak:
    'What fails fast is tried once more in the same region, as networks blink; then the region is left.',
};

/** The reason for a row, or those for its figures; empty where none is known. */
export const reasonFor = (row: string, figures: readonly Figure[]): string =>
  OF_ROWS[row] ?? figures.flatMap((figure) => OF_FIGURES[figure] ?? []).join(' ');
