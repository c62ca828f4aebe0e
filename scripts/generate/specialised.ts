/* For each elementwise operator, from its value and partials: a specialised function, and a loop over arrays. */
import { CHUNK, DUAL, DUAL_CHUNK, TAPE } from '../../src/core/traced.ts'
import type { Value } from '../../src/core/types.ts'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { type Expression, elementwise, HEAD, NAMES, Symbols, shareSubexpressions } from './symbols.ts'

export function specialisedText(): string {
  const symbols = new Symbols()
  const code = elementwise.map((definition, i) => specialise(definition, i + 1, symbols)).join('')
  return `${HEAD}import { dispatch, dispatchOne, dispatchTwo } from '../core/dispatch.ts'
import { refuseMore } from '../core/options.ts'
import { dualRow1, dualRow2, nextRow, pageWithPlace, tapeRow } from '../core/rows.ts'
import { Traced } from '../core/traced.ts'
import { ${[...symbols.usedKernels].sort().join(', ')} } from './kernels/index.ts'
import type { Specialised } from './kinds/elementwise.ts'
${code}`
}

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
