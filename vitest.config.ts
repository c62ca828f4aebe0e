import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of types are compiled by `npm run check`, and against the packed package by test/package.
    globalSetup: ['scripts/fresh.mjs'],
    setupFiles: ['test/equality.ts'],
    execArgv: ['--expose-gc'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // All cores of a machine with two: by itself vitest leaves one of them free, and then runs one file after the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
