import type { Clock } from '../../clock.ts';
import { parseScenario } from '../scenario.ts';
import { PausableClock } from './control-clock.ts';
import { Problem } from './control-problem.ts';
import type { ScenarioState } from './control-types.ts';
import type { Simulator } from './server.ts';

interface Playing {
  readonly id: string;
  readonly clock: PausableClock;
  readonly startedAt: number;
  readonly stop: AbortController;
  /** How it came to its end. */
  readonly over: Promise<ScenarioState>;
}

/**
 * Plays one scenario at a time, and can hold it: its time stands still then, and what is on stays on. There is no step,
 * seek or speed: real clients live in real time, and a `retry-after` that they were told cannot be wound on.
 */
export class ScenarioPlayer {
  readonly #simulator: Simulator;
  readonly #clock: Clock;
  readonly #tell: (state: ScenarioState) => void;
  #state: ScenarioState | undefined;
  #playing: Playing | undefined;

  /** @param tell hears of each change. */
  constructor(simulator: Simulator, clock: Clock, tell: (state: ScenarioState) => void) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Of the one that was started last. */
  get state(): ScenarioState | undefined {
    return this.#state;
  }

  /**
   * Starts it, having stopped the one before.
   *
   * @throws Problem 422 when it is wrong, or not one for these regions.
   */
  async start(json: unknown): Promise<Pick<Playing, 'over'>> {
    const scenario = read(json, this.#simulator);
    await this.stop();
    const clock = new PausableClock(this.#clock);
    const stop = new AbortController();
    const startedAt = clock.now();
    const atSeconds = (): number => (clock.now() - startedAt) / 1000;
    const { id } = scenario;
    const over = this.#simulator.play(scenario, { clock, signal: stop.signal }).then(
      () => this.#become({ id, state: 'ended', atSeconds: atSeconds() }),
      (error: unknown) => {
        const ended = { id, atSeconds: atSeconds() };
        if (stop.signal.aborted) return this.#become({ ...ended, state: 'stopped' });
        const problem = error instanceof Error ? error.message : String(error);
        return this.#become({ ...ended, state: 'failed', problem });
      },
    );
    const playing = { id, clock, startedAt, stop, over };
    this.#playing = playing;
    void over.then(() => {
      if (this.#playing === playing) this.#playing = undefined;
    });
    this.#become({ id, state: 'playing' });
    return playing;
  }

  /** @throws Problem 409 when none is playing. */
  pause(): ScenarioState {
    const { id, clock, startedAt } = this.#current();
    clock.pause();
    return this.#become({ id, state: 'paused', atSeconds: (clock.now() - startedAt) / 1000 });
  }

  /** @throws Problem 409 when none is playing. */
  resume(): ScenarioState {
    const { id, clock } = this.#current();
    clock.resume();
    return this.#become({ id, state: 'playing' });
  }

  /** Ends its faults. Nothing happens when none is playing. */
  async stop(): Promise<void> {
    this.#playing?.stop.abort();
    await this.#playing?.over;
  }

  #current(): Playing {
    if (this.#playing) return this.#playing;
    throw new Problem(409, 'a scenario must be playing, and none is');
  }

  #become(state: ScenarioState): ScenarioState {
    this.#state = state;
    this.#tell(state);
    return state;
  }
}

function read(json: unknown, simulator: Simulator): ReturnType<typeof parseScenario> {
  try {
    const scenario = parseScenario(json);
    for (const { id } of scenario.regions) simulator.region(id);
    const [, , , fault] = scenario.faults.find(([, , target]) => target === 'client') ?? [];
    if (fault !== undefined) {
      throw new TypeError(`scenario "${scenario.id}" befalls clients with "${fault}", and there are none in here`);
    }
    return scenario;
  } catch (error) {
    throw new Problem(422, error instanceof Error ? error.message : String(error));
  }
}
