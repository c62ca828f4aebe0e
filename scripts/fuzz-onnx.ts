/*
 * Random programs of tensors, and their Jacobians, as models of ONNX: `npm run fuzz:onnx -- [count] [seed]`. Fails when onnxruntime, or the model
 * read back, gives other numbers than the function.
 */
import { toOnnx } from '../src/export/index.ts'
import { GraphError, jacobian } from '../src/index.ts'
import { run, runHere } from '../test/export/engine.ts'
import { programOf } from '../test/programs/program.ts'
import { numbersOf } from '../test/results.ts'

const [count = 300, seed = 1] = process.argv.slice(2).map(Number)
const tally = { programs: 0, refused: 0, numbers: 0 }
const reasons = new Map<string, number>()

for (let number = 0; number < count; number++) {
  const { f, x, text, doubtful } = programOf(seed, number)
  if (doubtful) continue
  for (const [what, each] of [
    ['value', f],
    ['Jacobian', jacobian(f as (x: never) => never)],
  ] as const) {
    try {
      const expected = numbersOf((each as (x: unknown) => unknown)(x))
      const model = toOnnx(each as (x: unknown) => unknown, [x], { guards: 'output' })
      for (const [engine, found] of Object.entries({ onnxruntime: await run(model, [x]), dualtape: runHere(model, [x]) }))
        compare(`${what} in ${engine}`, found, expected)
      tally.programs++
    } catch (error) {
      if (!(error instanceof GraphError)) throw new Error(`seed ${seed}, program ${number}, ${what}: ${(error as Error).message}\n${text}`, { cause: error })
      tally.refused++
      const reason = error.message.split('. ')[0] as string
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  }
}
console.log(tally, Object.fromEntries(reasons))

function compare(what: string, { holds, ...outputs }: Record<string, number[]>, expected: readonly number[]): void {
  if (holds !== undefined && holds[0] !== 1) throw new Error(`${what}: comparisons have other answers`)
  const found = Object.values(outputs).flat()
  if (found.length !== expected.length) throw new Error(`${what}: ${found.length} numbers instead of ${expected.length}`)
  const scale = Math.max(1, ...expected.map(Math.abs))
  found.forEach((each, i) => {
    tally.numbers++
    const wanted = expected[i] as number
    if (!(Math.abs(each - wanted) <= 1e-10 * scale || Object.is(each, wanted))) throw new Error(`${what}: number ${i} is ${each}, not ${wanted}`)
  })
}
