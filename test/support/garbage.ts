/** Node's garbage collector, called by hand; `undefined` where it cannot be, as in browsers. */
export const collectGarbage = findCollector();

function findCollector(): (() => Promise<void>) | undefined {
  const find = globalThis.process?.getBuiltinModule;
  if (!find) return undefined;
  find('node:v8').setFlagsFromString('--expose-gc');
  const collect: () => void = find('node:vm').runInNewContext('gc');
  return async () => {
    for (let i = 0; i < 2; i++) {
      // What was looked at in this turn of the event loop lives until its end.
      await new Promise((resolve) => setTimeout(resolve));
      collect();
    }
  };
}
