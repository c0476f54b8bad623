import { useEffect, useRef } from 'preact/hooks';
import { liveLink } from '../state/live-link.ts';
import { oneClickFaults } from '../state/one-click-faults.ts';
import { isHelpOpen } from '../state/view.ts';

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['space'], 'play or pause'],
  [['←', '→'], 'the event before, the next event'],
  [['shift', '← →'], 'one second back, or on'],
  [['Home', 'End'], 'start and end of the run'],
  [[',', '.'], 'slower, faster'],
  [['1', '…', '9'], 'a region; then one of these:'],
  ...oneClickFaults.flatMap(({ key, label, hint }) => (key ? [[[key], `${label}. ${hint}`] as const] : [])),
  [['0'], 'heal that region'],
  [['a'], 'compare with another policy'],
  [['c'], 'code'],
  [['g'], 'log'],
  [['m'], 'no announcements to screen readers'],
  [['?'], 'this help'],
];

/** What can be done with keys, and what is seen. */
export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={() => {
        isHelpOpen.value = false;
      }}
    >
      <form method="dialog">
        <h2 id="help-title">Keys</h2>
        <button type="submit">Close</button>
      </form>
      <dl>
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>What you see</h3>
      <p>
        The page runs the shipped library against simulated regions in virtual time: a whole run is played in a moment,
        and the playhead only chooses what is shown. The same seed gives the same run, on every machine. A dot takes a
        third of a second for its way, so that it can be seen, though a refused connection takes less than a
        millisecond.
      </p>
      {liveLink && (
        <p>
          Live calls the regions of the command that opened this page, over real sockets and in real time: what happens
          there happens once. A browser opens six connections to a region, so no more than five calls are under way at a
          time; those that would be more are not made. Settings that describe a region stay as the command has them.
        </p>
      )}
    </dialog>
  );
}
