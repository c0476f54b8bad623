import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { regionColours } from '../../playground/page/export/colours.ts';
import { shareUrl } from '../../playground/share/location.ts';
import { eightRegions } from './page-eight-regions.ts';
import { usePage } from './page-suite.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const suite = usePage();

const css = await readFile(new URL('../../playground/style/tokens.css', import.meta.url), 'utf8');
const themed = (name: string): readonly [light: string, dark: string] => {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css) ?? [];
  if (!light || !dark) throw new Error(`no colour is named ${name}`);
  return [light, dark];
};

/** What eyes make of linear RGB: Machado, Oliveira and Fernandes 2009, severity 1. */
const eyes: Readonly<Record<string, Matrix>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** From linear RGB, with D65 as white. */
const xyz: Matrix = [
  [0.4339, 0.3762, 0.1899],
  [0.2126, 0.7152, 0.0722],
  [0.0177, 0.1095, 0.8728],
];

const times = (matrix: Matrix, [a, b, c]: Triple): Triple => {
  const row = ([x, y, z]: Triple): number => Math.min(1, Math.max(0, x * a + y * b + z * c));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};
const linear = (hex: string): Triple => {
  const channel = (from: number): number => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const lab = (colour: Triple): Triple => {
  const bend = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  const [x, y, z] = times(xyz, colour);
  return [116 * bend(y) - 16, 500 * (bend(x) - bend(y)), 200 * (bend(y) - bend(z))];
};
const luminance = (hex: string): number => times(xyz, linear(hex))[1];
/** As WCAG 2.2 has it. */
const contrast = (a: string, b: string): number => {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
};

for (const [theme, name] of ['light', 'dark'].entries()) {
  const pick = (token: string): string => themed(token)[theme] ?? '';
  const regions = Array.from({ length: 8 }, (_, index) => pick(`region-${index + 1}`));

  test(`the colour of every region is 3 : 1 from the panel: ${name}`, () => {
    const dim = regions.filter((colour) => contrast(colour, pick('panel')) < 3);
    expect(dim).toEqual([]);
  });

  for (const [eye, matrix] of Object.entries(eyes)) {
    test(`the colours of eight regions are far apart: ${name}, ${eye}`, () => {
      const seen = regions.map((colour) => lab(times(matrix, linear(colour))));
      const distances = seen.flatMap((one, at) =>
        seen.slice(at + 1).map((other) => Math.hypot(...one.map((value, axis) => value - (other[axis] ?? 0)))),
      );
      // A difference that is just noticed is about 2.3.
      expect(Math.min(...distances)).toBeGreaterThan(15);
    });
  }
}

test('a picture has the light colours of the page', () => {
  expect(regionColours).toEqual(regionColours.map((_, index) => themed(`region-${index + 1}`)[0]));
});

test('the chart of traffic has a colour for each of eight regions, and its legend has the same', async () => {
  const page = await suite.open(new URL(await shareUrl(suite.site.url, { scenario: eightRegions })).hash);
  const swatches = await page
    .locator('.swatch')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one, '::before').backgroundColor));
  const bands = await page.locator('.traffic path').evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  expect(new Set(swatches).size).toBe(8);
  expect(bands).toEqual(swatches);
});
