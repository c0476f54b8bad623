import { signal } from '@preact/signals';

export type TabId = 'guide' | 'request' | 'health' | 'log' | 'code';

/** What is open and selected. Kept here, so that a pane that is closed and opened again is as it was. */
export const openTab = signal<TabId>('guide');

/** The call in the inspector; `undefined` follows the playhead. */
export const selectedCall = signal<number | undefined>(undefined);

/** What the log is searched for. */
export const logFilter = signal('');

/** Region whose sheet of faults is open. */
export const openSheet = signal<string | undefined>(undefined);

export const areSettingsOpen = signal(false);
export const areFiguresOpen = signal(false);
export const isHelpOpen = signal(false);
export const isShareOpen = signal(false);
