import type { Asked } from '../../../src/simulator/index.ts';
import { changeLoop } from '../state/change-loop.ts';
import type { Loop } from '../state/edit-load.ts';
import { Slider } from './slider.tsx';

/** What the calls ask for. */
export function AskedSettings({ loop }: { readonly loop: Loop }) {
  const { stream = 0, maxTokens }: Asked = loop;
  return (
    <>
      <Slider
        label="ask for a stream"
        unit="%"
        value={Math.round(stream * 100)}
        min={0}
        max={100}
        step={5}
        onInput={(percent) => changeLoop({ ...loop, stream: percent / 100 })}
      />
      <p class="slider-row">
        <label for="max-tokens">ask for at most</label>
        <small>A quota counts what may be used.</small>
        <input
          id="max-tokens"
          type="number"
          min={1}
          step={1}
          value={maxTokens ?? ''}
          placeholder="any"
          onChange={({ currentTarget: { valueAsNumber: wanted } }) => {
            const { maxTokens: _, ...rest } = loop;
            changeLoop(Number.isSafeInteger(wanted) && wanted > 0 ? { ...rest, maxTokens: wanted } : rest);
          }}
        />
        <span>tokens</span>
      </p>
    </>
  );
}
