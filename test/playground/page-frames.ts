import type { Page } from 'playwright';

/** How many frames a page asks for within 300 ms. */
export function framesAskedFor(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let asked = 0;
    const real = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (callback) => real(callback) + 0 * ++asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    globalThis.requestAnimationFrame = real;
    return asked;
  });
}
