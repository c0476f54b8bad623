import { rival } from '../state/session.ts';
import { lazy } from './lazy.tsx';

const Comparison = lazy(() => import('./comparison.tsx').then((module) => module.Comparison));

/** The library against another policy, once one was chosen. */
export const Compare = () => (rival.value === undefined ? null : <Comparison />);
