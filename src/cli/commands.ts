import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scenarios } from '../simulator/scenarios.ts';
import { interruption } from './interruption.ts';
import { openPage } from './open-page.ts';
import { startPlayground } from './playground.ts';
import { printSimulation, simulationJson } from './print-simulation.ts';
import { readPort, readRegions, readWhole } from './read-option.ts';
import { readScenario } from './read-scenario.ts';
import { chooseRegions, startSimulation } from './simulate.ts';
import { UsageError } from './usage-error.ts';

/** Takes the arguments that follow its name. Resolves when there is nothing more to do. */
export type Command = (args: readonly string[], say: (text: string) => void) => Promise<void>;

const simulate: Command = async (args, say) => {
  const options = {
    regions: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    'control-port': { type: 'string' },
    exit: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const listed = values.regions === undefined ? undefined : readRegions(values.regions);
  const seed = readWhole('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  const controlPort = readPort('--control-port', values['control-port']);
  const scenario = values.scenario === undefined ? undefined : await readScenario(values.scenario);
  if (values.exit && !scenario) throw new UsageError('--exit waits for the end of a --scenario, and there is none');
  const regions = chooseRegions(listed, scenario);

  const stop = interruption();
  const running = await startSimulation({ regions, seed: seed ?? scenario?.seed ?? 1, controlPort });
  try {
    say(values.json ? `${simulationJson(running)}\n` : printSimulation(running, scenario));
    const played = scenario && running.control.play(scenario);
    const over = played?.then(({ state, problem }) => {
      if (state === 'failed') throw new Error(`scenario "${scenario?.id}" failed: ${problem}`);
      return values.exit ? undefined : untilAborted(stop);
    });
    await Promise.race([untilAborted(stop), ...(over ? [over] : [])]);
  } finally {
    await running.end();
  }
};

const playground: Command = async (args, say) => {
  const options = { port: { type: 'string' }, open: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const stop = interruption();
  const running = await startPlayground({ root: builtPage, port: readPort('--port', values.port) });
  try {
    say(`${running.url}\n`);
    if (values.open && !(await openPage(running.url))) say('There is no command here that opens a browser.\n');
    await untilAborted(stop);
  } finally {
    await running.end();
  }
};

const listScenarios: Command = async (args, say) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  if (values.json) say(`${JSON.stringify(scenarios)}\n`);
  else for (const { id, title, duration } of scenarios) say(`${id.padEnd(width)}  ${title}, ${duration} s\n`);
};

/** By their names. */
export const commands: Readonly<Record<string, Command>> = { simulate, playground, scenarios: listScenarios };

/** Beside this file's folder, in the package and in a checkout. */
const builtPage = fileURLToPath(new URL('../../dist/playground', import.meta.url));

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
