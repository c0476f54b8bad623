import { useEffect, useRef } from 'preact/hooks';
import { liveLink } from '../state/live-link.ts';
import { oneClickFaults } from '../state/one-click-faults.ts';
import { isHelpOpen } from '../state/view.ts';

type Line = readonly [names: readonly string[], what: string];

const keys: readonly Line[] = [
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
  [['o'], 'play what is shown again and again'],
  [['m'], 'no announcements to screen readers'],
  [['?'], 'this help'],
];

const timelineKeys: readonly Line[] = [
  [['←', '→'], 'a fault half a second earlier, or later'],
  [['alt', '← →'], 'its start'],
  [['shift', '← →'], 'its end'],
  [['Enter'], 'its figures'],
  [['Delete'], 'takes it away'],
  [['Esc'], 'what was begun is given up; then the whole run again'],
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
          <Key key={what} names={names} what={what} />
        ))}
      </dl>
      <h3>In the timeline</h3>
      <dl>
        {timelineKeys.map(([names, what]) => (
          <Key key={what} names={names} what={what} />
        ))}
      </dl>
      <p>
        Drag a fault, or one of its edges. Drag over the ruler, or with shift anywhere, to zoom in; a double click shows
        the whole run; the wheel with shift goes on and back.
      </p>
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

const Key = ({ names, what }: { readonly names: readonly string[]; readonly what: string }) => (
  <div>
    <dt>
      {names.map((name) => (
        <kbd key={name}>{name}</kbd>
      ))}
    </dt>
    <dd>{what}</dd>
  </div>
);
