import { useComputed } from '@preact/signals';
import { titles } from '../state/derived.ts';
import { moment } from '../state/playback.ts';
import { record } from '../state/session.ts';
import { duration } from '../view/format.ts';
import { pendingCalls } from '../view/recent.ts';
import { verdictWords } from '../view/words.ts';

const MOST = 3;

/** Calls that wait before they are tried again, and why. */
export function Waits() {
  const waits = useComputed(() => {
    const at = moment.value;
    return (record.value ? pendingCalls(record.value, at) : []).flatMap(({ nth, waits: all }) =>
      all.filter((wait) => wait.at <= at && at < wait.at + wait.ms).map((wait) => ({ nth, ...wait })),
    );
  });
  if (waits.value.length === 0) return null;
  return (
    <ul class="waits">
      {waits.value.slice(0, MOST).map(({ nth, region, ms, because }) => (
        <li key={nth}>
          waits {duration(ms)}: {titles.value.get(region)}, {verdictWords(because)}
        </li>
      ))}
      {waits.value.length > MOST && <li>and {waits.value.length - MOST} more</li>}
    </ul>
  );
}
