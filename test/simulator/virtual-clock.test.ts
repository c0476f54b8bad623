import { expect, onTestFinished, test, vi } from 'vitest';
import { VirtualClock } from '../../src/simulator/index.ts';

const startsAt = Date.UTC(2026, 0, 1);

/** A clock, and what was noted on it: `40 first`. */
function watched() {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const note = (what: string) => () => void seen.push(`${clock.now() - startsAt} ${what}`);
  return { clock, seen, note };
}

test('starts in 2026, unless told otherwise', () => {
  expect(new VirtualClock().now()).toBe(startsAt);
  expect(new VirtualClock(5).now()).toBe(5);
});

test('fires timers in the order of their time, and those of one time in the order they were set', async () => {
  const { clock, seen, note } = watched();
  for (const ms of [30, 10, 20, 10, 0, 30]) clock.timer(ms, note(`after ${ms}`));
  await clock.runUntil(startsAt + 100);
  expect(seen).toEqual(['0 after 0', '10 after 10', '10 after 10', '20 after 20', '30 after 30', '30 after 30']);
  expect(clock.now()).toBe(startsAt + 100);
});

test('keeps that order among thousands that are set and cancelled', async () => {
  const { clock } = watched();
  const fired: (readonly [at: number, nth: number])[] = [];
  const cancels: (() => void)[] = [];
  for (let nth = 0; nth < 2000; nth++) {
    const ms = (nth * 7919) % 500;
    cancels.push(clock.timer(ms, () => fired.push([ms, nth])));
    if (nth % 3 === 0) cancels[(nth * 31) % cancels.length]?.();
  }
  const left = clock.open;
  await clock.runUntil(startsAt + 500);
  expect(fired).toHaveLength(left);
  expect(fired).toEqual(fired.toSorted(([at, nth], [otherAt, other]) => at - otherAt || nth - other));
  expect(clock.open).toBe(0);
});

test('goes no further than it is told', async () => {
  const { clock, seen, note } = watched();
  const cancel = clock.timer(50, note('fired'));
  await clock.runUntil(startsAt + 49);
  expect(seen).toEqual([]);
  expect(clock.open).toBe(1);
  cancel();
  cancel();
  expect(clock.open).toBe(0);
});

test('does not go back', async () => {
  const { clock } = watched();
  await clock.runUntil(startsAt - 1000);
  expect(clock.now()).toBe(startsAt);
});

test.each([Number.NaN, -5])('takes a delay of %s for none', async (ms) => {
  const { clock, seen, note } = watched();
  clock.timer(ms, note('fired'));
  await clock.runUntil(startsAt);
  expect(seen).toEqual(['0 fired']);
});

test('lets all that follows from a timer happen before the next', async () => {
  const { clock, seen, note } = watched();
  const follow = async (name: string): Promise<void> => {
    for (let i = 0; i < 50; i++) await null;
    const response = new Response(new Response(name).body?.pipeThrough(new TransformStream()));
    await new Response(await response.text()).json().catch(() => {});
    note(`${name} read`)();
  };
  clock.timer(10, () => void follow('first'));
  clock.timer(10, note('second'));
  clock.timer(10.5, note('third'));
  await clock.runUntil(startsAt + 20);
  expect(seen).toEqual(['10 first read', '10 second', '10.5 third']);
});

