import { announce } from './announce.ts';
import { tellProblem } from './notice.ts';

/** Puts a text on the clipboard, and says so. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} was copied.`);
  } catch (error) {
    // A page that is not served from this machine or over https has no clipboard.
    tellProblem(`${what} cannot be copied`, error);
  }
}
