import { type LiveLink, parseLiveLink, printLiveLink } from '../../../src/cli/live-link.ts';
import { keep, recall } from './stored.ts';

/** The simulator that this page was opened with, if any; known to its tab until that is closed. */
export const liveLink = takeLiveLink() ?? parseLiveLink(recall('live', 'sessionStorage') ?? '');

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
  keep('live', printLiveLink(link), 'sessionStorage');
  return link;
}
