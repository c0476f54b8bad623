import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inShort, sectionOf, withSection } from './report/report.ts';
import { runShort } from './short.ts';

const REPORT = readFileSync(new URL('./report.md', import.meta.url), 'utf8');

test('the short form of the lab comes out as report.md has it', { timeout: 60_000 }, async () => {
  const rows = await runShort();
  expect(
    inShort(rows).split('\n'),
    'The figures have changed. Where that is meant: npm run lab -- --short writes them anew, npm run lab the full report',
  ).toEqual(sectionOf(REPORT, 'short').split('\n'));
});

test('a section of the report is replaced, and the others stay', () => {
  const report = withSection(REPORT, 'full', 'anew');
  expect(sectionOf(report, 'full')).toBe('anew');
  expect(sectionOf(report, 'short')).toBe(sectionOf(REPORT, 'short'));
  expect(() => withSection('', 'full', 'anew')).toThrow('no section');
});
