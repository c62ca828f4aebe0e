/*
 * Writes src/ops/generated.ts (and for compile run-steps.ts, the interpreter's loop, and kernel-text.ts, the kernels as text): for each elementwise operator a specialised function and a loop over arrays, from the
 * operator's value and partials. `--check` compares instead of writing, and fails when the file is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Definition } from '../src/core/definition.ts'
import { Arena, BOXED, CHUNK, DUAL, DUAL_CHUNK, freshLevel, TAPE, Traced, type Transform } from '../src/core/traced.ts'
import type { Value } from '../src/core/types.ts'
import type { ElementwiseDefinition } from '../src/ops/kinds/elementwise.ts'

const file = new URL('../src/ops/generated.ts', import.meta.url)
const kernelFile = new URL('../src/compile/kernel-text.ts', import.meta.url)
const tableFile = new URL('../docs/mathjs-functions.md', import.meta.url)
const loopFile = new URL('../src/graph/run-steps.ts', import.meta.url)
const before = existsSync(file) ? readFileSync(file, 'utf8') : ''

// The definitions are imported beside an empty file, since what stands there may not fit them any more.
writeFileSync(file, 'export {}\n')
const [{ registry }, kernels] = await Promise.all([import('../src/ops/registry.ts'), import('../src/ops/kernels/index.ts')]).finally(() =>
  writeFileSync(file, before),
)

// It holds operators, which hold the generated code.
const { mathjsTable } = await import('./mathjs-table.ts')

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
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, known), 0)
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
function specialise(definition: ElementwiseDefinition, code: number, symbols: Symbols): string {
  const { name, arity, value, mask } = definition
  const operands = NAMES.slice(0, arity)
  const plain = symbols.call(value, operands)
  const partials = partialsOf(definition, symbols)
  const active = operands.filter((_, k) => partials[k] !== undefined)
  const choices = [...active.map(each => [each]), ...active.flatMap((a, i) => active.slice(i + 1).map(b => [a, b]))]
  return `${choices.map(traced => rowFunctions(name, code, operands, traced, plain, partials)).join('')}
export const ${name}: Specialised = {
  call: definition => function ${name}(${operands.map(each => `${each}: any`).join(', ')}): any {
    if (arguments.length > ${arity}) refuseMore(definition, ${arity}, arguments)${branches(name, operands, plain, partials)}
    return ${arity > 2 ? `dispatch(definition, [${operands.join(', ')}])` : `dispatch${arity === 1 ? 'One' : 'Two'}(definition, ${operands.join(', ')})`}
  },
  code: ${code},
  text: '${plain}',
  affine: [${choices
    .filter(traced => isAffine(traced, operands, partials))
    .map(traced => `'${traced.map(each => operands.indexOf(each)).join(',')}'`)
    .join(', ')}],
  loop: (length, out, ${operands.map((_, k) => `a${k}, s${k}`).join(', ')}) => {
    for (let i = 0; i < length; i++) {
      const ${operands.map((each, k) => `${each} = a${k}[i * s${k}]`).join(', ')}
      out[i] = ${mask === true ? `${plain} ? 1 : 0` : plain}
    }
  },
}
`
}

/** One expression per operand; undefined where the partial is 0 by structure, or NaN, which is left to the general path. */
function partialsOf(definition: ElementwiseDefinition, symbols: Symbols): (Expression | undefined)[] {
  const operands = NAMES.slice(0, definition.arity).map(each => symbols.name(each))
  const written = definition.partials?.(...operands, symbols.name('out')) ?? []
  return written.map(partial => {
    if (partial === 0 || Number.isNaN(partial)) return undefined
    return symbols.expression(typeof partial === 'function' ? (partial as () => Value)() : partial)
  })
}

/**
 * A tree of tests that looks at each operand once: the value for numbers, a row for scalars over plain numbers of which at
 * most two are traced, and nothing for all else, which falls through to the general path.
 */
