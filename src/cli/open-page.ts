import { spawn } from 'node:child_process';
import { platform } from 'node:process';

const openers: Partial<Record<typeof platform, readonly string[]>> = {
  darwin: ['open'],
  // Not `start`: to the shell, a `&` in the URL is the end of a command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens a URL in the browser of whoever runs this. Resolves to whether there is a command for it. */
export function openPage(url: string): Promise<boolean> {
  const [command = 'xdg-open', ...args] = openers[platform] ?? [];
  return new Promise((resolve) => {
    const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
    opener.once('error', () => resolve(false));
    opener.once('spawn', () => {
      opener.unref();
      resolve(true);
    });
  });
}
