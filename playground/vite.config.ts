import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page as static files, which work from any folder of any host. */
// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from there.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../dist/playground', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // No data: URL, so that a strict content security policy can stand.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
});
