import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLiveLink, printLiveLink } from '../../src/cli/live-link.ts';

const port = fc.integer({ min: 1, max: 65_535 }).filter((one) => one !== 80);
const control = fc
  .tuple(fc.constantFrom('127.0.0.1', 'localhost', '[::1]'), port)
  .map(([host, number]) => `http://${host}:${number}`);
const token = fc.base64String({ minLength: 4 }).map((text) => Buffer.from(text).toString('base64url'));

test('a link is read as it was printed, whatever stands beside it', () => {
  fc.assert(
    fc.property(fc.record({ control, token }), fc.constantFrom('', '#'), (link, hash) => {
      expect(parseLiveLink(`${hash}${printLiveLink(link)}`)).toEqual(link);
      expect(parseLiveLink(`${hash}t=12.4&${printLiveLink(link)}&s=1.abc`)).toEqual(link);
    }),
  );
});

test('a link is part of a URL as it is', () => {
  const fragment = printLiveLink({ control: 'http://127.0.0.1:18090', token: 'a_b-c' });
  expect(fragment).toBe('live=http://127.0.0.1:18090&token=a_b-c');
  expect(new URL(`http://127.0.0.1:1/#${fragment}`).hash).toBe(`#${fragment}`);
});

const elsewhere = [
  'http://contoso.com',
  'http://127.0.0.1.contoso.com:18090',
  'http://user@127.0.0.1:18090',
  'https://127.0.0.1:18090',
  'http://127.0.0.1:18090/__sim',
  'http://127.0.0.1:18090/',
  'javascript:alert(1)',
  '//127.0.0.1:18090',
  '',
];

test.each(elsewhere)('leads to nowhere but an origin of this machine: "%s"', (text) => {
  expect(parseLiveLink(`live=${encodeURIComponent(text)}&token=abc`)).toBeUndefined();
  expect(() => printLiveLink({ control: text, token: 'abc' })).toThrow(`loopback address, got "${text}"`);
});

test('needs a token, which no message repeats', () => {
  expect(parseLiveLink('live=http://127.0.0.1:1')).toBeUndefined();
  expect(parseLiveLink('live=http://127.0.0.1:1&token=')).toBeUndefined();
  expect(parseLiveLink('token=abc')).toBeUndefined();
  expect(() => printLiveLink({ control: 'http://127.0.0.1:1', token: 'a b' })).toThrow(
    /^token must be[^"]*"-" and "_", and has others$/,
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseLiveLink(text)));
});
