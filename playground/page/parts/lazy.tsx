import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';

const loaders = new Set<() => void>();

/** A component that is not loaded before it is shown for the first time, or there is nothing better to do. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element | null {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    load().then(
      (component) => {
        loaded.value = component;
      },
      // The next time that it is shown may be a better one.
      () => {
        isAsked = false;
      },
    );
  };
  loaders.add(ask);
  return (props) => {
    ask();
    const Loaded = loaded.value;
    return Loaded ? <Loaded {...props} /> : null;
  };
}

/** Loads what is left, so that nothing is missing when the network is. */
export function loadAll(): void {
  for (const load of loaders) load();
}
