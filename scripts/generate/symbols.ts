/* Operators' values and partials as source text. */
import type { Definition } from '../../src/core/definition.ts'
import { Arena, BOXED, freshLevel, Traced, type Transform } from '../../src/core/traced.ts'
import type { Value } from '../../src/core/types.ts'
import * as kernels from '../../src/ops/kernels/index.ts'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { registry } from '../../src/ops/registry.ts'

/** The operators with specialised code, in the order of their codes, which begin with 1. */
export const elementwise = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise')

/** What operands are called. */
export const NAMES = ['x', 'y', 'z'] as const

/** How files begin that are written here. */
export const HEAD = `// Written by scripts/generate.ts. Do not edit: run \`npm run generate\`.
// biome-ignore-all lint: generated
`

/** An expression: source text with its parts, or a name or number. */
export interface Expression {
  text: string
  operands: readonly Expression[]
  print(operands: readonly string[]): string
}

/** Expressions as values that operators take: each application is written down as source text. */
export class Symbols implements Transform {
  readonly level = freshLevel()
  arena: Arena = new Arena(BOXED, this)
  nextPage = refuse
  ask = refuse
  assemble = refuse
  pick = refuse
  part = refuse
  readonly usedKernels = new Set<string>()
  readonly #interned = new Map<string, Expression>()

  name(text: string): Traced {
    return this.#traced({ text, operands: [], print: () => text })
  }

  expression(value: unknown): Expression {
    if (value instanceof Traced) return value.arena.box as Expression
    if (typeof value !== 'number') throw new Error(`partials gave ${String(value)}; operators and numbers are expected`)
    const text = value < 0 || Object.is(value, -0) ? `(${value})` : String(value)
    return { text, operands: [], print: () => text }
  }

  primal(value: Traced): Value {
    return value
  }

  apply(definition: Definition, values: readonly Value[]): Value {
    const { value, name, neutral } = definition as ElementwiseDefinition
    const idle = neutral?.sides.find(side => Object.is(values[side], neutral.element))
    if (idle !== undefined) return values[1 - idle] as Value
    if (value === undefined) throw new Error(`the partials of an elementwise operator use ${name}, which is not elementwise`)
    const operands = values.map(each => this.expression(each))
    const print = (texts: readonly string[]) => (definition.mask ? `(${this.call(value, texts)} ? 1 : 0)` : this.call(value, texts))
    return this.#traced({ text: print(operands.map(each => each.text)), operands, print })
  }

  /** The value of an operator with its operands put in: an arrow's body, or a call of a kernel. */
  call(value: (...operands: never[]) => unknown, operands: readonly string[]): string {
    const kernel = Object.entries(kernels).find(([, each]) => each === (value as unknown))
    if (kernel !== undefined) {
      this.usedKernels.add(kernel[0])
      return `${kernel[0]}(${operands.join(', ')})`
    }
    const [, parameters, body] = /^\(?([^()=]*?)\)?\s*=>\s*([\s\S]*)$/.exec(value.toString()) ?? []
    if (body === undefined || body.startsWith('{')) {
      throw new Error(`value must be an arrow with an expression body or a kernel: ${value.toString()}`)
    }
    for (const each of Object.keys(kernels)) if (new RegExp(`\\b${each}\\(`).test(body)) this.usedKernels.add(each)
    const names = (parameters as string).split(',').map(each => each.trim())
    return `(${body.replace(/(?<![.\w])[a-z]\w*\b(?!\()/g, word => operands[names.indexOf(word)] ?? word)})`
  }

  #traced(expression: Expression): Traced {
    const known = this.#interned.get(expression.text) ?? expression
    this.#interned.set(expression.text, known)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, known), 0)
  }
}

function refuse(): never {
  throw new Error('partials are straight-line code over scalars')
}

/** Statements that compute what several expressions share, and the texts that remain. */
export function shareSubexpressions(roots: readonly Expression[]): { statements: string[]; texts: string[] } {
  const uses = new Map<Expression, number>()
  const count = (each: Expression): void => {
    const before = uses.get(each) ?? 0
    uses.set(each, before + 1)
    if (before === 0) each.operands.forEach(count)
  }
  roots.forEach(count)
  const statements: string[] = []
  const names = new Map<Expression, string>()
  const print = (each: Expression): string => {
    const name = names.get(each)
    if (name !== undefined) return name
    const text = each.print(each.operands.map(print))
    if (each.operands.length === 0 || uses.get(each) === 1) return text
    names.set(each, `shared${names.size}`)
    statements.push(`const ${names.get(each)} = ${text}`)
    return names.get(each) as string
  }
  return { texts: roots.map(print), statements }
}
