import { effect, type Signal, signal } from '@preact/signals';

const PREFIX = 'azure-openai-failover.';

/** `localStorage` is kept from visit to visit, `sessionStorage` for as long as the tab is open. */
export type Shelf = 'localStorage' | 'sessionStorage';

/** A signal that is kept where the browser lets pages keep anything. */
export function stored<T extends string>(
  name: string,
  values: readonly T[],
  fallback: T,
  shelf: Shelf = 'localStorage',
): Signal<T> {
  const kept = recall(name, shelf);
  const value = signal(values.find((one) => one === kept) ?? fallback);
  effect(() => keep(name, value.value, shelf));
  return value;
}

export function recall(name: string, shelf: Shelf): string | null {
  try {
    return globalThis[shelf].getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string, shelf: Shelf): void {
  try {
    globalThis[shelf].setItem(PREFIX + name, value);
  } catch {
    // A page that may not keep anything forgets, and works.
  }
}
