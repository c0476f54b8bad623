import type { BeliefState } from '../../engine/types.ts';
import { attemptMark } from '../view/marks.ts';
import type { Flight } from './flight.ts';
import type { Palette } from './palette.ts';
import { drawDot, type Shape, shapeOf } from './shapes.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A wire, and what is believed of the region at its end. */
export interface Wire {
  readonly region: string;
  readonly end: Point;
  readonly belief: BeliefState | undefined;
}

export interface Scene {
  readonly at: number;
  readonly client: Point;
  readonly wires: readonly Wire[];
  readonly flights: readonly (Flight & { readonly nth: number })[];
  /** Pauses under way: how much of each is over, from 0 to 1. */
  readonly waits: readonly number[];
  readonly palette: Palette;
}

export function drawMap(context: CanvasRenderingContext2D, scene: Scene): void {
  const { client, wires, palette } = scene;
  for (const wire of wires) drawWire(context, client, wire, palette);
  const ends = new Map(wires.map(({ region, end }) => [region, end]));
  for (const flight of scene.flights) {
    const end = ends.get(flight.attempt.region);
    if (end) drawFlight(context, flight, client, end, scene);
  }
  for (const [index, done] of scene.waits.entries()) {
    drawWait(context, { x: client.x - 12, y: client.y + 44 + index * 22 }, done, palette);
  }
}

function drawWire(context: CanvasRenderingContext2D, client: Point, { end, belief }: Wire, palette: Palette): void {
  context.beginPath();
  context.moveTo(client.x, client.y);
  context.bezierCurveTo(...bend(client, end), end.x, end.y);
  context.setLineDash(belief === 'open' || belief === 'half-open' ? [2, 6] : []);
  context.strokeStyle = palette.line;
  context.lineWidth = 1.5;
  context.stroke();
  context.setLineDash([]);
}

/** Below each other, wires go down a rail; beside each other, they swing. */
const bend = (a: Point, b: Point): [number, number, number, number] =>
  b.x - a.x < NARROW
    ? [a.x, a.y + (b.y - a.y) * 0.7, a.x, b.y]
    : [a.x + (b.x - a.x) * 0.55, a.y, a.x + (b.x - a.x) * 0.45, b.y];

const NARROW = 48;

/** The point at a part of the way, from 0 at the client to 1 at the region. */
function along(a: Point, b: Point, part: number): Point {
  const [x1, y1, x2, y2] = bend(a, b);
  const rest = 1 - part;
  const mix = (p0: number, p1: number, p2: number, p3: number): number =>
    rest ** 3 * p0 + 3 * rest ** 2 * part * p1 + 3 * rest * part ** 2 * p2 + part ** 3 * p3;
  return { x: mix(a.x, x1, x2, b.x), y: mix(a.y, y1, y2, b.y) };
}

/** Where dots end, short of the card. */
const EDGE = 0.97;

function drawFlight(
  context: CanvasRenderingContext2D,
  flight: Flight & { readonly nth: number },
  client: Point,
  end: Point,
  { at, palette }: Scene,
): void {
  const { attempt, from, there, back, to, returns, streamedTo } = flight;
  if (at < from || at >= (streamedTo ?? to)) return;
  const mark = attemptMark(attempt);
  const isRetry = attempt.kind !== 'first';
  // So that dots that wait for a region's answer do not hide each other.
  const aside = ((flight.nth * 7) % 9) - 4;
  const put = (part: number, shape: Shape, colour: string, alpha = 1): void => {
    const { x, y } = along(client, end, part);
    context.globalAlpha = alpha;
    drawDot(
      context,
      { x, y: y + aside * Math.sin(Math.PI * Math.min(1, part) * 0.5) * 2 },
      shape,
      colour,
      isRetry,
      palette.paper,
    );
    context.globalAlpha = 1;
  };
  if (at < there) put(EDGE * eased((at - from) / (there - from)), 'dot', palette.ink);
  else if (at < back) put(EDGE, 'dot', palette.ink, 0.55 + 0.35 * Math.sin(at / 120));
  else if (!returns) put(EDGE, shapeOf(mark), palette[mark.tone], 1 - (at - back) / (to - back));
  else if (at < to) put(EDGE * (1 - eased((at - back) / (to - back))), shapeOf(mark), palette[mark.tone]);
  else drawStream(context, flight, client, end, at, palette, aside);
}

/** A stream under way: a line from its region, drawn from event to event; one that is cut snaps. */
function drawStream(
  context: CanvasRenderingContext2D,
  { attempt, to, streamedTo = to }: Flight,
  client: Point,
  end: Point,
  at: number,
  palette: Palette,
  aside: number,
): void {
  const mark = attemptMark(attempt);
  const isCut = mark.tone === 'cut';
  const progress = (at - to) / Math.max(1, streamedTo - to);
  const reach = EDGE * (isCut && progress > 0.8 ? (progress - 0.8) * 5 : 0);
  context.globalAlpha = 0.85;
  context.strokeStyle = palette[mark.tone];
  context.lineWidth = 2.5;
  context.setLineDash([5, 4]);
  context.lineDashOffset = at / 30;
  context.beginPath();
  for (let part = EDGE; part >= reach; part -= 0.05) {
    const { x, y } = along(client, end, part);
    context.lineTo(x, y + aside * Math.sin(Math.PI * part * 0.5) * 2);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** A pause, as a pie that fills. */
function drawWait(context: CanvasRenderingContext2D, { x, y }: Point, done: number, palette: Palette): void {
  context.fillStyle = palette.line;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = palette.wait;
  context.beginPath();
  context.moveTo(x, y);
  context.arc(x, y, 8, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * done);
  context.fill();
}

const eased = (part: number): number => part * part * (3 - 2 * part);
