import { selected } from '../state/fault-drag.ts';
import { lazy } from './lazy.tsx';

const FaultEditor = lazy(() => import('./fault-editor.tsx').then((module) => module.FaultEditor));

interface Props {
  readonly lane: string;
  readonly title: string;
}

/** The figures of a fault, where one was selected in a lane. */
export const FaultEditing = ({ lane, title }: Props) =>
  selected.value?.lane === lane ? <FaultEditor title={title} {...selected.value} /> : null;
