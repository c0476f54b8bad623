import { type Browser, chromium } from 'playwright';
import { findChromium, quietArgs } from '../../scripts/chromium.ts';

/** A browser that takes a certificate of today's, and finds nothing but loopback. */
export function launchOnLoopback(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      ...quietArgs,
      '--ignore-certificate-errors',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}
