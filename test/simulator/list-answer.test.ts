import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/simulator/bounded-map.ts';
import { listAnswer } from '../../src/simulator/list-answer.ts';

const five = Array.from({ length: 5 }, (_, index) => ({ id: `${index}` }));
const ids = (query: string): unknown => {
  const { data, first_id, last_id, has_more } = listAnswer(five, new URLSearchParams(query));
  return [(data as typeof five).map(({ id }) => id).join(''), first_id, last_id, has_more];
};

test.each([
  ['', '43210', '4', '0', false],
  ['order=asc', '01234', '0', '4', false],
  ['limit=2', '43', '4', '3', true],
  ['limit=2&after=3', '21', '2', '1', true],
  ['limit=2&after=1', '0', '0', '0', false],
  ['after=0', '', null, null, false],
  ['limit=0', '43210', '4', '0', false],
  ['limit=-3', '4', '4', '4', true],
  ['limit=many', '43210', '4', '0', false],
])('pages: %s', (query, ...expected) => {
  expect(ids(query)).toEqual(expected);
});

test('forgets the oldest when there is one too many', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect(map.get('a')).toBeUndefined();
  expect(map.values()).toEqual([2, 4]);
  map.delete('b');
  map.set('d', 5);
  expect(map.values()).toEqual([4, 5]);
});
