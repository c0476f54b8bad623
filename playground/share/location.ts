import { parseFragment, printFragment } from './fragment.ts';
import { parseQuery, printQuery } from './query.ts';
import type { Received, Shared } from './shared.ts';

/**
 * A link to a page that shows this: one that can be read where that says it all, else one with a fragment. Whatever else
 * the page's address has, above all a simulator's token, is left out.
 *
 * @throws TypeError or RangeError when it cannot be put into a link.
 */
export async function shareUrl(page: string, shared: Shared): Promise<string> {
  const { origin, pathname } = new URL(page);
  const query = printQuery(shared);
  return `${origin}${pathname}${query === undefined ? `#${await printFragment(shared)}` : `?${query}`}`;
}

/**
 * What the address of a page asks to be shown; `undefined` where it asks for nothing. A fragment beats a query.
 *
 * @throws TypeError or RangeError that says what is wrong with it.
 */
export async function readUrl({ search, hash }: Pick<Location, 'search' | 'hash'>): Promise<Received | undefined> {
  return (await parseFragment(hash)) ?? parseQuery(search);
}
