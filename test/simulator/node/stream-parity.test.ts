import { expect, test } from 'vitest';
import { createVirtualSimulator, type JournalEntry, VirtualClock } from '../../../src/simulator/index.ts';
import { endpoint, started } from './support.ts';

const startsAt = Date.UTC(2026, 10, 22, 12);
const regions = { eastus: { deployments: ['gpt-4o'] } };

/** What a client reads of a body before it ends, and what it ends with. */
async function read(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { text, end: 'in order' };
  } catch (error) {
    if (!(error instanceof Error && error.cause instanceof Error)) throw error;
    const { name, message, cause } = error;
    const { code, syscall, errno } = cause as { code?: unknown; syscall?: unknown; errno?: unknown };
    // Node 22 says the code of a parser's error, and Node 24 does not.
    const facts = cause.name === 'HTTPParserError' ? {} : { code, syscall, errno };
    return { text, end: { name, message, cause: { name: cause.name, message: cause.message, ...facts } } };
  }
}

/** Without what belongs to the transport. */
function headersOf({ headers }: Response): object {
  const { connection, 'keep-alive': alive, 'transfer-encoding': encoding, date, ...rest } = Object.fromEntries(headers);
  return rest;
}

function comparable(entry: JournalEntry): object {
  return { ...entry, credential: entry.credential?.length, connection: 0, reused: false };
}

const broken = [
  'rst:sse:0',
  'rst:sse:3',
  'rst:bytes:0',
  'rst:bytes:700',
  'fin:sse:0',
  'fin:sse:3',
  'fin:bytes:700',
  'trunc:sse:0',
  'trunc:sse:3',
  'sse-error:sse:0',
  'sse-error:sse:3',
  'sse-error(rate):sse:1',
  'sse-error(rate,flat,7):sse:1',
  'sse-error(capacity,failed):sse:2',
  'badsse:sse:0',
  'badsse:sse:3',
  'badchunk:sse:0',
  'badchunk:sse:3',
  'slice(7,5)',
  'slice(400,0)',
  'throttle(200)',
  'stream(5,40,0.5)',
  'badjson',
  'clen',
  'empty200',
  'wrongtype(text/plain)',
  'sequence(rst:sse:2,trunc:sse:1,clen)',
  'flap(0.001,1000,rst:sse:2)',
];

test.each(broken)('a body breaks the same way on a socket and in memory: %s', async (fault) => {
  const clock = new VirtualClock(startsAt);
  const virtual = createVirtualSimulator({ seed: 7, regions, clock });
  let now = startsAt;
  const hasty = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
    timer: () => () => {},
  };
  const sockets = await started({ regions, clock: hasty });
  virtual.region('eastus').inject(fault);
  await sockets.region('eastus').inject(fault);
  await clock.runUntil(startsAt + 10);
  now = startsAt + 10;
  const [target] = virtual.endpoints();
  if (!target) throw new Error('no region');
  for (const [path, body] of [
    ['chat/completions', { messages: [{ role: 'user', content: 'Grüß Gott 🌍' }], stream: true }],
    ['responses', { input: 'Good morning', stream: true }],
    ['responses', { input: 'Good morning' }],
  ] as const) {
    const init = {
      method: 'POST',
      headers: { 'api-key': target.key },
      body: JSON.stringify({ model: 'gpt-4o', ...body }),
    };
    const response = await fetch(`${endpoint(sockets).url}/openai/v1/${path}`, init);
    const expected = { headers: headersOf(response), ...Object(await read(response)) };
    await sockets.settled();
    const inMemory = await clock.run(virtual.fetch(`${target.url}/openai/v1/${path}`, init));
    expect({ headers: headersOf(inMemory), ...Object(await clock.run(read(inMemory))) }).toEqual(expected);
  }
  expect(virtual.journal.entries().map(comparable)).toEqual(sockets.journal.entries().map(comparable));
});
