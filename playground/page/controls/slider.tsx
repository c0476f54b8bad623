import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly unit?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onInput: (value: number) => void;
}

/** A figure that can be dragged, typed, and moved with keys. */
export function Slider({ label, unit = '', value, min, max, step, onInput }: Props) {
  const id = useId();
  const change = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
    const wanted = currentTarget.valueAsNumber;
    if (Number.isFinite(wanted)) onInput(Math.min(max, Math.max(min, wanted)));
  };
  const range = { min, max, step, value };
  return (
    <div class="slider-row">
      <label for={id}>{label}</label>
      <input type="range" id={id} {...range} aria-valuetext={`${value} ${unit}`} onInput={change} />
      <input type="number" aria-label={`${label}, typed`} {...range} onChange={change} />
      <span>{unit}</span>
    </div>
  );
}
