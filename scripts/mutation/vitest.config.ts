import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const files: string[] = JSON.parse(process.env.MUTATE_TESTS as string)

/** The tests of the area first: most mutants die there, and the rest is not run then. */
class InOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => files.findIndex(file => moduleId.endsWith(file))
    return [...specifications].sort((one, other) => place(one) - place(other))
  }
}

export default defineConfig({
  test: { include: files, setupFiles: ['scripts/mutation/setup.ts'], sequence: { sequencer: InOrder }, testTimeout: 600_000, typecheck: { enabled: false } },
})
