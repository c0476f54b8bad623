import { computed } from '@preact/signals';
import { seconds } from '../view/format.ts';
import { windowAt } from '../view/window.ts';
import { headline } from './derived.ts';
import { isPlaying, moment, playbackEnd } from './playback.ts';
import { zoom } from './view.ts';

const from = computed(() => windowAt(moment.value, playbackEnd.value, zoom.value * 1_000).from);

/** What part of the run the timeline shows; changes only when the page turns. */
export const shownWindow = computed(() => {
  const { span } = windowAt(0, playbackEnd.value, zoom.value * 1_000);
  return { from: from.value, span };
});

/** Where the playhead is, in words; while it moves, no more often than can be listened to. */
export const playheadText = computed(() => {
  const at = isPlaying.value ? Math.floor(moment.value / 2_000) * 2_000 : moment.value;
  const said = headline.value;
  return said ? `${seconds(at)}. ${said.truth} ${said.belief}` : seconds(at);
});
