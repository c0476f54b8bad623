import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LogEntry } from '../../engine/types.ts';
import { moment, pause, seek } from '../state/playback.ts';
import { record } from '../state/session.ts';
import { logFilter, selectedCall } from '../state/view.ts';
import { countUntil } from '../view/find.ts';
import { seconds } from '../view/format.ts';

/** Lines before the playhead that are shown, and after it. */
const BEFORE = 60;
const AFTER = 40;

/** What happened, line by line; a click goes there. */
export function LogTab() {
  const found = useComputed(() => {
    const wanted = logFilter.value.trim().toLowerCase();
    const all = record.value?.log ?? [];
    return wanted === ''
      ? all
      : all.filter((entry) => `${entry.type} ${entry.text}${whose(entry)}`.toLowerCase().includes(wanted));
  });
  const now = useComputed(() => countUntil(found.value, moment.value, ({ at }) => at));
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (!list.current || !current) return;
    list.current.scrollTop = current.offsetTop - list.current.clientHeight / 2;
  }, [now.value]);
  const from = Math.max(0, now.value - BEFORE);
  const shown = found.value.slice(from, now.value + AFTER);
  return (
    <>
      <label class="filter">
        Only lines with{' '}
        <input
          type="search"
          value={logFilter.value}
          placeholder="failover"
          onInput={({ currentTarget }) => {
            logFilter.value = currentTarget.value;
          }}
        />
      </label>
      <p>
        {found.value.length} lines{from > 0 && `, from line ${from + 1}`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by those who have no pointer. */}
      <ol class="log scroll" ref={list} tabIndex={0} aria-label="Log">
        {shown.map((entry, index) => (
          <Line
            key={from + index}
            entry={entry}
            isCurrent={from + index === now.value - 1}
            isAhead={from + index >= now.value}
          />
        ))}
      </ol>
    </>
  );
}

interface LineProps {
  readonly entry: LogEntry;
  readonly isCurrent: boolean;
  readonly isAhead: boolean;
}

/** ` · client 3 · call 17`; empty for what concerns all. */
const whose = ({ client, call }: LogEntry): string =>
  (client === undefined ? '' : ` · client ${client + 1}`) + (call === undefined ? '' : ` · call ${call + 1}`);

const Line = ({ entry, entry: { at, type, text, call, source }, isCurrent, isAhead }: LineProps) => (
  <li
    data-source={source}
    data-type={type}
    data-ahead={isAhead}
    {...(isCurrent && { 'aria-current': 'step' as const })}
  >
    <button
      type="button"
      onClick={() => {
        pause();
        seek(at);
        if (call !== undefined) selectedCall.value = call;
      }}
    >
      <time>{seconds(at, 2)}</time> <b>{type}</b> {text}
      <small>{whose(entry)}</small>
    </button>
  </li>
);
