import { type LiveLink, parseLiveLink } from '../../../src/cli/live-link.ts';

/** The simulator that this page was opened with, if any. */
export const liveLink = takeLiveLink();

/** Once it has been read, the token must not be in a link that is copied, nor in the history. */
function takeLiveLink(): LiveLink | undefined {
  const link = parseLiveLink(location.hash);
  if (!link) return undefined;
  const rest = location.hash
    .slice(1)
    .split('&')
    .filter((member) => !/^(live|token)=/.test(member));
  const hash = rest.length === 0 ? '' : `#${rest.join('&')}`;
  history.replaceState(history.state, '', location.pathname + location.search + hash);
  return link;
}
