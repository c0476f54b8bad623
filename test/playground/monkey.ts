import type { Locator, Page } from 'playwright';
import { chance } from '../../src/simulator/hash.ts';

/** Does something to a page, whatever it may be. */
export interface Monkey {
  act(): Promise<void>;
  /** What it did, the last of it last. */
  readonly deeds: readonly string[];
}

const keys = [
  ...[
    'Space',
    'Escape',
    'Enter',
    'Delete',
    'Tab',
    'Shift+Tab',
    'Home',
    'End',
    'PageUp',
    'ArrowLeft',
    'Shift+ArrowRight',
  ],
  ...['Alt+ArrowLeft', ',', '.', '0', '1', '2', '9', 'r', 'h', 't', 'e', 's', 'x', 'a', 'c', 'g', 'm', 'o', '?'],
];
const figures = ['', '0', '0.05', '12.34', '40'];
const widths = [360, 768, 1360];

/** What is not there any more, as the page went on meanwhile, is not waited for. */
const soon = { timeout: 500 };
const gone = (): null => null;

const nameOf = (part: Locator | undefined) =>
  part?.evaluate((element) => element.getAttribute('aria-label') ?? element.textContent, undefined, soon).catch(gone);

async function boxOf(part: Locator | undefined) {
  await part?.scrollIntoViewIfNeeded(soon).catch(gone);
  return part?.boundingBox(soon).catch(gone);
}

/** One that does the same things again where the page is the same again. */
export function createMonkey(page: Page, seed: number): Monkey {
  const deeds: string[] = [];
  let draws = 0;
  const draw = (): number => chance('monkey', seed, draws++);
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(draw() * values.length)];
  const any = async (parts: Locator): Promise<Locator | undefined> => pick(await parts.filter({ visible: true }).all());

  const press = async (): Promise<void> => {
    const key = pick(keys) ?? '';
    deeds.push(key);
    await page.keyboard.press(key);
  };
  const click = async (): Promise<void> => {
    const button = await any(page.locator('button:enabled, summary, [role=tab]'));
    deeds.push(`click ${await nameOf(button)}`);
    // As a hand does, which hits what lies above it.
    const box = await boxOf(button);
    if (box) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  };
  const drag = async (part: Locator | undefined): Promise<void> => {
    const box = await boxOf(part);
    if (!box) return;
    const [from, by] = [draw(), draw() * 600 - 300];
    const [x, y] = [box.x + box.width * from, box.y + box.height * draw()];
    const isShifted = draw() < 0.4;
    const isGivenUp = draw() < 0.2;
    deeds.push(`drag ${isShifted ? 'with Shift ' : ''}from ${from} by ${by}${isGivenUp ? ', and give up' : ''}`);
    if (isShifted) await page.keyboard.down('Shift');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by, y + 5, { steps: 3 });
    if (isGivenUp) await page.keyboard.press(pick(['Escape', 'Delete', '0']) ?? '');
    await page.mouse.up();
    if (isShifted) await page.keyboard.up('Shift');
  };
  const choose = async (): Promise<void> => {
    const list = await any(page.locator('select:enabled'));
    const count = (await list?.locator('option').count()) ?? 0;
    const index = Math.floor(draw() * count);
    deeds.push(`choose ${index} of ${count}`);
    await list?.selectOption({ index }, soon).catch(gone);
  };
  const type = async (): Promise<void> => {
    const field = await any(page.locator(':is(.timeline, .seed, .slider-row, .sheet) input[type=number]:enabled'));
    const figure = pick(figures) ?? '';
    deeds.push(`type "${figure}" as ${await nameOf(field)}`);
    await field?.fill(figure, soon).catch(gone);
    await field?.blur(soon).catch(gone);
  };
  const resize = async (): Promise<void> => {
    const width = pick(widths) ?? 1360;
    deeds.push(`${width} px`);
    await page.setViewportSize({ width, height: 900 });
  };

  const moves: readonly (readonly [most: number, move: () => Promise<void>])[] = [
    [0.25, press],
    [0.55, click],
    [0.7, async () => drag(page.locator('.scrubber .slider, .brush-zone').nth(Math.floor(draw() * 2)))],
    [0.8, async () => drag(await any(page.locator('.fault')))],
    [0.88, choose],
    [0.97, type],
    [1, resize],
  ];
  return {
    deeds,
    async act() {
      const one = draw();
      // Nothing that lies below a dialog can be reached.
      if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape');
      else await moves.find(([most]) => one < most)?.[1]();
    },
  };
}
