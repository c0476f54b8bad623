import { expect, test } from 'vitest';
import { type Answer, ok, refused, reset, status } from '../support/service.ts';
import { BUSY, outcomeOf, setup } from '../support/setup.ts';

/** Answers as the first does until the switch is thrown, then as the others do, in order; the last repeats. */
function switched(first: Answer, ...rest: readonly Answer[]) {
  let turn = -1;
  const answer: Answer = (...args) => {
    const now = turn < 0 ? first : rest[Math.min(turn++, rest.length - 1)];
    return (now ?? first)(...args);
  };
  return {
    answer,
    throwSwitch(): void {
      turn = 0;
    },
  };
}

test.each([
  ['resets two connections', reset, reset],
  ['refuses two', refused, refused],
  ['fails twice', status(503), status(503)],
])('L: while the primary is down, a backup that %s is asked again after a moment', async (_, ...blink) => {
  const backup = switched(ok, ...blink, ok);
  const {
    chat: ask,
    asked,
    requests,
    heard,
    stateOf,
  } = setup({
    callsPerSecond: BUSY,
    script: { sweden: refused, eastus: backup.answer },
  });
  for (let i = 0; i < 4; i++) await ask();
  expect(stateOf('sweden')).toBe('open');
  requests.length = 0;
  backup.throwSwitch();
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['eastus', 'eastus', 'sweden', 'eastus']);
  expect(heard('wait')).toHaveLength(1);
});

test('J: what is known to be down says nothing of the client’s own network', async () => {
  const backup = switched(ok, refused);
  const { chat: ask, stateOf } = setup({ callsPerSecond: BUSY, script: { sweden: refused, eastus: backup.answer } });
  for (let i = 0; i < 4; i++) await ask();
  backup.throwSwitch();
  expect(await outcomeOf(ask())).toMatchObject({ error: { code: 'ERR_ALL_REGIONS_FAILED' } });
  // Nor is it held against the backup: nobody has answered since.
  expect([stateOf('sweden'), stateOf('eastus')]).toEqual(['open', 'closed']);
});

test('M: when both regions fail at once, the last try is made after a back-off', async () => {
  const down = status(503);
  const { chat: ask, asked, heard } = setup({ script: { sweden: [down, down, ok], eastus: down } });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus', 'sweden']);
  expect(heard('wait')).toHaveLength(1);
});

test('J: a region that refused to say whether it is alive is asked again a moment later', async () => {
  let isBack = false;
  const eastus: Answer = (...args) => (isBack ? ok : refused)(...args);
  const {
    chat: ask,
    clock,
    asked,
    requests,
  } = setup({
    script: { sweden: refused, eastus },
    doors: { sweden: refused, eastus: (...args) => (isBack ? status(401) : refused)(...args) },
  });
  for (let i = 0; i < 2; i++) expect(await outcomeOf(ask())).toMatchObject({ error: { code: 'ERR_OFFLINE' } });
  isBack = true;
  await clock.advance(250);
  requests.length = 0;
  expect((await ask()).status).toBe(200);
  expect(asked().at(-1)).toBe('eastus');
});
