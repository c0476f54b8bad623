import type { RunRecord } from '../../engine/types.ts';
import { timelineSvg } from '../export/timeline-svg.ts';
import { tellProblem } from './notice.ts';
import { save } from './save.ts';
import { title } from './session.ts';
import { shownWindow } from './timeline.ts';

/** So that it is sharp on any screen, pixels of the picture per px. */
const SHARPNESS = 2;

/** What the timeline shows, as a picture that can be made larger and smaller. */
export function saveSvg(record: RunRecord): void {
  save(`${record.scenario.id}.svg`, drawn(record));
}

/** What the timeline shows, as a picture that can be put anywhere. */
export async function savePng(record: RunRecord): Promise<void> {
  const url = URL.createObjectURL(drawn(record));
  try {
    const image = Object.assign(new Image(), { src: url });
    await image.decode();
    const [width, height] = [image.width * SHARPNESS, image.height * SHARPNESS];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!png) throw new Error('the browser made no picture of it');
    save(`${record.scenario.id}.png`, png);
  } catch (error) {
    tellProblem('The picture cannot be made', error);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function drawn(record: RunRecord): Blob {
  const scenario = { ...record.scenario, title: title.peek() };
  return new Blob([timelineSvg({ ...record, scenario }, shownWindow.peek())], { type: 'image/svg+xml' });
}
