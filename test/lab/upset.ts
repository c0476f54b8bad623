import type { ClientClock, VirtualClient } from '../../src/simulator/index.ts';
import type { Upset } from './scenario.ts';

/** A client's line to the regions, and its clock. */
export interface Equipment {
  readonly line: VirtualClient;
  readonly clock: ClientClock;
}

/** Lets happen to a client what is to happen, each thing in its time: ms from the start of the run. */
export function upset(what: Upset, { line, clock }: Equipment, at: (ms: number, act: () => void) => void): void {
  switch (what.kind) {
    case 'offline':
      at(what.from * 1_000, () => {
        line.offline = true;
        line.cut();
      });
      at(what.until * 1_000, () => {
        line.offline = false;
      });
      return;
    case 'asleep':
      // Nothing reaches it while it sleeps, and when it wakes its connections are gone.
      at(what.from * 1_000, () => {
        line.offline = true;
        clock.sleepFor(what.seconds * 1_000);
      });
      at((what.from + what.seconds) * 1_000, () => {
        line.cut();
        line.offline = false;
      });
      return;
    case 'clock':
      at(what.from * 1_000, () => clock.jump(what.by * 1_000));
  }
}
