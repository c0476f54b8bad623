import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RunRecord } from '../../engine/types.ts';
import { sent } from '../state/derived.ts';
import { isMoving } from '../state/motion.ts';
import { playhead, speed } from '../state/playback.ts';
import { record, scenario } from '../state/session.ts';
import { theme } from '../state/theme.ts';
import { countUntil, spanAt } from '../view/find.ts';
import { pendingCalls } from '../view/recent.ts';
import { drawMap, type Point } from './draw-map.ts';
import { AFTERLIFE_MS, type Flight, flightsOf } from './flight.ts';
import { readPalette } from './palette.ts';

/** Attempts that are drawn; more are too many to tell apart. */
const MOST_FLIGHTS = 400;
const MOST_WAITS = 6;
/** No attempt is drawn for longer than this, ms of the run. */
const LONGEST_MS = 60_000;
const FINEST = 2;

/** Calls on their way to the regions and back. Decoration: the cards beside it say the same in words. */
export function MapCanvas() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    return element ? animate(element) : undefined;
  }, []);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without a tabindex takes no focus.
  return <canvas class="wires" ref={canvas} aria-hidden="true" />;
}

function animate(canvas: HTMLCanvasElement): () => void {
  const context = canvas.getContext('2d');
  const map = canvas.parentElement;
  if (!context || !map) return () => {};
  let layout = measure(canvas, map);
  let palette = readPalette(map);
  const draw = (): void => {
    const run = record.peek();
    context.setTransform(layout.scale, 0, 0, layout.scale, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const at = playhead.peek();
    drawMap(context, {
      at,
      client: layout.client,
      wires: scenario.peek().regions.flatMap(({ id }) => {
        const end = layout.ends.get(id);
        const belief = run?.regions.find((one) => one.id === id)?.belief;
        return end ? [{ region: id, end, belief: belief && spanAt(belief, at)?.state }] : [];
      }),
      flights: run && isMoving.peek() ? flightsAt(run, at, speed.peek()) : [],
      waits: run ? waitsAt(run, at) : [],
      palette,
    });
  };
  const remeasure = (): void => {
    layout = measure(canvas, map);
    draw();
  };
  const observer = new ResizeObserver(remeasure);
  observer.observe(map);
  const isOnScreen = signal(true);
  const sight = new IntersectionObserver((seen) => {
    isOnScreen.value = seen.at(-1)?.isIntersecting ?? true;
  });
  sight.observe(canvas);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const repaint = (): void => {
    palette = readPalette(map);
    draw();
  };
  dark.addEventListener('change', repaint);
  const stops = [
    effect(() => {
      // What nobody sees is drawn when it is seen again.
      if (!isOnScreen.value) return;
      playhead.value;
      record.value;
      isMoving.value;
      draw();
    }),
    effect(() => {
      theme.value;
      // The style sheet's colours are another's once the theme has been set.
      queueMicrotask(repaint);
    }),
    effect(() => {
      scenario.value.regions;
      queueMicrotask(remeasure);
    }),
  ];
  return () => {
    observer.disconnect();
    sight.disconnect();
    dark.removeEventListener('change', repaint);
    for (const stop of stops) stop();
  };
}

/** Where wires begin and end: beside the cards, wherever these are. */
function measure(canvas: HTMLCanvasElement, map: HTMLElement) {
  const scale = Math.min(FINEST, devicePixelRatio);
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.round(box.width * scale);
  canvas.height = Math.round(box.height * scale);
  const ends = new Map<string, Point>();
  for (const card of map.querySelectorAll<HTMLElement>('[data-region]')) {
    const { top, left } = card.getBoundingClientRect();
    ends.set(card.dataset['region'] ?? '', { x: left - box.left, y: top - box.top + 36 });
  }
  const client = map.querySelector('.client')?.getBoundingClientRect();
  return {
    scale,
    ends,
    client: client ? anchor(client, box, ends) : { x: 0, y: box.height / 2 },
  };
}

/** Beside the clients; below them where the cards are below too. */
function anchor(client: DOMRect, box: DOMRect, ends: ReadonlyMap<string, Point>): Point {
  const isBeside = [...ends.values()].every(({ x }) => x > client.right - box.left);
  return isBeside
    ? { x: client.right - box.left, y: client.top - box.top + client.height / 2 }
    : { x: client.left - box.left + BELOW, y: client.bottom - box.top };
}

const BELOW = 16;

function flightsAt(run: RunRecord, at: number, speed: number): (Flight & { readonly nth: number })[] {
  const all = sent.peek();
  const from = countUntil(all, at - LONGEST_MS, ({ attempt }) => attempt.sentAt);
  const to = countUntil(all, at, ({ attempt }) => attempt.sentAt);
  const calls = new Set<number>();
  for (const { call } of all.slice(from, to)) {
    if (call.endedAt + AFTERLIFE_MS * speed > at) calls.add(call.nth);
  }
  return [...calls].slice(-MOST_FLIGHTS).flatMap((nth) => {
    const call = run.calls[nth];
    return call ? flightsOf(call, speed).map((flight) => ({ ...flight, nth })) : [];
  });
}

const waitsAt = (run: RunRecord, at: number): readonly number[] =>
  pendingCalls(run, at)
    .flatMap(({ waits }) => waits)
    .filter((wait) => wait.at <= at && at < wait.at + wait.ms)
    .slice(0, MOST_WAITS)
    .map((wait) => (at - wait.at) / wait.ms);