function branches(
  name: string,
  operands: readonly string[],
  plain: string,
  partials: readonly (Expression | undefined)[],
  traced: readonly string[] = [],
  at = 0,
): string {
  const indent = `\n${'  '.repeat(2 + at)}`
  if (at === operands.length) {
    const [first, second] = traced
    if (first === undefined) return `${indent}return ${plain}`
    const call = (kind: string) => `return ${rowName(name, traced, kind)}(${operands.join(', ')})`
    const sameTape = second === undefined ? '' : ` && ${first}.arena === ${second}.arena`
    const sameForward = second === undefined ? '' : ` && ${first}.arena.owner === ${second}.arena.owner && ${first}.arena.kind === ${second}.arena.kind`
    return (
      `${indent}if (${first}.arena.kind === ${TAPE}${sameTape}) ${call('Tape')}` + `${indent}if (${first}.arena.kind >= ${DUAL}${sameForward}) ${call('Dual')}`
    )
  }
  const operand = operands[at] as string
  const plainTest =
    partials[at] === undefined && partials.some(each => each !== undefined) ? `typeof ${operand} !== 'object'` : `typeof ${operand} === 'number'`
  const onPlain = `${indent}if (${plainTest}) {${branches(name, operands, plain, partials, traced, at + 1)}${indent}}`
  if (partials[at] === undefined || traced.length === 2) return onPlain
  return `${onPlain} else if (${operand} instanceof Traced) {${branches(name, operands, plain, partials, [...traced, operand], at + 1)}${indent}}`
}

/** Whether the partials with respect to the traced operands do not depend on them. */
function isAffine(traced: readonly string[], operands: readonly string[], partials: readonly (Expression | undefined)[]): boolean {
  const texts = traced.map(each => partials[operands.indexOf(each)]?.text ?? '')
  return !texts.some(text => [...traced, 'out'].some(name => new RegExp(`\\b${name}\\b`).test(text)))
}

function rowName(name: string, traced: readonly string[], kind: string): string {
  return `${name}${kind}${traced.map(each => each.toUpperCase()).join('')}`
}

/**
 * The functions that compute result and partials for a choice of traced operands and lay down the row: one for a tape, one
 * for duals. No double is handed to another function, since V8 would allocate each,
 * and the usual case of a chunk of duals (partials neither 0 nor infinite) is laid down in place. Kinds stand as literals, since V8 reads what a module imports anew each time.
 */
function rowFunctions(
  name: string,
  code: number,
  operands: readonly string[],
  traced: readonly string[],
  plain: string,
  partials: readonly (Expression | undefined)[],
): string {
  const { statements, texts } = shareSubexpressions(traced.map(each => partials[operands.indexOf(each)] as Expression))
  const [p, q] = texts
  const [first, second] = traced
  const affine = isAffine(traced, operands, partials)
  const constants = affine ? [] : operands.filter(each => !traced.includes(each))
  const apart = constants.length > 2 - traced.length
  const parameters = operands.map(each => (traced.includes(each) ? `${each}_: Traced` : `${each}: any`)).join(', ')
  return `
function ${rowName(name, traced, 'Tape')}(${parameters}): Traced {
  const arena = ${first}_.arena, values = arena.values, ${traced.map(each => `${each}Row = ${each}_.index`).join(', ')}
  const ${traced.map(each => `${each} = values[${each}Row] as number`).join(', ')}, out = ${plain}${statements.map(each => `\n  ${each}`).join('')}
  ${affine ? '' : 'arena.nonlinear = true\n  '}${apart ? `tapeRow(arena, 0, 0, ${constants[0]}, 0, ${constants[1] ?? 0})\n  ` : ''}const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = ${first}Row
  sources[pair + 1] = ${second === undefined ? '0' : `${second}Row`}
  partials[pair] = ${p}
  partials[pair + 1] = ${q ?? (apart ? 0 : (constants[0] ?? 0))}
  arena.codes[row] = ${8 * code + traced.reduce((sum, each) => sum + (1 << operands.indexOf(each)), 0)}
  return new Traced(arena, row)
}

function ${rowName(name, traced, 'Dual')}(${parameters}): Traced {
  const page = pageWithPlace(${first}_.arena), row = page.count, to = page.values
  const ${traced.map(each => `${each} = ${each}_.arena.values[${each}_.index] as number`).join(', ')}, out = ${plain}${statements.map(each => `\n  ${each}`).join('')}
  const p: number = ${p}${second === undefined ? '' : `, q: number = ${q}`}
  to[row] = out
  if (page.kind === ${DUAL_CHUNK}${plainTest('p', p)}${plainTest('q', q)}) {
    const a = ${first}_.arena.values, i = ${first}_.index | 0${second === undefined ? '' : `, b = ${second}_.arena.values, j = ${second}_.index | 0`}
    page.count = (row + ${CHUNK + 1}) | 0
${Array.from({ length: CHUNK }, (_, k) => `    to[(row + ${k + 1}) | 0] = p * a[(i + ${k + 1}) | 0]!${second === undefined ? '' : ` + q * b[(j + ${k + 1}) | 0]!`}`).join('\n')}
    return new Traced(page, row)
  }
  to[row + 1] = p${second === undefined ? '' : '\n  to[row + 2] = q'}
  return dualRow${traced.length}(page, ${traced.map(each => `${each}_`).join(', ')})
}
`
}

