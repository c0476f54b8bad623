import { explain } from '../../src/index.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import type { Arrival } from './arrival.ts';
import { arrivalsOf } from './arrivals.ts';
import { BeliefWatch } from './belief-watch.ts';
import { errorOf } from './call-error.ts';
import type { Heard, Made, Observed } from './observed.ts';
import { createPerson, type Stage } from './person.ts';
import { readAnswer } from './read-answer.ts';
import type { Client } from './rivals/rival.ts';
import { CALL_HEADER } from './tap.ts';
import type { CallError, PolicyChoice } from './types.ts';
import type { World } from './world.ts';

const PATH = '/openai/v1/chat/completions';
/** How often a run looks whether it is still wanted, in its own ms. */
const SLICE_MS = 5_000;

/**
 * Lets clients call the regions of a world while a scenario goes on there.
 *
 * @param onStart is given what tells what has been seen so far.
 * @throws the signal's reason when it aborts.
 */
export async function drive(
  scenario: Scenario,
  policy: PolicyChoice,
  world: World,
  signal: AbortSignal,
  onStart: (seen: () => Observed) => void = () => {},
): Promise<Observed> {
  const { clock } = world;
  const now = (): number => clock.now();
  const startedAt = now();
  const calls: Made[] = [];
  const heard: Heard[] = [];
  const watch = new BeliefWatch(clock);
  const clients = new Map<number, Client>();
  const stage: Stage = {
    scenario,
    policy,
    world,
    watch,
    hear: (one) => heard.push(one),
    sent: (call) => calls[call]?.sent ?? [],
  };
  const clientOf = (nth: number): Client => {
    const known = clients.get(nth) ?? createPerson(stage, nth);
    clients.set(nth, known);
    return known;
  };

  const pending = new Set<Promise<void>>();
  const begin = (arrival: Arrival): void => {
    if (pending.size >= (world.mostCalls ?? Number.POSITIVE_INFINITY)) {
      // A user whose call is not made thinks again.
      follow(arrival);
      return;
    }
    const made: Made = { nth: calls.length, arrival, beganAt: now(), sent: [] };
    calls.push(made);
    const done = makeCall(clientOf(arrival.client), made, world).finally(() => {
      pending.delete(done);
      follow(arrival);
    });
    pending.add(done);
  };
  const follow = (arrival: Arrival): void => {
    const next = arrival.next?.(now() - startedAt);
    if (next) schedule([next], startedAt, world, signal, begin);
  };
  const seen = (): Observed => {
    return { startedAt, endedAt: now(), clients: clients.size, calls, heard, believed: watch.believed };
  };
  onStart(seen);
  const arrivals = arrivalsOf(scenario);
  // Before anything happens: an option of the library that is wrong is told of by the first client.
  if (arrivals[0]) clientOf(arrivals[0].client);
  schedule(arrivals, startedAt, world, signal, begin);

  const abandon = (): void => {
    watch.stop();
    for (const client of clients.values()) void client.close?.().catch(() => {});
  };
  signal.addEventListener('abort', abandon, { once: true });
  const playing = world.play(scenario, signal);
  const failed = new Promise<never>((_, reject) => void playing.catch(reject));
  failed.catch(() => {});
  const endsAt = startedAt + scenario.duration * 1_000;
  for (let next = startedAt; next < endsAt; ) {
    next = Math.min(next + SLICE_MS, endsAt);
    await Promise.race([world.until(next), failed]);
    signal.throwIfAborted();
  }
  await world.settle(playing);
  while (pending.size > 0) await world.settle(Promise.all(pending));
  signal.throwIfAborted();
  watch.stop();
  for (const client of clients.values()) await world.settle(client.close?.() ?? Promise.resolve());
  return seen();
}

/** Begins each call in its time. */
function schedule(
  arrivals: readonly Arrival[],
  startedAt: number,
  { clock }: World,
  signal: AbortSignal,
  begin: (arrival: Arrival) => void,
): void {
  let next = 0;
  const go = (): void => {
    if (signal.aborted) return;
    const due = arrivals[next]?.atMs ?? 0;
    // Of one moment, even where time has gone on without it: what else was due before the next is to come before it.
    if (startedAt + due <= clock.now()) {
      for (let one = arrivals[next]; one?.atMs === due; one = arrivals[++next]) begin(one);
    }
    const one = arrivals[next];
    if (one) clock.timer(Math.max(0, startedAt + one.atMs - clock.now()), go);
  };
  go();
}

/** Makes one call and reads its answer to the end, as long as its caller has patience. Never rejects. */
async function makeCall(client: Client, made: Made, { clock, patienceMs }: World): Promise<void> {
  let giveUp = (): void => {};
  const enough = new Promise<CallError>((resolve) => {
    giveUp = clock.timer(patienceMs, () => resolve({ name: 'TimeoutError', message: 'its caller waited no longer' }));
  });
  const error = await Promise.race([enough, callAndRead(client, made, () => clock.now())]);
  giveUp();
  // What comes after its caller has left is not seen by anybody.
  made.endedAt = clock.now();
  if (error) made.error = error;
}

/** Resolves with what was thrown instead of a response, if anything was. */
async function callAndRead(client: Client, made: Made, now: () => number): Promise<CallError | undefined> {
  const { deployment, stream, maxTokens } = made.arrival;
  const headers = { 'content-type': 'application/json', [CALL_HEADER]: String(made.nth) };
  const body = JSON.stringify({
    model: deployment,
    messages: [{ role: 'user', content: 'Hi' }],
    ...(stream && { stream }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
  });
  try {
    const response = await client.call(PATH, { method: 'POST', headers, body });
    made.trace = explain(response);
    made.headersAt = now();
    made.status = response.status;
    made.requestId = response.headers.get('apim-request-id') ?? '';
    made.answer = await readAnswer(response);
    return undefined;
  } catch (error) {
    made.trace = explain(error);
    return errorOf(error);
  }
}
