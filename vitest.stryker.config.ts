import { defineConfig } from 'vitest/config';

/** What is run against mutants: what tests `src/health` and `src/azure/verdict.ts` by themselves, and not through the chain. */
export default defineConfig({
  test: {
    setupFiles: ['./test/support/properties.ts', './test/properties/without-shrinking.ts'],
    include: ['test/{azure,health,properties}/**/*.test.ts'],
    exclude: ['test/azure/{address,operation}.test.ts', 'test/properties/{08,09,11,13}-*.test.ts'],
    testTimeout: 10_000,
  },
});
