import { defineConfig } from 'vitest/config'

/** Where a machine wants to read what ran; for people the default report is enough. */
const reportFile = process.env.CUSTODY_TEST_REPORT

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // They need a browser on the machine: `npm run test:browser`.
    exclude: ['test/browser/**', 'node_modules/**'],
    globalSetup: ['test/support/postgres/global-setup.ts'],
    // Not threads: V8 aborts now and then when WebAssembly of several of them comes and goes (nodejs/node#64500).
    pool: 'forks',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    ...(reportFile === undefined ? {} : { reporters: ['default', ['json', { outputFile: reportFile }]] }),
  },
})
