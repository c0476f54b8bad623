import type { AttemptRecord } from '../../src/index.ts';
import type { JournalEntry } from '../../src/simulator/index.ts';
import type { Made, Observed } from './observed.ts';
import type { Sent } from './tap.ts';
import { spanAt } from './truth.ts';
import type { AttemptSeen, CallRecord, RegionRecord, Wait } from './types.ts';
import type { World } from './world.ts';

/** The calls of a run, each put together from what its caller, the library and the regions saw of it. */
export function callsOf(
  { calls, heard, startedAt, endedAt }: Observed,
  regions: readonly Pick<RegionRecord, 'id' | 'truth'>[],
  entries: World['entries'],
): readonly CallRecord[] {
  const since = (time: number): number => time - startedAt;
  const waits = new Map<string, Wait[]>();
  for (const { at, client, event } of heard) {
    if (event.type !== 'wait') continue;
    const { callId, ms, region, because } = event;
    const own = waits.get(`${client} ${callId}`) ?? [];
    own.push({ at: since(at), ms, region, because });
    waits.set(`${client} ${callId}`, own);
  }

  const attemptOf = (
    sent: Sent,
    index: number,
    call: Made,
    record: AttemptRecord | undefined,
    seen: JournalEntry | undefined,
  ): AttemptSeen => {
    const truth = regions.find(({ id }) => id === sent.region)?.truth ?? [];
    // Of a request that could not even arrive, the region knows nothing.
    const met = seen || sent.status !== undefined ? undefined : spanAt(truth, since(sent.sentAt));
    const fault = seen?.fault ?? (met?.state === 'down' ? met.faults[0] : undefined);
    const came = sent.cameAt;
    return {
      number: index + 1,
      region: sent.region,
      kind: record?.kind ?? kindOf(call.sent, index),
      sentAt: since(sent.sentAt),
      ...(sent.request && { request: sent.request }),
      ...(seen && { arrivedAt: since(seen.arrivedAt) }),
      ...(came !== undefined && !sent.gaveUp && { headersAt: since(came) }),
      endedAt: since(Math.max(came ?? endedAt, seen?.endedAt ?? 0)),
      ...(sent.status !== undefined && { status: sent.status }),
      ...(fault !== undefined && { fault }),
      ...(record && { verdict: record.verdict }),
      ...(sent.error && { error: sent.error }),
      bytes: seen?.bytesOut ?? 0,
      events: seen?.events ?? 0,
      ...(seen?.closedBy && { closedBy: seen.closedBy }),
      ...(seen?.earlyByMs !== undefined && { earlyByMs: seen.earlyByMs }),
      ...(seen?.leak && { leak: true as const }),
      ...(seen && { requestId: seen.requestId }),
      headers: sent.headers,
    };
  };

  return calls.map((call, nth) => {
    const { arrival, beganAt, headersAt, status, answer, trace, sent } = call;
    const records = matched(sent, trace?.attempts ?? []);
    const arrived = arrivals(sent, entries(String(call.nth)));
    const attempts = sent.map((one, index) => attemptOf(one, index, call, records.get(one), arrived.get(one)));
    const region = headersAt === undefined ? undefined : answeredBy(call, attempts);
    const error = call.error ?? answer?.error;
    return {
      nth,
      client: arrival.client,
      deployment: arrival.deployment,
      stream: arrival.stream,
      beganAt: since(beganAt),
      ...(headersAt !== undefined && { headersAt: since(headersAt) }),
      endedAt: since(call.endedAt ?? endedAt),
      fate: call.endedAt === undefined ? 'open' : (answer?.fate ?? (headersAt === undefined ? 'failed' : 'broken')),
      ...(status !== undefined && { status }),
      ...(error && { error }),
      ...(region !== undefined && { region }),
      events: answer?.events ?? 0,
      bytes: answer?.bytes ?? 0,
      attempts,
      waits: (trace && waits.get(`${arrival.client} ${trace.callId}`)) ?? [],
      ...(trace && { explain: `${trace}` }),
    };
  });
}

/** What the library wrote down of each request. It begins them in the order in which they are sent, region by region. */
function matched(sent: readonly Sent[], records: readonly AttemptRecord[]): Map<Sent, AttemptRecord> {
  const left = records.toSorted((a, b) => a.startedAt - b.startedAt);
  const pairs = new Map<Sent, AttemptRecord>();
  for (const one of sent) {
    const at = left.findIndex(({ region }) => region === one.region);
    const record = left[at];
    if (!record) continue;
    pairs.set(one, record);
    left.splice(at, 1);
  }
  return pairs;
}

/** What the region knows of each request: the first that came while it was under way. */
function arrivals(sent: readonly Sent[], entries: readonly JournalEntry[]): Map<Sent, JournalEntry> {
  const left = [...entries];
  const pairs = new Map<Sent, JournalEntry>();
  for (const one of sent) {
    const { region, sentAt, cameAt = Number.POSITIVE_INFINITY } = one;
    const at = left.findIndex((seen) => {
      return seen.region === region && sentAt <= seen.arrivedAt && seen.arrivedAt <= cameAt;
    });
    const entry = left[at];
    if (!entry) continue;
    pairs.set(one, entry);
    left.splice(at, 1);
  }
  return pairs;
}

function kindOf(sent: readonly Sent[], index: number): AttemptSeen['kind'] {
  if (index === 0) return 'first';
  return sent[index]?.region === sent[index - 1]?.region ? 'retry' : 'failover';
}

/** A page may not read the service's name for the request: then it is the last that came back with such a status. */
function answeredBy({ requestId, status }: Made, attempts: readonly AttemptSeen[]): string | undefined {
  const named = requestId ? attempts.find((attempt) => attempt.requestId === requestId) : undefined;
  return (named ?? attempts.findLast((attempt) => attempt.status === status))?.region;
}
