import { canAnswer, cannotAnswer } from './can-answer.ts';
import { attemptsOf, countOf, type Definition, type Measured, ofFate, shareOf } from './metric-definition.ts';
import { spanAt } from './truth.ts';
import type { AttemptSeen, CallRecord } from './types.ts';

/** What it costs the regions. */
export const attemptMetrics = {
  attemptsPerCall: {
    label: 'attempts per call',
    unit: 'ratio',
    better: 'lower',
    of: 'requests sent for an answer / calls',
    measure: (run) => shareOf(attemptsOf(run).length, run.calls.length),
  },
  wastedAttempts: {
    label: 'attempts for nothing',
    unit: 'share',
    better: 'lower',
    of: 'requests that no call was answered by / requests sent for an answer',
    measure: (run) => {
      const all = attemptsOf(run).length;
      return shareOf(all - ofFate(run, 'ok').length, all);
    },
  },
  wasted: {
    label: 'lost first attempts',
    unit: 'share',
    better: 'lower',
    of: 'first attempts at a region that could not answer, while another could / calls',
    measure: (run) => shareOf(run.calls.filter((call) => isLost(run, call)).length, run.calls.length),
  },
  failovers: {
    label: 'failovers',
    unit: 'count',
    better: 'lower',
    of: 'times that a call moved on to another region, in all calls',
    measure: (run) => countOf(attemptsOf(run).filter(({ kind }) => kind === 'failover').length, run.calls.length),
  },
  earlyRetries: {
    label: 'too early',
    unit: 'count',
    better: 'lower',
    of: 'requests that came before a region had asked for any, be it of another client, and were sent when it had, of all',
    measure: (run) => {
      const attempts = attemptsOf(run);
      const early = attempts.filter(({ earlyByMs }) => earlyByMs !== undefined);
      return countOf(early.filter((one) => wasAsked(one, attempts)).length, attempts.length);
    },
  },
  credentialLeaks: {
    label: 'leaked secrets',
    unit: 'count',
    better: 'lower',
    of: 'requests with the secret of another region, of all',
    measure: (run) => {
      const attempts = attemptsOf(run);
      return countOf(attempts.filter(({ leak }) => leak).length, attempts.length);
    },
  },
} as const satisfies Readonly<Record<string, Definition>>;

/** Whether its region had asked for patience when it was sent. What was on its way by then comes early by chance. */
function wasAsked({ region, sentAt }: AttemptSeen, attempts: readonly AttemptSeen[]): boolean {
  return attempts.some((one) => {
    const asks = one.status === 429 || one.fault?.includes('sse-error');
    return asks && one.region === region && one.headersAt !== undefined && one.headersAt <= sentAt;
  });
}

function isLost({ regions, scenario }: Measured, call: CallRecord): boolean {
  const [first] = call.attempts;
  if (!first) return false;
  const there = regions.find(({ id }) => id === first.region);
  return (
    cannotAnswer(spanAt(there?.truth ?? [], first.sentAt), call, scenario) &&
    regions.some(({ truth }) => canAnswer(spanAt(truth, call.beganAt), call, scenario))
  );
}
