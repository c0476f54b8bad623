/** Whether the platform says that there is a network; `true` where it does not say. */
export function isOnline(): boolean {
  return globalThis.navigator?.onLine !== false;
}

/** Pages and their workers are told apart by what they call themselves: all else (`Node.js/24`, `Deno/2`, …) is no browser. */
export function isBrowser(): boolean {
  return /^Mozilla\//.test(globalThis.navigator?.userAgent ?? '');
}
