import { readJournal } from '../../engine/journal.ts';
import { changeMode } from './live.ts';
import { notice } from './notice.ts';
import { show } from './session.ts';

/**
 * Shows a run that was saved, as it was seen then. Whether the file was one of a run.
 *
 * @param json what the file's text was parsed to.
 * @throws TypeError when it was one, and is not as it was saved.
 */
export function openJournal(json: unknown): boolean {
  const record = readJournal(json);
  if (!record) return false;
  changeMode('virtual');
  show(record);
  notice.value = { text: 'This is a run as it was recorded. What you change plays it anew.', isProblem: false };
  return true;
}
