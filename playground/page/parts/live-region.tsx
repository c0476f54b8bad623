import { announcement } from '../state/announce.ts';

/** The one place that screen readers hear news from. */
export const LiveRegion = () => (
  <p class="sr-only" aria-live="polite" role="status">
    {announcement.value}
  </p>
);
