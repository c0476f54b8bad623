/** Makes of what a link of one version says what one of the next would. */
export type Migration = (older: unknown) => unknown;

/** The first leads from version 1 to 2, and so on. They are only ever added to. */
const migrations: readonly Migration[] = [];

/** The version of links that are made now. */
export const currentVersion = migrations.length + 1;

/** @throws TypeError when there is no such version, or not yet. */
export function checkVersion(version: number, current = currentVersion): void {
  if (version > current) {
    throw new TypeError(`the link is of version ${version}, and this page knows ${current}: reload it`);
  }
  if (!(version >= 1)) throw new TypeError(`the version of a link must be 1 or more, got ${version}`);
}

/** Brings what a link says from its version to the current one. */
export function migrate(version: number, payload: unknown, steps: readonly Migration[] = migrations): unknown {
  return steps.slice(version - 1).reduce((older, step) => step(older), payload);
}
