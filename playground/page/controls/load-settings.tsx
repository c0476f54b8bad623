import type { Burst, OpenLoop, ScenarioLoad } from '../../../src/simulator/index.ts';
import { playhead } from '../state/playback.ts';
import { edit, scenario } from '../state/session.ts';
import { shortened } from '../state/shortened.ts';
import { Slider } from './slider.tsx';

const isOpenLoop = (load: ScenarioLoad): load is OpenLoop => 'clients' in load;
const isBurst = (load: ScenarioLoad): load is Burst => 'at' in load;

const BURST = 20;

/** Who calls, and how often. */
export function LoadSettings() {
  const { load, duration } = scenario.value;
  const at = load.findIndex(isOpenLoop);
  const open = load[at];
  const bursts = load.filter(isBurst);
  const change = (part: Partial<OpenLoop>): void =>
    edit((was) => ({ ...was, load: was.load.map((one, index) => (index === at ? { ...one, ...part } : one)) }));
  return (
    <section>
      <h3>Load</h3>
      {open && isOpenLoop(open) && (
        <>
          <Slider
            label="clients"
            value={open.clients}
            min={1}
            max={50}
            step={1}
            onInput={(clients) => change({ clients })}
          />
          <Slider
            label="each calls"
            unit="times a second"
            value={open.rps}
            min={0.1}
            max={10}
            step={0.1}
            onInput={(rps) => change({ rps })}
          />
          <Slider
            label="ask for a stream"
            unit="%"
            value={Math.round((open.stream ?? 0) * 100)}
            min={0}
            max={100}
            step={5}
            onInput={(percent) => change({ stream: percent / 100 })}
          />
        </>
      )}
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
            const moment = Math.round(playhead.peek() / 1_000);
            edit((was) => ({ ...was, load: [...was.load, { at: moment, calls: BURST }] }));
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
