import { computed } from '@preact/signals';
import { countUntil } from '../view/find.ts';
import { headlineAt, titlesOf } from '../view/headline.ts';
import { allAttempts, type Sent } from '../view/recent.ts';
import { regionTitle } from '../view/words.ts';
import { moment } from './playback.ts';
import { record, scenario } from './session.ts';
import { selectedCall } from './view.ts';

/** Every attempt of the run that is shown, in the order of sending. */
export const sent = computed<readonly Sent[]>(() => (record.value ? allAttempts(record.value) : []));

/** Names of regions for people, by id. */
export const titles = computed<ReadonlyMap<string, string>>(() =>
  record.value
    ? titlesOf(record.value)
    : new Map(scenario.value.regions.map((region) => [region.id, regionTitle(region)])),
);

export const headline = computed(() => record.value && headlineAt(record.value, moment.value));

/** The call in the inspector: the one that was selected, else the last that had begun. */
export const shownCall = computed(() => {
  const calls = record.value?.calls ?? [];
  const selected = selectedCall.value;
  if (selected !== undefined && calls[selected]) return calls[selected];
  return calls[countUntil(calls, moment.value, ({ beganAt }) => beganAt) - 1];
});
