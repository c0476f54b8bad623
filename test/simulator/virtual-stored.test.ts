import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { endpoint, simulated } from './virtual-support.ts';

/** Asks on v1, and reads the JSON. */
async function ask(
  simulator: VirtualSimulator,
  region: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly [field: string]: unknown }> {
  const { url, key } = endpoint(simulator, region);
  const init: RequestInit = {
    method: body ? 'POST' : 'GET',
    headers: { 'api-key': key },
    ...(body && { body: body instanceof FormData ? body : JSON.stringify({ model: 'gpt-4o', ...body }) }),
  };
  const asked = simulator.fetch(`${url}/openai/v1/${path}`, init);
  const response = await simulator.clock.run(asked);
  return { ...(await simulator.clock.run(response.json())), status: response.status };
}

test('what one region keeps no other knows, in no simulator', async () => {
  const simulator = simulated();
  const { id } = await ask(simulator, 'eastus', 'responses', { input: 'Good morning' });
  const next = { input: 'And now?', previous_response_id: id };
  expect(await ask(simulator, 'eastus', 'responses', next)).toMatchObject({ status: 200, previous_response_id: id });
  const unknown = { status: 400, error: { code: 'previous_response_not_found' } };
  expect(await ask(simulator, 'westeurope', 'responses', next)).toMatchObject(unknown);
  expect(await ask(simulated(), 'eastus', 'responses', next)).toMatchObject(unknown);
});

test('its ids are the same for the same seed, and others in another region', async () => {
  const ids = async (seed: number, region: string): Promise<readonly unknown[]> => {
    const simulator = simulated({ seed });
    const seen: unknown[] = [];
    for (const path of ['responses', 'conversations', 'containers']) {
      seen.push((await ask(simulator, region, path, { input: 'Hi' }))['id']);
    }
    return seen;
  };
  const first = await ids(3, 'eastus');
  expect(new Set(first).size).toBe(3);
  expect(await ids(3, 'eastus')).toEqual(first);
  expect(await ids(4, 'eastus')).not.toEqual(first);
  expect(await ids(3, 'westeurope')).not.toEqual(first);
});

test('a form arrives in memory as it does on a socket', async () => {
  const simulator = simulated();
  const speech = new FormData();
  speech.append('file', new File([new Uint8Array([82, 255, 13, 10, 45, 45])], 'hello.wav'));
  speech.append('model', 'gpt-4o');
  expect(await ask(simulator, 'eastus', 'audio/transcriptions', speech)).toEqual({
    status: 200,
    text: 'gpt-4o in eastus heard: hello.wav',
  });
  const file = new FormData();
  file.append('purpose', 'batch');
  file.append('file', new File(['zwölf'], 'a.txt'));
  const stored = await ask(simulator, 'eastus', 'files', file);
  expect(stored).toMatchObject({ purpose: 'batch', filename: 'a.txt', bytes: 6 });
  expect(await ask(simulator, 'eastus', `files/${stored['id']}`)).toMatchObject({ filename: 'a.txt' });
  expect(await ask(simulator, 'westeurope', `files/${stored['id']}`)).toMatchObject({ status: 404 });
});

test('a response in the background takes the time of the model', async () => {
  const simulator = simulated({ regions: { eastus: { modelMs: 5000, latencyMs: 100 } } });
  const { id, status } = await ask(simulator, 'eastus', 'responses', { input: 'Hi', background: true });
  expect(status).toBe(200);
  const state = async (): Promise<unknown> => (await ask(simulator, 'eastus', `responses/${id}`))['output'];
  expect(await state()).toEqual([]);
  await simulator.clock.run(simulator.clock.sleep(5000));
  expect(await state()).toHaveLength(1);
});

test('the oldest that a region keeps goes first', async () => {
  const simulator = simulated();
  const ids: unknown[] = [];
  for (let nth = 0; nth < 501; nth++) ids.push((await ask(simulator, 'eastus', 'conversations', {}))['id']);
  expect(await ask(simulator, 'eastus', `conversations/${ids[0]}`)).toMatchObject({ status: 404 });
  expect(await ask(simulator, 'eastus', `conversations/${ids[1]}`)).toMatchObject({ status: 200 });
});
