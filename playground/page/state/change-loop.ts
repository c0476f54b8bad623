import { type Loop, withLoop } from './edit-load.ts';
import { edit } from './session.ts';

/** Lets the scenario have this as its first loop. */
export const changeLoop = (loop: Loop): void => edit((was) => withLoop(was, loop));
