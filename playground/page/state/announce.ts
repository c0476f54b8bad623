import { computed, effect, signal } from '@preact/signals';
import { headline } from './derived.ts';
import { isPlaying } from './playback.ts';

/** What screen readers are told. */
export const announcement = signal('');
export const isMuted = signal(false);

/** Nobody can listen to more, ms. */
const PAUSE_MS = 2_000;

const news = computed(() => {
  const said = headline.value;
  return said && `${said.truth} ${said.belief}`;
});

/** Says what has changed while a run is played, once in a while; or one thing, at once. */
export function startAnnouncer(): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (): void => {
    timer = undefined;
    lastAt = performance.now();
    if (!isMuted.peek()) announcement.value = news.peek() ?? '';
  };
  effect(() => {
    if (news.value === undefined || !isPlaying.value || timer !== undefined) return;
    timer = setTimeout(say, Math.max(0, lastAt + PAUSE_MS - performance.now()));
  });
}

export function announce(text: string): void {
  announcement.value = text;
}
