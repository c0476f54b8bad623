import { effect, type Signal, signal } from '@preact/signals';

const PREFIX = 'azure-openai-failover.';

/** A signal that is kept from visit to visit, where the browser lets pages keep anything. */
export function stored<T extends string>(name: string, values: readonly T[], fallback: T): Signal<T> {
  const kept = read(name);
  const value = signal(values.find((one) => one === kept) ?? fallback);
  effect(() => write(name, value.value));
  return value;
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A page that may not keep anything forgets, and works.
  }
}