/** The test that a partial is neither 0 nor infinite nor NaN, where it does not stand there as a number. */
function plainTest(name: string, text: string | undefined): string {
  return text === undefined || /^\(?-?[1-9][\d.]*\)?$/.test(text) ? '' : ` && ${name} - ${name} === 0 && ${name} !== 0`
}

const symbols = new Symbols()
const elementwise = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise')
const code = elementwise.map((definition, i) => specialise(definition, i + 1, symbols)).join('')
const text = `// Written by scripts/generate.ts from the operators' definitions. Do not edit: run \`npm run generate\`.
// biome-ignore-all lint: generated
import { dispatch, dispatchOne, dispatchTwo } from '../core/dispatch.ts'
import { refuseMore } from '../core/options.ts'
import { dualRow1, dualRow2, nextRow, pageWithPlace, tapeRow } from '../core/rows.ts'
import { Traced } from '../core/traced.ts'
import { ${[...symbols.usedKernels].sort().join(', ')} } from './kernels/index.ts'
import type { Specialised } from './kinds/elementwise.ts'
${code}`

// The loop of the interpreter: what each operator does to registers.
const cases = elementwise.map((definition, i) => {
  const operands = NAMES.slice(0, definition.arity)
  const text = symbols.call(definition.value, operands)
  const loads = operands.map((each, k) => `${each} = r[program[i + ${k + 2}]!]!`).join(', ')
  return `      case ${i + 1}: { const ${loads}; r[program[i + 1]!] = ${definition.mask === true ? `${text} ? 1 : 0` : text}; break }`
})
const loopText = `// Written by scripts/generate.ts from the operators' definitions. Do not edit: run \`npm run generate\`.
// biome-ignore-all lint: generated
import { ${[...symbols.usedKernels].sort().join(', ')} } from '../ops/kernels/index.ts'

/** Runs steps on scalars: each is five integers, the operator's code, and the registers of result and operands. */
export function runSteps(program: Int32Array, from: number, to: number, r: Float64Array): void {
  for (let i = from; i < to; i += 5) {
    switch (program[i]) {
${cases.join('\n')}
    }
  }
}
`

// The kernels as text, for modules that compile emits: minified, since every application that compiles carries it.
const bundled = await build({
  entryPoints: [fileURLToPath(new URL('../src/ops/kernels/index.ts', import.meta.url))],
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
})
const kernelSource = (bundled.outputFiles[0]?.text ?? '').trim()
const exported = kernelSource.match(/export\{(.*)\};$/)?.[1]?.split(',') ?? []
const members = exported.map(each => each.split(' as ').reverse().join(': '))
const kernelText = `// Written by scripts/generate.ts from src/ops/kernels. Do not edit: run \`npm run generate\`.
// biome-ignore-all lint: generated
/** The functions of \`ops/kernels\` as source, for modules that need nothing else. */
export const kernelText = ${JSON.stringify(`const kernels = (() => {\n${kernelSource.replace(/export\{.*\};$/, '')}\nreturn { ${members.join(', ')} }\n})()`)}
`

for (const [at, old, now] of [
  [file, before, text],
  [loopFile, existsSync(loopFile) ? readFileSync(loopFile, 'utf8') : '', loopText],
  [kernelFile, existsSync(kernelFile) ? readFileSync(kernelFile, 'utf8') : '', kernelText],
  [tableFile, existsSync(tableFile) ? readFileSync(tableFile, 'utf8') : '', mathjsTable()],
] as const) {
  const name = at.pathname.replace(/.*\/(src|docs)/, '$1')
  if (!process.argv.includes('--check')) {
    writeFileSync(at, now)
    console.log(name)
  } else if (old !== now) {
    console.error(`${name} is stale: run \`npm run generate\`.`)
    process.exitCode = 1
  }
}
