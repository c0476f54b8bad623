import type { AttemptSeen, CallRecord } from '../../engine/types.ts';
import { titles } from '../state/derived.ts';
import { duration } from '../view/format.ts';
import { attemptMark } from '../view/marks.ts';
import { left, type Window, width } from '../view/window.ts';

interface Part {
  readonly name: 'way' | 'wait' | 'stream';
  readonly from: number;
  readonly to: number;
}

/** The attempts of a call, one below the other over one axis of time. */
export function Waterfall({ call }: { readonly call: CallRecord }) {
  const { attempts, beganAt, endedAt } = call;
  const last = Math.max(endedAt, ...attempts.map((one) => one.endedAt));
  const window = { from: beganAt, span: Math.max(1, last - beganAt) };
  return (
    <figure class="waterfall">
      <figcaption class="sr-only">{attempts.map(inWords).join(' ')}</figcaption>
      <ul aria-hidden="true">
        {attempts.map((attempt) => {
          const { tone, shape } = attemptMark(attempt);
          return (
            <li key={attempt.number}>
              <span class="name">{titles.value.get(attempt.region)}</span>
              <span class="bars" data-tone={tone}>
                {partsOf(attempt).map((part) => (
                  <Bar key={part.name} part={part} window={window} />
                ))}
                <i style={{ left: left(attempt.endedAt, window) }}>{shape}</i>
              </span>
            </li>
          );
        })}
      </ul>
      <p class="scale" aria-hidden="true">
        <span>0</span>
        <span class="keys">
          <i class="way" /> way <i class="wait" /> headers <i class="stream" /> body
        </span>
        <span>{duration(window.span)}</span>
      </p>
    </figure>
  );
}

const Bar = ({ part: { name, from, to }, window }: { readonly part: Part; readonly window: Window }) => (
  <b class={name} style={{ left: left(from, window), width: width(to - from, window) }} />
);

function partsOf({ sentAt, arrivedAt, headersAt, endedAt, status }: AttemptSeen): readonly Part[] {
  const arrived = Math.min(arrivedAt ?? headersAt ?? endedAt, endedAt);
  const answered = Math.min(headersAt ?? endedAt, endedAt);
  return [
    { name: 'way', from: sentAt, to: arrived } as const,
    { name: 'wait', from: arrived, to: answered } as const,
    ...(status === undefined ? [] : [{ name: 'stream', from: answered, to: endedAt } as const]),
  ].filter(({ from, to }) => to > from);
}

const inWords = (attempt: AttemptSeen): string =>
  `${titles.peek().get(attempt.region)}: ${attemptMark(attempt).word} after ${duration(attempt.endedAt - attempt.sentAt)}.`;
