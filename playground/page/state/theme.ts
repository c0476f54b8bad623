import { effect } from '@preact/signals';
import { stored } from './stored.ts';

const themes = ['system', 'light', 'dark'] as const;

export const theme = stored('theme', themes, 'system');

/** Follows the system until told otherwise. */
export function startTheme(): void {
  effect(() => {
    document.documentElement.style.colorScheme = theme.value === 'system' ? '' : theme.value;
  });
}

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.peek()) + 1) % themes.length] ?? 'system';
}
