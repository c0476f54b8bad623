import type { Mark } from '../view/marks.ts';
import type { Point } from './draw-map.ts';

export type Shape = 'dot' | 'diamond' | 'triangle' | 'square' | 'ring';

const shapes: Readonly<Record<Mark['tone'], Shape>> = {
  good: 'dot',
  test: 'dot',
  bad: 'diamond',
  wait: 'triangle',
  slow: 'triangle',
  cut: 'square',
  calm: 'ring',
};

export const shapeOf = ({ tone }: Mark): Shape => shapes[tone];

const corners: Readonly<Record<'diamond' | 'triangle' | 'square', readonly (readonly [number, number])[]>> = {
  diamond: [
    [0, -7],
    [7, 0],
    [0, 7],
    [-7, 0],
  ],
  triangle: [
    [0, -7],
    [7, 6],
    [-7, 6],
  ],
  square: [
    [-5, -5],
    [5, -5],
    [5, 5],
    [-5, 5],
  ],
};

/** An attempt; one that is not a call's first is hollow. */
export function drawDot(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  shape: Shape,
  colour: string,
  isHollow: boolean,
  paper: string,
): void {
  context.beginPath();
  if (shape === 'dot' || shape === 'ring') context.arc(x, y, 5, 0, 2 * Math.PI);
  else for (const [dx, dy] of corners[shape]) context.lineTo(x + dx, y + dy);
  context.closePath();
  context.setLineDash(shape === 'ring' ? [2, 2] : []);
  context.fillStyle = isHollow || shape === 'ring' ? paper : colour;
  context.fill();
  context.strokeStyle = isHollow || shape === 'ring' ? colour : paper;
  context.lineWidth = isHollow || shape === 'ring' ? 2 : 1;
  context.stroke();
  context.setLineDash([]);
}
