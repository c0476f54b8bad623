import { playLive, stopLive } from './live.ts';
import { mode } from './mode.ts';
import { isPlaying, pause, play } from './playback.ts';

/** Lets time go on, in either mode. */
export function goOn(): void {
  if (mode.peek() === 'live') playLive();
  else isPlaying.value = true;
}

/** Play and pause; a live run begins anew, and ends. */
export function togglePlay(): void {
  if (mode.peek() === 'live') {
    if (isPlaying.peek()) stopLive();
    else playLive();
  } else if (isPlaying.peek()) pause();
  else play();
}
