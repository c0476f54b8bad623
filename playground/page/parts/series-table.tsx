import { signal } from '@preact/signals';
import type { RunRecord } from '../../engine/types.ts';
import { titles } from '../state/derived.ts';
import { duration } from '../view/format.ts';
import { Scroll } from './scroll.tsx';

const isOpen = signal(false);
const page = signal(0);
const ROWS = 20;

/** What the charts draw, in figures. */
export function SeriesTable({ record }: { readonly record: RunRecord }) {
  const { stepMs, calls, ok, p50Ms, p95Ms, attempts } = record.series;
  const pages = Math.max(1, Math.ceil(calls.length / ROWS));
  const at = Math.min(page.value, pages - 1);
  return (
    <details
      class="series"
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>As a table</summary>
      {isOpen.value && (
        <>
          <Scroll label="Figures of the timeline">
            <table>
              <thead>
                <tr>
                  <th scope="col">from, s</th>
                  <th scope="col">calls</th>
                  <th scope="col">answered</th>
                  <th scope="col">p50</th>
                  <th scope="col">p95</th>
                  {record.regions.map(({ id }) => (
                    <th key={id} scope="col">
                      to {titles.value.get(id)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {calls.slice(at * ROWS, (at + 1) * ROWS).map((begun, row) => {
                  const step = at * ROWS + row;
                  return (
                    <tr key={step}>
                      <th scope="row">{(step * stepMs) / 1_000}</th>
                      <td>{begun}</td>
                      <td>{ok[step]}</td>
                      <td>{milliseconds(p50Ms[step])}</td>
                      <td>{milliseconds(p95Ms[step])}</td>
                      {record.regions.map(({ id }) => (
                        <td key={id}>{attempts[id]?.[step]}</td>
                      ))}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </Scroll>
          <p class="pager">
            <button type="button" disabled={at === 0} onClick={() => (page.value = at - 1)}>
              Earlier
            </button>
            page {at + 1} of {pages}
            <button type="button" disabled={at === pages - 1} onClick={() => (page.value = at + 1)}>
              Later
            </button>
          </p>
        </>
      )}
    </details>
  );
}

const milliseconds = (ms: number | null | undefined): string => (ms == null ? '–' : duration(ms));
