import { headline } from '../state/derived.ts';
import { mode } from '../state/mode.ts';
import { isPlaying } from '../state/playback.ts';
import { failure } from '../state/session.ts';

/** What the moment comes to, in words: what is so, what is believed and why, and what becomes of the calls. */
export function HeadlineText() {
  const said = headline.value;
  const isAtRest = mode.value === 'live' && !isPlaying.value;
  return (
    <>
      <section class="headline" data-tone={said?.tone ?? 'calm'} aria-label="What goes on now">
        <p class="truth" title={said?.truth}>
          {said?.truth ?? (isAtRest ? 'The regions on this machine are ready.' : 'Starting the regions …')}
        </p>
        <p class="belief" title={said?.belief}>
          {said?.belief ?? (isAtRest && 'Press Play to call them, in real time, or put a fault on one.')}
        </p>
        <p class="effect" title={said?.effect}>
          {said?.effect}
        </p>
      </section>
      {failure.value && (
        <p class="problem" role="alert">
          This cannot be run: {failure.value}
        </p>
      )}
    </>
  );
}
