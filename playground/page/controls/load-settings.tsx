import { isBurst, kindOf, type LoadKind, loopOf, withKind } from '../state/edit-load.ts';
import { playhead } from '../state/playback.ts';
import { edit, scenario } from '../state/session.ts';
import { shortened } from '../state/shortened.ts';
import { AskedSettings } from './asked-settings.tsx';
import { RateSliders, UserSliders } from './loop-sliders.tsx';
import { Slider } from './slider.tsx';

const BURST = 20;

const kinds: Readonly<Record<LoadKind, string>> = {
  steady: 'at random, at one rate',
  ramp: 'at random, at a rate that changes',
  users: 'from users who wait for each answer',
  none: 'in bursts only',
};

/** Who calls, and how often. */
export function LoadSettings() {
  const { load, duration } = scenario.value;
  const loop = loopOf(scenario.value);
  const kind = kindOf(loop);
  const bursts = load.filter(isBurst);
  return (
    <section>
      <h3>Load</h3>
      <p class="pager">
        <label>
          Calls come{' '}
          <select
            value={kind}
            onChange={({ currentTarget: { value } }) => edit((was) => withKind(was, value as LoadKind))}
          >
            {Object.entries(kinds).map(([name, about]) => (
              <option key={name} value={name}>
                {about}
              </option>
            ))}
          </select>
        </label>
      </p>
      {loop && ('users' in loop ? <UserSliders loop={loop} /> : <RateSliders loop={loop} />)}
      {loop && <AskedSettings loop={loop} />}
      <Slider
        label="the run lasts"
        unit="s"
        value={duration}
        min={20}
        max={600}
        step={10}
        onInput={(seconds) => edit((was) => shortened({ ...was, duration: seconds }))}
      />
      <p class="pager">
        <button
          type="button"
          onClick={() => {
            // At the end of the run there is nobody to call any more.
            const at = Math.max(0, Math.min(Math.round(playhead.peek() / 1_000), duration - 1));
            edit((was) => ({ ...was, load: [...was.load, { at, calls: BURST }] }));
          }}
        >
          A burst of {BURST} calls, now
        </button>
        {bursts.length > 0 && (
          <button
            type="button"
            class="quiet"
            onClick={() => edit((was) => ({ ...was, load: was.load.filter((one) => !isBurst(one)) }))}
          >
            No bursts ({bursts.length})
          </button>
        )}
      </p>
    </section>
  );
}
