import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { grows, trendOf } from './growth.ts';
import type { Soak } from './soak.ts';

/** A soak of six seconds. */
async function soaked(leak: string) {
  const run = join(import.meta.dirname, 'run.ts');
  const child = spawn(process.execPath, [run, '--minutes', '0.1', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SOAK_LEAK: leak },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const soak: Soak = JSON.parse(out);
  return { code, err, ...soak };
}

test.concurrent('calls in trouble leave nothing behind', { timeout: 30_000 }, async () => {
  const { code, err, growing, left, outcomes, faults, events } = await soaked('');
  expect({ code, err, growing, left }).toEqual({ code: 0, err: '', growing: [], left: [] });
  const { calls, answered, abandoned, aborted, failed } = outcomes;
  expect(answered + abandoned + aborted + failed).toBe(calls);
  for (const count of [answered, abandoned, aborted, faults, events]) expect(count).toBeGreaterThan(0);
});

test.concurrent('a soak notices what leaks', { timeout: 30_000 }, async () => {
  const { code, err, growing, left } = await soaked('heap,sockets,timers,listeners,subscriptions');
  expect(code).toBe(1);
  expect(growing).toEqual(expect.arrayContaining(['heap', 'sockets', 'timers', 'listeners', 'subscriptions']));
  expect(left).toContain('Timeout');
  expect(err).toMatch(/^the process does not end: .*\d+ × Timeout/);
});

test('what goes up and down does not grow', () => {
  expect(trendOf([1, 3, 5, 7])).toEqual({ gain: 6, error: 0 });
  expect(grows(trendOf([0, 10, 20, 30]), 29)).toBe(true);
  expect(grows(trendOf([0, 10, 20, 30]), 30)).toBe(false);
  expect(grows(trendOf([0, 90, 10, 80, 0, 95, 5, 100]), 5)).toBe(false);
  expect(() => trendOf([1, 2])).toThrow('a trend must be of at least 3 values, got 2');
});
