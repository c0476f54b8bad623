import { restartGuide, tasks } from '../state/guide.ts';

/** What there is to see, step by step; each step ticks itself when the page is in that state. */
export function GuideTab() {
  const done = tasks.filter((task) => task.isDone.value).length;
  return (
    <div class="guide">
      <p class="lead">
        Your app calls the first region. When it is lost, the library sends the calls to the next, remembers what it
        learned, and comes back gently. These are the shipped library and simulated regions: break them.
      </p>
      <ol>
        {tasks.map(({ id, text, more, isDone }) => (
          <li key={id} data-done={isDone.value}>
            <span class="tick" aria-hidden="true">
              {isDone.value ? '✓' : ''}
            </span>
            <div>
              <p>
                {isDone.value && <span class="sr-only">Done: </span>}
                {text}
              </p>
              <p class="more">{more}</p>
            </div>
          </li>
        ))}
      </ol>
      <p class="progress" role="status">
        {done} of {tasks.length} done
        {done > 0 && (
          <button type="button" class="quiet" onClick={restartGuide}>
            Start again
          </button>
        )}
      </p>
    </div>
  );
}
