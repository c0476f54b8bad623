import type { ClosedLoop, OpenLoop } from '../../../src/simulator/index.ts';
import { changeLoop } from '../state/change-loop.ts';
import { shareOf, together, withClients } from '../state/edit-load.ts';
import { Slider } from './slider.tsx';

/** Calls per second, of all clients together. */
const rates = { min: 0.1, max: 50, step: 0.1, unit: 'in all' } as const;

/** How often clients call who do not wait for their answers. */
export function RateSliders({ loop }: { readonly loop: OpenLoop }) {
  const { clients, rps, ramp } = loop;
  return (
    <>
      <Slider
        label="clients"
        value={clients}
        min={1}
        max={50}
        step={1}
        onInput={(wanted) => changeLoop(withClients(loop, wanted))}
      />
      <Slider
        label="calls a second"
        {...rates}
        value={together(loop, rps)}
        onInput={(perSecond) => changeLoop({ ...loop, rps: shareOf(loop, perSecond) })}
      />
      {ramp && (
        <>
          <Slider
            label="changing to"
            {...rates}
            min={0}
            value={together(loop, ramp.rps)}
            onInput={(perSecond) => changeLoop({ ...loop, ramp: { ...ramp, rps: shareOf(loop, perSecond) } })}
          />
          <Slider
            label="within"
            unit="s"
            value={ramp.seconds}
            min={1}
            max={300}
            step={1}
            onInput={(seconds) => changeLoop({ ...loop, ramp: { ...ramp, seconds } })}
          />
        </>
      )}
    </>
  );
}

/** How many users wait for their answers, and think about them. */
export function UserSliders({ loop }: { readonly loop: ClosedLoop }) {
  const { users, thinkMs } = loop;
  return (
    <>
      <Slider
        label="users"
        value={users}
        min={1}
        max={50}
        step={1}
        onInput={(wanted) => changeLoop(withClients(loop, wanted))}
      />
      {typeof thinkMs === 'string' ? (
        <p>
          think for <code>{thinkMs}</code> ms
        </p>
      ) : (
        <Slider
          label="think for"
          unit="s"
          value={thinkMs / 1_000}
          min={0.1}
          max={20}
          step={0.1}
          onInput={(seconds) => changeLoop({ ...loop, thinkMs: Math.round(seconds * 1_000) })}
        />
      )}
    </>
  );
}
