import { type Simulator, type SimulatorOptions, startSimulator } from './server.ts';

/** Of the test runner: `import { afterAll, afterEach, beforeAll } from 'vitest'`. Jest's and Bun's fit as well. */
export interface TestHooks {
  beforeAll(hook: () => Promise<unknown>): unknown;
  afterEach(hook: () => Promise<unknown>): unknown;
  afterAll(hook: () => Promise<unknown>): unknown;
}

/**
 * Regions for the tests of a file, or of a `describe`: starts them before the first, heals them, resets their limits and
 * clears the journal after each, and closes them after the last, which fails where a request is left open. The hooks are taken as an
 * argument, so that no test runner is a dependency and none has to be guessed.
 *
 * @returns what gives the simulator, once a test or a hook runs.
 * @throws TypeError when a hook is missing.
 * @example
 * const simulator = useSimulator({ regions: { eastus: {}, westeurope: {} } }, { beforeAll, afterEach, afterAll });
 *
 * test('goes elsewhere', async () => {
 *   await simulator().region('eastus').inject('refused');
 * });
 */
export function useSimulator(options: SimulatorOptions, hooks: TestHooks): () => Simulator {
  for (const name of ['beforeAll', 'afterEach', 'afterAll'] as const) {
    if (typeof hooks?.[name] !== 'function') throw new TypeError(`useSimulator: hooks.${name} must be a function`);
  }
  let simulator: Simulator | undefined;
  hooks.beforeAll(async () => {
    simulator = await startSimulator(options);
  });
  hooks.afterEach(async () => {
    if (!simulator) return;
    const { journal, endpoints, region } = simulator;
    for (const endpoint of endpoints()) {
      await region(endpoint.region).heal();
      region(endpoint.region).resetLimits();
    }
    journal.clear();
  });
  hooks.afterAll(async () => {
    await simulator?.close();
    simulator = undefined;
  });
  return () => {
    if (simulator) return simulator;
    throw new Error('useSimulator: the simulator runs while tests do, from beforeAll to afterAll');
  };
}
