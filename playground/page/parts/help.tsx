import { isHelpOpen } from '../state/view.ts';
import { lazy } from './lazy.tsx';

const HelpDialog = lazy(() => import('./help-dialog.tsx').then((module) => module.HelpDialog));

/** Keys, and what is seen, when asked for. */
export const Help = () => (isHelpOpen.value ? <HelpDialog /> : null);
