import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'] },
    globalSetup: ['scripts/fresh.mjs'],
    setupFiles: ['test/equality.ts'],
    execArgv: ['--expose-gc'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // All cores of a machine with two: by itself vitest leaves one of them free, and then runs one file after the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
