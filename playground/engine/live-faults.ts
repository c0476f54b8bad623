import { parseClientFault, type Scenario, type StageClient } from '../../src/simulator/index.ts';
import type { ControlClient } from './control.ts';

/** Makes of regions, and of clients, what a scenario says of a moment. */
export class LiveFaults {
  readonly #control: ControlClient;
  readonly #client: StageClient;
  readonly #on = new Map<string, readonly string[]>();

  constructor(control: ControlClient, client: StageClient) {
    this.#control = control;
    this.#client = client;
  }

  /** @param at s from the start of the scenario. */
  async apply({ faults, regions }: Scenario, at: number): Promise<void> {
    const on = faults.filter(([from, to]) => from <= at && at < to);
    for (const { id } of regions) {
      const wanted = on.flatMap(([, , target, text]) => (target === id || target === '*' ? text : []));
      // What has not changed is left alone: one that struck so often as it was to is not put on again.
      if (!this.#changes(id, wanted)) continue;
      await this.#control.setFaults(id, wanted);
    }
    const befalls = on.filter(([, , target]) => target === 'client');
    const before = this.#on.get('client') ?? [];
    const now = befalls.map(([, , , text]) => text);
    if (!this.#changes('client', now)) return;
    for (const text of before) if (!now.includes(text)) this.#befall(text, false, 0);
    for (const [, to, , text] of befalls) if (!before.includes(text)) this.#befall(text, true, to - at);
  }

  #changes(target: string, wanted: readonly string[]): boolean {
    const before = this.#on.get(target) ?? [];
    this.#on.set(target, wanted);
    return before.length !== wanted.length || before.some((text, nth) => text !== wanted[nth]);
  }

  #befall(text: string, begins: boolean, seconds: number): void {
    const fault = parseClientFault(text);
    switch (fault.kind) {
      case 'offline':
        this.#client.offline(begins);
        break;
      case 'sleep':
        if (begins) this.#client.sleepFor(seconds * 1_000);
        break;
      case 'clock':
        this.#client.jump((begins ? 1 : -1) * fault.seconds * 1_000);
        break;
      case 'reload':
        if (begins) this.#client.reload();
        break;
      case 'forget':
        if (begins) this.#client.forget();
    }
  }
}

/** When something begins or ends next, s from the start; the end of the scenario where nothing does. */
export function nextEdge({ faults, duration }: Scenario, after: number): number {
  const edges = [...faults.map(([from]) => from), ...faults.map(([, to]) => to)].filter((at) => at > after);
  return Math.min(duration, ...edges);
}
