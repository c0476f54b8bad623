import { liveLink } from './live-link.ts';
import { stored } from './stored.ts';

/**
 * `virtual`: regions in this page, in virtual time. `live`: those of the command that opened it, in real time; a page that is
 * loaded again is as it was.
 */
export const mode = stored('mode', ['virtual', 'live'], 'virtual', 'sessionStorage');

if (!liveLink) mode.value = 'virtual';