test('does so too where the platform has nothing but messages to take turns with', async () => {
  vi.stubGlobal('setImmediate', undefined);
  vi.stubGlobal('scheduler', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { clock, seen, note } = watched();
  clock.timer(10, async () => note(`first read ${await new Response('a').text()}`)());
  clock.timer(10, note('second'));
  await clock.runUntil(startsAt + 20);
  expect(seen).toEqual(['10 first read a', '10 second']);
});

test('runs until a promise settles, and not on', async () => {
  const { clock, note } = watched();
  const cancel = clock.timer(100, note('later'));
  expect(await clock.run(clock.sleep(40).then(() => 'awake'))).toBe('awake');
  expect(clock.now()).toBe(startsAt + 40);
  await expect(clock.run(clock.sleep(10).then(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
  cancel();
});

test('says so when nothing is left to wait for', async () => {
  const { clock } = watched();
  const never = new Promise(() => {});
  await expect(clock.run(never)).rejects.toThrow('Nothing is left to wait for, and the promise is still pending');
  expect(await clock.run(clock.sleep(5).then(() => 'and goes on'))).toBe('and goes on');
});

test('passes on what a timer throws, and goes on', async () => {
  const { clock, seen, note } = watched();
  clock.timer(10, () => {
    throw new Error('from a timer');
  });
  clock.timer(10, note('next'));
  await expect(clock.runUntil(startsAt + 20)).rejects.toThrow('from a timer');
  await clock.runUntil(startsAt + 20);
  expect(seen).toEqual(['10 next']);
});

test('is waited for by several at once', async () => {
  const { clock, seen, note } = watched();
  const noted = async (name: string, wait: Promise<unknown>): Promise<void> => {
    await wait;
    note(name)();
  };
  for (const ms of [5, 15, 25, 35]) clock.timer(ms, note('timer'));
  await Promise.all([
    noted('until 20', clock.runUntil(startsAt + 20)),
    noted('until 10', clock.runUntil(startsAt + 10)),
    noted('slept', clock.run(clock.sleep(30))),
  ]);
  expect(seen).toEqual(['5 timer', '10 until 10', '15 timer', '20 until 20', '25 timer', '30 slept']);
  await clock.runUntil(startsAt + 35);
});

test('can be waited for from inside a timer', async () => {
  const { clock, seen, note } = watched();
  clock.timer(10, async () => {
    await clock.runUntil(clock.now() + 10);
    note('inner')();
  });
  clock.timer(30, note('outer'));
  await clock.runUntil(startsAt + 40);
  expect(seen).toEqual(['20 inner', '30 outer']);
});

test('wakes a sleeper at once when its signal aborts, and leaves nothing behind', async () => {
  const { clock } = watched();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  clock.timer(10, () => controller.abort(new Error('enough')));
  await expect(clock.run(sleeping)).rejects.toThrow('enough');
  expect(clock.now()).toBe(startsAt + 10);
  expect(clock.open).toBe(0);
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough');
  expect(clock.open).toBe(0);
});

test('stands still while the platform reads a blob', async () => {
  const { clock, seen, note } = watched();
  const cancel = clock.timer(1, note('timer'));
  const reading = new Blob(['a'.repeat(100_000)]).text().then(note('read'));
  clock.hold(reading);
  await clock.run(reading);
  expect(seen).toEqual(['0 read']);
  cancel();
});

test('does not stand still for what waits for it', async () => {
  const { clock } = watched();
  const slept = clock.sleep(10);
  clock.hold(slept);
  await clock.run(slept);
  expect(clock.now()).toBe(startsAt + 10);
});

test('a jump moves the clock of one client and none of its timers', async () => {
  const { clock, seen, note } = watched();
  const own = clock.fork();
  const other = clock.fork();
  own.timer(10, note('own'));
  own.jump(3_600_000);
  own.timer(20, note('own'));
  expect([clock.now(), other.now(), own.now()]).toEqual([startsAt, startsAt, startsAt + 3_600_000]);
  await clock.runUntil(startsAt + 30);
  own.jump(-7_200_000);
  expect(own.now()).toBe(startsAt + 30 - 3_600_000);
  expect(seen).toEqual(['10 own', '20 own']);
});

test('the timers of a client that sleeps fire when it wakes, in order', async () => {
  const { clock, seen, note } = watched();
  const own = clock.fork();
  own.timer(150, note('due at waking'));
  own.timer(30, note('due last'));
  own.timer(20, note('due first'));
  own.timer(20, note('due second'));
  own.timer(170, note('later'));
  clock.timer(100, note('of another'));
  own.timer(10, () => {
    note('asleep')();
    own.sleepFor(140);
  });
  await clock.runUntil(startsAt + 200);
  expect(seen).toEqual([
    '10 asleep',
    '100 of another',
    '150 due first',
    '150 due second',
    '150 due last',
    '150 due at waking',
    '170 later',
  ]);
});

test('a timer that is due in sleep can be cancelled, and sleep can be prolonged', async () => {
  const { clock, seen, note } = watched();
  const own = clock.fork();
  const cancel = own.timer(10, note('cancelled'));
  own.timer(10, note('kept'));
  own.sleepFor(50);
  clock.timer(20, () => {
    cancel();
    own.sleepFor(80);
    own.sleepFor(5);
  });
  await clock.runUntil(startsAt + 200);
  expect(seen).toEqual(['100 kept']);
  expect(clock.open).toBe(0);
});

test("a client's sleep is abortable", async () => {
  const { clock } = watched();
  const own = clock.fork();
  const controller = new AbortController();
  const sleeping = own.sleep(1000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  expect(await clock.run(own.sleep(5).then(() => own.now()))).toBe(startsAt + 5);
  expect(clock.open).toBe(0);
});
