import { defineConfig } from 'vitest/config'

/** Where a machine wants to read what ran; for people the default report is enough. */
const reportFile = process.env.CUSTODY_BROWSER_REPORT

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    ...(reportFile === undefined ? {} : { reporters: ['default', ['json', { outputFile: reportFile }]] }),
  },
})
