import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts'))
  .map(name => `test/${name.replaceAll('\\', '/')}`)

const isOfSite = (name: string) => name.startsWith('test/docs/')
/** The package as users get it, each test starts processes in folders where it is installed; shaders; both while the site is built. */
const isPacked = (name: string) => /^test\/(package\/|cli\/commands\.test|compile\/webgpu\/webgpu\.test)/.test(name)

/** Files and folders whose files may find the library evaluated, and used, by others before. */
const SHARING =
  /^test\/([a-z-]+\.test|(batch|bench|compile|dtypes|export|flows|forms|forward|graph|imperative|jacobian|mathjs|nn|ops|optim|random|reverse|solve|testing)\/)/

/** What changes modules, globals or what the library keeps for whoever comes after, or measures that. */
const OWN_PROCESS =
  /\bvi\.(mock|doMock|resetModules|stubGlobal|useFakeTimers)\(|\b(memoryUsage|setThreads|setCosts|calibratePlanner|rememberPlaces)\(|reverse\/pool\.ts'/

const isTogether = (name: string) => SHARING.test(name) && !isOfSite(name) && !isPacked(name) && !OWN_PROCESS.test(readFileSync(name, 'utf8'))

/** Files that take long come first: one that is begun last is waited for. */
const LONG = /forms\.test|compile\/compile\.test|cli\/cli\.test/

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter(each => !isLong(each))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // Tests of types are compiled by `npm run check`, and against the packed package by test/package.
    globalSetup: ['scripts/fresh.mjs'],
    setupFiles: ['test/equality.ts'],
    execArgv: ['--expose-gc'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // All cores of a machine with two: by itself vitest leaves one of them free, and then runs one file after the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // Evaluating the library anew takes longer than many a file: these share it. The others have a process for each file.
      { extends: true, test: { name: 'together', include: tests.filter(isTogether), isolate: false } },
      {
        extends: true,
        test: { name: 'alone', include: tests.filter(name => !isTogether(name) && !isOfSite(name) && !isPacked(name)), sequence: { groupOrder: 1 } },
      },
      { extends: true, test: { name: 'packed', include: tests.filter(isPacked), sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'site',
          include: tests.filter(isOfSite),
          globalSetup: ['test/docs/build-site.ts'],
          // Pages are opened when the site is built.
          hookTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
