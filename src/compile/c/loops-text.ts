import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { whole } from '../checked.ts'

/** The heads of loops over axes, the first of which is axis `from` of a shape. */
export function loopsOver(lengths: Shape, from: number): string {
  return lengths.map((length, k) => `for (int r${from + k} = 0; r${from + k} < ${whole(length)}; r${from + k}++)`).join(' ')
}

/** Loops over axes from one on to the last, with statements before the innermost. */
function nestOf(shape: Shape, from: number, before: readonly string[], inside: readonly string[]): string[] {
  const last = shape.length - 1
  const innermost = [`${loopsOver(shape.slice(last), last)} {`, ...inside, '}']
  if (before.length === 0) return [`${loopsOver(shape.slice(from, last), from)} ${innermost[0]}`.trim(), ...innermost.slice(1)]
  return [`${loopsOver(shape.slice(from, last), from)} {`.trim(), ...before, ...innermost, '}']
}

/** Statements for each entry of a shape from axis `from` on: one loop, or one for each axis. The entry's own place is i. */
export function entries(shape: Shape, nested: boolean, from: number, statements: readonly string[], before: readonly string[]): string[] {
  if (!nested) return [`for (int i = 0; i < ${sizeOfShape(shape)}; i++) {`, ...statements, '}']
  const isCounted = readsPlace(statements)
  const inside = isCounted ? [...statements, 'i++;'] : statements
  if (from === shape.length) return ['{', ...inside, '}']
  return [...(isCounted && from === 0 ? ['int i = 0;'] : []), ...nestOf(shape, from, before, inside)]
}

/** Whether statements name the place i of an entry. */
export function readsPlace(statements: readonly string[]): boolean {
  return statements.some(each => /\bi\b/.test(each))
}
