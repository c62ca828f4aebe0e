/*
 * Writes src/ops/generated.ts: for each elementwise operator a specialised function and a loop over arrays, from the
 * operator's value and partials. `--check` compares instead of writing, and fails when the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dispatch } from '../src/core/dispatch.ts'
import type { Definition } from '../src/core/definition.ts'
import { Arena, BOXED, freshLevel, Traced, type Transform } from '../src/core/traced.ts'
import type { Value } from '../src/core/types.ts'
import * as kernels from '../src/ops/kernels/index.ts'
import type { ElementwiseDefinition } from '../src/ops/kinds/elementwise.ts'
import { registry } from '../src/ops/registry.ts'

const file = new URL('../src/ops/generated.ts', import.meta.url)

/** An expression: source text with its parts, or a name or number. */
interface Expression {
  text: string
  operands: readonly Expression[]
  print(operands: readonly string[]): string
}

/** Expressions as values that operators take: each application is written down as source text. */
class Symbols implements Transform {
  readonly level = freshLevel()
  arena: Arena = new Arena(BOXED, this)
  nextPage = refuse
  ask = refuse
  assemble = refuse
  pick = refuse
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
    const { value, name } = definition as ElementwiseDefinition
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
    const names = (parameters as string).split(',').map(each => each.trim())
    return `(${body.replace(/(?<![.\w])[a-z]\w*\b(?!\()/g, word => operands[names.indexOf(word)] ?? word)})`
  }

  #traced(expression: Expression): Traced {
    const known = this.#interned.get(expression.text) ?? expression
    this.#interned.set(expression.text, known)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, known), 0)
  }
}

function refuse(): never {
  throw new Error('partials are straight-line code over scalars')
}

/** Statements that compute what several expressions share, and the texts that remain. */
function shareSubexpressions(roots: readonly Expression[]): { statements: string[]; texts: string[] } {
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

const NAMES = ['x', 'y', 'z'] as const

/** One operator: `call` for users, with the number path first, and `loop` for arrays. */
function specialise(definition: ElementwiseDefinition, symbols: Symbols): string {
  const { name, arity, value, mask } = definition
  const operands = NAMES.slice(0, arity)
  const plain = symbols.call(value, operands)
  return `
export const ${name}: Specialised = {
  call: definition => function ${name}(${operands.map(each => `${each}: any`).join(', ')}): any {
    if (${operands.map(each => `typeof ${each} === 'number'`).join(' && ')}) return ${plain}${tracedPaths(operands, plain, partialsOf(definition, symbols))}
    return dispatch(definition, [${operands.join(', ')}])
  },
  loop: (length, out, ${operands.map((_, k) => `a${k}, s${k}`).join(', ')}) => {
    for (let i = 0; i < length; i++) {
      const ${operands.map((each, k) => `${each} = a${k}[i * s${k}]`).join(', ')}
      out[i] = ${mask === true ? `${plain} ? 1 : 0` : plain}
    }
  },
}
`
}

/** One expression per operand; undefined where the partial is 0 by structure. */
function partialsOf(definition: ElementwiseDefinition, symbols: Symbols): (Expression | undefined)[] {
  const operands = NAMES.slice(0, definition.arity).map(each => symbols.name(each))
  const written = definition.partials?.(...operands, symbols.name('out')) ?? []
  return written.map(partial => {
    const resolved: unknown = typeof partial === 'function' ? (partial as () => Value)() : partial
    return resolved === 0 ? undefined : symbols.expression(resolved)
  })
}

/** A branch for scalars over plain numbers, for every choice of one or two traced operands. */
function tracedPaths(operands: readonly string[], plain: string, partials: readonly (Expression | undefined)[]): string {
  const active = operands.filter((_, k) => partials[k] !== undefined)
  const choices = [...active.map(each => [each]), ...active.flatMap((a, i) => active.slice(i + 1).map(b => [a, b]))]
  return choices.map(traced => branch(operands, traced, plain, partials)).join('')
}

function branch(operands: readonly string[], traced: readonly string[], plain: string, partials: readonly (Expression | undefined)[]): string {
  const partialOf = (operand: string) => partials[operands.indexOf(operand)]
  const conditions = operands.map(each => {
    if (traced.includes(each)) return `${each} instanceof Traced`
    return partialOf(each) === undefined ? `typeof ${each} !== 'object'` : `typeof ${each} === 'number'`
  })
  const [first, second] = traced
  conditions.push(`${first}.arena.kind >= TAPE`)
  if (second !== undefined) conditions.push(`sameTransform(${first}.arena, ${second}.arena)`)
  const { statements, texts } = shareSubexpressions(traced.map(each => partialOf(each) as Expression))
  return `
    if (${conditions.join(' && ')}) {
      const ${traced.map(each => `${each}_: Traced = ${each}`).join(', ')}
      {
        const ${traced.map(each => `${each} = ${each}_.arena.values[${each}_.index] as number`).join(', ')}
        const out = ${plain}${statements.map(each => `\n        ${each}`).join('')}
        return row${traced.length}(${traced.map(each => `${each}_`).join(', ')}, out, ${texts.join(', ')})
      }
    }`
}

const symbols = new Symbols()
const elementwise = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise')
const code = elementwise.map(definition => specialise(definition, symbols)).join('')
const text = `// Written by scripts/generate.ts from the operators' definitions. Do not edit: run \`npm run generate\`.
// biome-ignore-all lint: generated
import { dispatch } from '../core/dispatch.ts'
import { row1, row2, sameTransform } from '../core/rows.ts'
import { TAPE, Traced } from '../core/traced.ts'
import { ${[...symbols.usedKernels].sort().join(', ')} } from './kernels/index.ts'
import type { Specialised } from './kinds/elementwise.ts'
${code}`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('src/ops/generated.ts is stale: run `npm run generate`.')
    process.exit(1)
  }
} else {
  writeFileSync(file, text)
  console.log(`src/ops/generated.ts: ${elementwise.length} operators`)
}
