import { execFileSync } from 'node:child_process';
import { findChromium } from './chromium.ts';

const apt = (...args: readonly string[]): void => {
  execFileSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
};

if (!findChromium() && process.getuid?.() === 0) {
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'chromium');
  } catch (error) {
    console.error(`Chromium could not be installed: ${error instanceof Error ? error.message : error}`);
  }
}
if (!findChromium()) {
  console.error(
    'The browser tests need Chromium or Chrome. Install one (Debian: `sudo apt-get install chromium`; elsewhere ' +
      'https://www.google.com/chrome), or set CHROMIUM to the path of the one you have.',
  );
  process.exitCode = 1;
}
