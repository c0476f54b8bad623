import type { OpenLoop } from '../../src/simulator/index.ts';

/** Calls per second of each client, which may change evenly at first. Seconds are from the start of the loop. */
export type Rate = Pick<OpenLoop, 'rps' | 'ramp'>;

/** The rate at a moment. */
export function rateAt({ rps, ramp }: Rate, seconds: number): number {
  return ramp ? rps + (ramp.rps - rps) * Math.min(1, seconds / ramp.seconds) : rps;
}

/** How many calls are expected until a moment: the integral of the rate. */
export function callsUntil(rate: Rate, seconds: number): number {
  const { rps, ramp = { rps, seconds: 0 } } = rate;
  const ramping = Math.min(seconds, ramp.seconds);
  return ((rps + rateAt(rate, ramping)) / 2) * ramping + ramp.rps * (seconds - ramping);
}

/** Until when so many calls are expected: the inverse of {@link callsUntil}; infinite where there will never be so many. */
export function secondsUntil(rate: Rate, calls: number): number {
  const { rps, ramp } = rate;
  if (!ramp) return calls / rps;
  const whileRamping = callsUntil(rate, ramp.seconds);
  if (calls > whileRamping) return ramp.seconds + (calls - whileRamping) / ramp.rps;
  // The root of rps·t + slope·t²/2 = calls, in the form that does not divide by a slope of 0.
  const slope = (ramp.rps - rps) / ramp.seconds;
  return (2 * calls) / (rps + Math.sqrt(Math.max(0, rps ** 2 + 2 * slope * calls)));
}
