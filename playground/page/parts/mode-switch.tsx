import { changeMode } from '../state/live.ts';
import { mode } from '../state/mode.ts';

/** What each mode is, in a sentence or two. */
export const modes = {
  virtual: 'The shipped library and simulated regions, in virtual time, in this page. Nothing is sent anywhere.',
  live: 'The shipped library and the simulated regions of the command that opened this page: real sockets, real time.',
} as const;

/** Where the scenario is run, on a page that has regions of both kinds. */
export const ModeSwitch = () => (
  <fieldset class="choice" aria-label="Where it is run">
    {(['virtual', 'live'] as const).map((one) => (
      <button
        key={one}
        type="button"
        title={modes[one]}
        aria-pressed={mode.value === one}
        onClick={() => changeMode(one)}
      >
        {one === 'live' ? 'Live' : 'Virtual'}
      </button>
    ))}
  </fieldset>
);
