import { startExample } from './start.ts';

const example = await startExample();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Not once: a terminal's Ctrl-C reaches it, and npm passes on another.
  process.on(signal, () => void example[Symbol.asyncDispose]());
}

process.stdout.write(`
  Open  ${example.url}

  The browser will warn of a certificate, twice: those of the simulated authority and of the app were made a moment ago,
  and nobody has signed them. Go on (Advanced, Proceed to localhost).

  Ask, and sign in in the window that opens (a click on "Sign in" is enough). Switch the first region off, and ask again.
  Ctrl-C ends it.

`);
