import { pathToFileURL } from 'node:url'
import { planOf } from '../../src/compile/webgpu/plan.ts'
import { toOnnx } from '../../src/export/index.ts'
import * as operators from '../../src/index.ts'
import type { OperatorDefinition } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { entries } from './entries.ts'
import { sampleOf } from './examples.ts'

/** Whether an operator, and its derivative, can be had in one way. */
export interface Support {
  readonly way: string
  readonly value: boolean
  /** Left out where there is no derivative to ask for. */
  readonly derivative?: boolean
}

type Call = (...args: unknown[]) => unknown
/** What an entry of a code generator exports. */
interface Generator {
  compile(f: Call): Call
  toC(f: Call, args: readonly unknown[]): unknown
}

type Way = readonly [name: string, run: (f: Call, args: readonly unknown[]) => unknown]

/** The ways of the package: its modes, its code generators by the entries that there are, and models. */
export async function ways(): Promise<readonly Way[]> {
  const generators = entries().filter(({ source }) => source.startsWith('compile/entries/'))
  const compiled = generators.map(async ({ specifier, source }): Promise<Way> => {
    const { compile, toC } = (await import(pathToFileURL(`src/${source}.ts`).href)) as Partial<Generator>
    const run: Way[1] = (f, args) => {
      if (toC !== undefined) return toC(f, args)
      // Where there is a device, its code is made from this plan.
      return compile === undefined ? planOf(operators.trace(f, ...args)) : compile(f)(...args)
    }
    return [`\`${specifier}\``, run]
  })
  return [...(await Promise.all(compiled)), ['`toOnnx`', (f, args) => toOnnx(f, args as never)]]
}

/** What works for an operator, tried at a sample. */
export function supportOf(definition: OperatorDefinition, all: readonly Way[]): Support[] {
  const sample = sampleOf(definition.samples)
  if (sample === undefined) return []
  const active = activeArguments(definition, sample)
  const operator = operators[definition.name as 'add'] as unknown as Call
  const f: Call = (...given) => operator(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
  const args = active.map(i => sample[i])
  const isFlat = 'differentiable' in definition && !definition.differentiable
  const summed: Call = (...given) => total(f(...given))
  const modes: Support[] = isFlat
    ? []
    : [
        { way: 'forward mode', value: works(() => operators.jvp(f as never, args as never, args.map(ones) as never)) },
        { way: 'reverse mode', value: works(() => operators.vjp(f as never, ...(args as never[]))) },
      ]
  return [
    ...modes,
    { way: '`vmap`', value: works(() => (operators.vmap(f as never) as Call)(...args.map(each => [each, each]))) },
    ...all.map(([way, run]) => ({
      way,
      value: works(() => run(f, args)),
      ...(!isFlat && { derivative: works(() => run(operators.grad(summed as never, { argnum: active.map((_, k) => k) }) as Call, args)) }),
    })),
  ]
}

function works(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch (error) {
    if (error instanceof operators.DualtapeError) return false
    throw error
  }
}

const ones = (value: unknown): unknown => (Array.isArray(value) ? value.map(ones) : 1)

/** The sum of squares of all that an operator gives. */
function total(result: unknown): unknown {
  if (typeof result === 'number' || result instanceof operators.Tensor || Object.getPrototypeOf(result) !== Object.prototype) {
    if (!Array.isArray(result)) return operators.sum(operators.mul(result as number, result as number))
  }
  return Object.values(result as object)
    .map(total)
    .reduce((a, b) => operators.add(a as number, b as number))
}
