import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import { colours, tones } from '../../playground/page/export/colours.ts';
import { timelineSvg } from '../../playground/page/export/timeline-svg.ts';
import { laneInWords } from '../../playground/page/view/lane.ts';
import { regionTitle } from '../../playground/page/view/words.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';

const preset = (id: string): Scenario => {
  const found = scenarios.find((one) => one.id === id);
  if (!found) throw new Error(`no scenario ${id}`);
  return found;
};

const blackout = preset('blackout');

test('a picture of a run names every region, its faults, and how long it took to see them', async () => {
  const svg = timelineSvg(await run(blackout, { id: 'ours' }));
  for (const region of blackout.regions) expect(svg).toContain(`>${regionTitle(region)}<`);
  for (const text of [blackout.title, 'refused', '◆ down', '◆ left alone', 'Traffic', 'Answered', 'seed 7']) {
    expect(svg).toContain(text);
  }
  expect(svg).toMatch(/detected \+\d+\.\d s/);
  expect(svg).toMatch(/back \+\d+\.\d s/);
});

test('a lane is told in words as it is drawn', async () => {
  const record = await run(blackout, { id: 'ours' });
  const [region] = record.regions;
  if (!region) throw new Error('the run has no regions');
  expect(laneInWords('East US', record, region)).toMatch(
    /^East US: down \(refused\) from .* to .*; detected after \d+\.\d s; back after \d+\.\d s\.$/,
  );
  // It was avoided for no trouble of its own: nothing is drawn.
  const trusted = { ...region, belief: [] };
  expect(laneInWords('East US', record, trusted)).not.toContain('detected');
});

test('a picture needs nothing but itself, and is the same for the same run', async () => {
  const record = await run(blackout, { id: 'ours' });
  const svg = timelineSvg(record);
  expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  expect(svg).not.toMatch(/href|<style|<script|<image|var\(/);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(timelineSvg(structuredClone(record))).toBe(svg);
});

test('a picture of a part has nothing of what is outside', async () => {
  const record = await run(blackout, { id: 'ours' });
  const part = timelineSvg(record, { from: 50_000, span: 20_000 });
  expect(part).toContain('50.0 – 70.0 s');
  expect(part).not.toContain('>refused<');
  expect(part).not.toContain('detected');
});

test('what befell the clients is shown, and a policy that believes nothing is drawn without belief', async () => {
  const record = await run(preset('sleep'), { id: 'plain' });
  const svg = timelineSvg(record);
  expect(svg).toContain('>Clients<');
  expect(svg).toContain('>plain fetch');
  expect(svg).not.toContain('◆ left alone');
});

test('text of any kind is escaped', async () => {
  const title = '<script>"&amp;\u0000\u{1f600}\ud800';
  const { regions } = blackout;
  const evil = { ...blackout, title, regions: regions.map((one) => ({ ...one, display: `<${one.id}>` })) };
  const svg = timelineSvg(await run({ ...evil, duration: 45 }, { id: 'ours' }));
  expect(svg).toContain('&lt;script&gt;&quot;&amp;amp;\u{1f600}<');
  expect(svg).toContain('>&lt;eastus&gt;<');
});

test('its colours are the light ones of the page', async () => {
  const css = await readFile(new URL('../../playground/style/tokens.css', import.meta.url), 'utf8');
  const light = (name: string) => new RegExp(`--${name}: light-dark\\((#\\w+)`).exec(css)?.[1];
  for (const [tone, colour] of Object.entries(tones)) expect([tone, colour]).toEqual([tone, light(`tone-${tone}`)]);
  for (const [name, colour] of Object.entries(colours)) expect([name, colour]).toEqual([name, light(name)]);
});
