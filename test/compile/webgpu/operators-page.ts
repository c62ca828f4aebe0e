import { compileAsync } from '../../../src/compile/entries/webgpu.ts'
import { GraphError } from '../../../src/index.ts'
import { type OperatorDefinition, registry } from '../../../src/ops/registry.ts'
import { atSamples } from '../../at-sample.ts'
import { numbersOf } from '../../results.ts'
import { report } from './report.ts'

/** Operators that are compiled at the same time. */
const TOGETHER = 24
/** Of the largest number that an operator gives: sums and special functions lose three digits of seven. */
const TOLERANCE = 1e-4

interface Judgement {
  readonly name: string
  readonly refused?: string
  readonly wrong: readonly string[]
}

/** What an operator gives on the device at all its samples, where it differs from what it gives here. Refused at all of them it is refused. */
async function judged(definition: OperatorDefinition): Promise<Judgement> {
  const all = await judgedAt(definition)
  if (all.refused === undefined || definition.samples.length === 1) return all
  const each = await Promise.all(definition.samples.map(sample => judgedAt({ ...definition, samples: [sample] } as OperatorDefinition)))
  const written = each.filter(({ refused }) => refused === undefined)
  return written.length === 0 ? all : { name: definition.name, wrong: written.flatMap(({ wrong }) => wrong) }
}

async function judgedAt(definition: OperatorDefinition): Promise<Judgement> {
  const { name } = definition
  const { f, args } = atSamples(definition)
  const expected = numbersOf(f(args))
  try {
    const found = numbersOf(await (await compileAsync(f, [args]))(args))
    if (found.length !== expected.length) return { name, wrong: [`${found.length} numbers for ${expected.length}`] }
    const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs))
    const wrong = found.flatMap((each, i) => {
      const wanted = expected[i] as number
      const fits = Number.isFinite(wanted) ? Math.abs(each - wanted) / scale < TOLERANCE : Object.is(each, wanted)
      return fits ? [] : [`number ${i} is ${each} for ${wanted}`]
    })
    return { name, wrong }
  } catch (error) {
    return error instanceof GraphError ? { name, refused: error.message, wrong: [] } : { name, wrong: [String(error)] }
  }
}

await report(async () => {
  const judgements = []
  for (let from = 0; from < registry.length; from += TOGETHER) judgements.push(...(await Promise.all(registry.slice(from, from + TOGETHER).map(judged))))
  return judgements
})
