import process from 'node:process';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Aborts with the first Ctrl-C, or request to terminate. The next ends the process at once, as it would without us. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
    interrupted.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return interrupted.signal;
}
