import { onTestFinished, vi } from 'vitest';

const AGENTS = { browser: 'Mozilla/5.0 (X11; Linux x86_64)', server: 'Node.js/24' };

/** Until the test is over, the platform calls itself a browser or none, wherever the test runs. */
export function pretend(platform: keyof typeof AGENTS, onLine = true): void {
  vi.stubGlobal('navigator', { userAgent: AGENTS[platform], onLine });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
