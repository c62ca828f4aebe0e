import { GraphError } from '../core/errors.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { whole } from './checked.ts'

/** A position from the indices r0, r1, … of the axes, from one on. */
export function indexText(strides: readonly number[], shape: Shape, from = 0): string {
  const terms = strides.flatMap((stride, axis) =>
    axis < from || stride === 0 || shape[axis] === 1 ? [] : [stride === 1 ? `r${axis}` : `${whole(stride)} * r${axis}`],
  )
  return terms.length === 0 ? '0' : terms.join(' + ')
}

/** The heads of loops over axes, the first of which is axis `from` of a shape. */
export function loopsOver(lengths: Shape, from: number): string {
  return lengths.map((length, k) => `for (let r${from + k} = 0; r${from + k} < ${whole(length)}; r${from + k}++)`).join(' ')
}

/** Loops over axes from one on to the last, with statements before the innermost. */
export function nest(shape: Shape, from: number, before: readonly string[], inside: string): string {
  const last = shape.length - 1
  const innermost = `${loopsOver(shape.slice(last), last)} { ${inside} }`
  if (before.length === 0) return `${loopsOver(shape.slice(from, last), from)} ${innermost}`
  return `${loopsOver(shape.slice(from, last), from)} { ${[...before, innermost].join('; ')} }`
}

/** Statements for each entry of a shape from axis `from` on: one loop, or one for each axis. */
export function entries(shape: Shape, nested: boolean, from: number, statements: readonly string[], before: readonly string[]): string {
  if (!nested) return `for (let i = 0; i < ${sizeOfShape(shape)}; i++) { ${statements.join('; ')} }`
  if (from === shape.length) return `{ ${statements.join('; ')}; i++ }`
  const loops = nest(shape, from, before, `${statements.join('; ')}; i++`)
  return from === 0 ? `let i = 0; ${loops}` : loops
}

/** An operator's text with operands in place of x, y and z. */
export function expression(text: string, operands: readonly string[]): string {
  return text.replace(/\b[xyz]\b/g, name => operands['xyz'.indexOf(name)] as string)
}

export function literal(x: number | boolean): string {
  if (typeof x === 'boolean') return String(x)
  if (typeof x !== 'number') throw new GraphError('compile: a constant is no number.')
  if (Object.is(x, -0)) return '(-0)'
  if (Number.isNaN(x)) return 'NaN'
  return x < 0 ? `(${x === Number.NEGATIVE_INFINITY ? '-Infinity' : x})` : x === Number.POSITIVE_INFINITY ? 'Infinity' : String(x)
}
