/**
 * How long the service asks to be left alone, in ms; `undefined` when it does not say. Asked in this order:
 * `retry-after-ms`, `x-ms-retry-after-ms`, `retry-after` (RFC 9110 §10.2.3, decimals allowed), the reset of an exhausted
 * rate limit, and the message of the error, which is all that a browser lets a page read of Azure's answer.
 */
export function retryAfterMs(headers: Headers, message: string | undefined, now: number): number | undefined {
  return (
    scaled(headers.get('retry-after-ms'), 1) ??
    scaled(headers.get('x-ms-retry-after-ms'), 1) ??
    scaled(headers.get('retry-after'), 1000) ??
    untilDate(headers, now) ??
    untilReset(headers) ??
    duration(SPOKEN.exec(message ?? '')?.[1])
  );
}

const NUMBER = /^\d+(\.\d+)?$/;
const PART = /(\d+(?:\.\d+)?) ?(ms|mil|[smhd])(?:liseconds?|ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?)?(?![a-z]) ?/gi;
const SPOKEN = /try (?:again )?(?:after|in) ((?:\d[\d.]* ?[a-z]+ ?)+)/i;
const UNITS: Readonly<Record<string, number>> = { ms: 1, mil: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

function scaled(value: string | null, unitMs: number): number | undefined {
  return value !== null && NUMBER.test(value) ? whole(Number(value) * unitMs) : undefined;
}

function untilDate(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  // Date.parse makes a date of nearly anything (`5, 5` is a day in May), so it only sees what looks like an HTTP-date.
  if (value === null || !/\d GMT$/.test(value)) return undefined;
  const serverNow = Date.parse(headers.get('date') ?? '');
  return whole(Math.max(0, Date.parse(value) - (Number.isNaN(serverNow) ? now : serverNow)));
}

// Reset headers come with every answer, so one counts only where nothing remains or nothing is said of what remains.
function untilReset(headers: Headers): number | undefined {
  let longest: number | undefined;
  for (const unit of ['requests', 'tokens']) {
    const read = (what: string): string | null =>
      headers.get(`x-ratelimit-${what}-${unit}`) ?? headers.get(`x-rate-limit-${what}-${unit}`);
    if (Number(read('remaining')) > 0) continue;
    const value = read('reset');
    const ms = scaled(value, 1000) ?? duration(value ?? '');
    if (ms && ms > (longest ?? 0)) longest = ms;
  }
  return longest;
}

function duration(text = ''): number | undefined {
  let ms = 0;
  const rest = text.replace(PART, (_, amount: string, unit: string) => {
    ms += Number(amount) * (UNITS[unit.toLowerCase()] ?? 0);
    return '';
  });
  return text && !rest ? whole(ms) : undefined;
}

function whole(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.ceil(ms) : undefined;
}
