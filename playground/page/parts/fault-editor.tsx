import { useEffect, useRef } from 'preact/hooks';
import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { removeFault, select } from '../state/fault-drag.ts';
import { faultWords } from '../view/words.ts';
import { FaultTime } from './fault-time.tsx';

interface Props {
  readonly fault: ScenarioFault;
  readonly lane: string;
  readonly title: string;
  /** It was opened with the keyboard, and has the focus until it is closed. */
  readonly byKey: boolean;
}

/** The figures of one fault, for those who would rather type than drag. */
export function FaultEditor({ fault, lane, title, byKey }: Props) {
  const own = useRef<HTMLFieldSetElement>(null);
  const [, , , what] = fault;
  useEffect(() => {
    if (byKey) own.current?.querySelector('input')?.focus();
  }, [byKey]);
  const close = (): void => {
    const block = document.querySelector<HTMLElement>(`[data-lane="${lane}"] .fault[data-chosen="true"]`);
    select(undefined);
    block?.focus();
  };
  return (
    <fieldset
      ref={own}
      class="fault-editor"
      aria-label={`${what}, ${title}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <p>
        <code>{what}</code> {lane !== 'client' && <span>{faultWords(what)}</span>}
      </p>
      <span>
        from <FaultTime fault={fault} part="from" label="from, s" /> to{' '}
        <FaultTime fault={fault} part="to" label="to, s" /> s
      </span>
      <button type="button" onClick={() => removeFault(fault)}>
        Remove
      </button>
      <button type="button" class="quiet" onClick={close}>
        Close
      </button>
    </fieldset>
  );
}
