import { expect, test } from 'vitest';
import { createEngine, type EngineWorker } from '../../playground/engine/client.ts';
import type { RunReply, RunRequest } from '../../playground/engine/protocol.ts';

/** A worker that answers when it is told to. */
function setup() {
  const events = new EventTarget();
  const asked: RunRequest[] = [];
  let isOver = false;
  const worker = {
    postMessage: (request: RunRequest) => void asked.push(request),
    terminate: () => {
      isOver = true;
    },
    addEventListener: events.addEventListener.bind(events),
  } as EngineWorker;
  return {
    asked,
    engine: createEngine(worker),
    say: (data: Partial<RunReply>) => events.dispatchEvent(new MessageEvent('message', { data })),
    breakDown: () => events.dispatchEvent(new Event('error')),
    isOver: () => isOver,
  };
}

const ours = { id: 'ours' } as const;

test('a run resolves with the record of its own request', async () => {
  const { engine, asked, say } = setup();
  const left = engine.run('left', ours, { lane: 'left' });
  const right = engine.run('right', ours, { lane: 'right' });
  expect(asked).toEqual([
    { id: 1, lane: 'left', scenario: 'left', policy: ours },
    { id: 2, lane: 'right', scenario: 'right', policy: ours },
  ]);
  say({ id: 2, type: 'done', record: 'R' as never, tookMs: 2 });
  say({ id: 1, type: 'done', record: 'L' as never, tookMs: 1 });
  expect(await left).toEqual({ record: 'L', tookMs: 1 });
  expect(await right).toEqual({ record: 'R', tookMs: 2 });
});

test('of one lane the latest request wins, at once', async () => {
  const { engine, say } = setup();
  const first = engine.run(1, ours);
  const second = engine.run(2, ours);
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  say({ id: 1, type: 'done', record: 'late' as never, tookMs: 1 });
  say({ id: 2, type: 'done', record: 'new' as never, tookMs: 1 });
  expect(await second).toMatchObject({ record: 'new' });
});

test('what is wrong comes back as an error of its own', async () => {
  const { engine, say } = setup();
  const running = engine.run({}, ours);
  say({ id: 1, type: 'failed', name: 'TypeError', message: 'scenario.v must be 1' });
  await expect(running).rejects.toMatchObject({ name: 'TypeError', message: 'scenario.v must be 1' });
});

test('a worker that does not load fails what waits for it', async () => {
  const { engine, breakDown } = setup();
  const running = engine.run({}, ours);
  breakDown();
  await expect(running).rejects.toThrow('its script did not load');
});

test('closing ends the worker, and what waits for it', async () => {
  const { engine, isOver } = setup();
  const running = engine.run({}, ours);
  engine.close();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(isOver()).toBe(true);
});
