import { curlOf } from '../../code/curl.ts';
import type { AttemptSeen, CallRecord } from '../../engine/types.ts';
import { MarkLabel } from '../parts/mark.tsx';
import { copy } from '../state/copy.ts';
import { shownCall, titles } from '../state/derived.ts';
import { pause, seek } from '../state/playback.ts';
import { record } from '../state/session.ts';
import { selectedCall } from '../state/view.ts';
import { doneAfter } from '../view/done-after.ts';
import { duration, seconds } from '../view/format.ts';
import { attemptMark, callMark } from '../view/marks.ts';
import { hadToMove } from '../view/recent.ts';
import { verdictWords } from '../view/words.ts';
import { Waterfall } from './waterfall.tsx';

/** One call, from its first attempt to its fate, and why it went that way. */
export function RequestTab() {
  const call = shownCall.value;
  const calls = record.value?.calls ?? [];
  if (!call) return <p>No call has been made yet. Press play.</p>;
  return (
    <>
      <p class="pager">
        <Go to={calls[call.nth - 1]} label="Before" />
        <Go to={calls[call.nth + 1]} label="Next" />
        <Go to={calls.slice(call.nth + 1).find(hadToMove) ?? calls.find(hadToMove)} label="Next that had to move" />
        {selectedCall.value !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              selectedCall.value = undefined;
            }}
          >
            Follow the playhead
          </button>
        )}
      </p>
      <h3>
        Call {call.nth + 1} <MarkLabel mark={callMark(call)} />
      </h3>
      <p class="facts">
        client {call.client + 1} · {call.deployment} ·{' '}
        {call.stream ? `stream, ${call.events} events` : `${call.bytes} bytes`} · began at {seconds(call.beganAt, 2)}
        {call.headersAt !== undefined && ` · headers after ${duration(call.headersAt - call.beganAt)}`} · over after{' '}
        {duration(call.endedAt - call.beganAt)}
      </p>
      <Waterfall call={call} />
      <ol class="attempts">
        {call.attempts.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} call={call} />
        ))}
      </ol>
      {call.waits.map(({ at, ms, region, because }) => (
        <p key={at}>
          Waited {duration(ms)} for {titles.value.get(region)}: {verdictWords(because)}.
        </p>
      ))}
      {call.error && (
        <p class="problem">
          {call.error.name}
          {call.error.code && ` (${call.error.code})`}: {call.error.message}
        </p>
      )}
      {call.explain && (
        <>
          <h4>explain(response)</h4>
          <pre>{call.explain}</pre>
        </>
      )}
    </>
  );
}

function Go({ to, label }: { readonly to: CallRecord | undefined; readonly label: string }) {
  return (
    <button
      type="button"
      disabled={!to}
      onClick={() => {
        if (!to) return;
        pause();
        seek(to.endedAt);
        selectedCall.value = to.nth;
      }}
    >
      {label}
    </button>
  );
}

function Attempt({ attempt, call }: { readonly attempt: AttemptSeen; readonly call: CallRecord }) {
  const { number, region, kind, request, verdict, fault, error, earlyByMs, requestId, headers, closedBy } = attempt;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['verdict', verdict && `${verdict.kind}: ${verdictWords(verdict.kind)}`],
    ['blame', verdict?.blame],
    ['so', doneAfter(attempt, call)],
    ['hint', verdict?.retryAfterMs === undefined ? undefined : `leave it alone for ${duration(verdict.retryAfterMs)}`],
    ['billed', verdict?.worked],
    ['error', error && `${error.name}${error.code ? ` (${error.code})` : ''}: ${error.message}`],
    ['fault', fault],
    ['ended by', closedBy],
    ['too early by', earlyByMs === undefined ? undefined : duration(earlyByMs)],
    ['request id', requestId],
    ...Object.entries(headers),
  ];
  return (
    <li>
      <strong>{titles.value.get(region)}</strong> <small>{kind}</small> <MarkLabel mark={attemptMark(attempt)} />
      {request && (
        <button
          type="button"
          class="quiet"
          aria-label={`Copy as curl: attempt ${number}`}
          title="A command for a shell, which reads the key from its environment"
          onClick={() => void copy(curlOf(request), 'The command')}
        >
          Copy as curl
        </button>
      )}
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </li>
  );
}
