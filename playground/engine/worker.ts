import type { RunReply, RunRequest } from './protocol.ts';
import { run } from './run.ts';

// The module of a worker: it runs what it is sent, one run at a time, and gives up what nobody waits for any more.
const lanes = new Map<string, AbortController>();

async function answer({ id, lane, scenario, policy }: RunRequest): Promise<RunReply> {
  lanes.get(lane)?.abort();
  const wanted = new AbortController();
  lanes.set(lane, wanted);
  const startedAt = performance.now();
  try {
    const record = await run(scenario, policy, { signal: wanted.signal });
    return { id, type: 'done', record, tookMs: performance.now() - startedAt };
  } catch (error) {
    if (wanted.signal.aborted) return { id, type: 'superseded' };
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { id, type: 'failed', name, message };
  } finally {
    if (lanes.get(lane) === wanted) lanes.delete(lane);
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<RunRequest>) => {
  void answer(data).then((reply) => globalThis.postMessage(reply));
});
