import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { inject, onTestFinished } from 'vitest';
import { findChromium, quietArgs } from '../../../scripts/chromium.ts';

/**
 * An app as it is shipped, where what is only mentioned somewhere is not there any more: minified, with the packed library, in a
 * worker of Chromium, which keeps less alive there than in a page. It answers messages, and can collect garbage with `gc`.
 *
 * @returns what asks it.
 */
export async function minifiedApp(code: string): Promise<(question: unknown) => Promise<string>> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(inject('consumer')) },
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  });
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...quietArgs, '--js-flags=--expose-gc'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const worker = await page.evaluateHandle(
    (text) => new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))),
    outputFiles[0]?.text ?? '',
  );
  return (question) =>
    worker.evaluate(
      (asked, what) =>
        new Promise<string>((resolve) => {
          asked.onmessage = ({ data }) => resolve(data);
          asked.onerror = ({ message }) => resolve(message);
          asked.postMessage(what);
        }),
      question,
    );
}
