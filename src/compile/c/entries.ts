import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { isScalarNode } from '../../graph/graph.ts'
import { whole } from '../checked.ts'
import type { Lowered } from '../lowered.ts'
import { rangeOf } from '../places.ts'
import { regularPlaces } from '../strides.ts'
import { indexText } from '../text.ts'
import { loopsOver } from './loops-text.ts'
import type { Scope } from './scope.ts'

type Of<Kind extends Lowered['kind']> = Extract<Lowered, { kind: Kind }>

/** Statements that fill a tensor with entries of others; undefined for other steps. */
export function filledLines(scope: Scope, id: number, step: Lowered): string[] | undefined {
  const { shape } = scope.node(id)
  const size = sizeOfShape(shape)
  const isNumber = (input: number) => isScalarNode(scope.node(input))
  const number = (input: number) => scope.source.asNumber(scope.text(input))
  const open = () => `dualtape_real *const o = ${scope.make(id)};`
  const operand = (name: string, input: number) =>
    isNumber(input) ? `const dualtape_real ${name}[1] = {${number(input)}};` : `const dualtape_real *const ${name} = ${scope.pointer(input)};`
  const copy = (start: number, input: number, length: number) =>
    `memcpy(${start === 0 ? 'o' : `o + ${start}`}, ${scope.pointer(input)}, ${length} * sizeof *o);`
  const zeros = `for (int i = 0; i < ${size}; i++) o[i] = 0;`
  if (size === 0 && (step.kind === 'assembled' || step.kind === 'joined' || step.kind === 'moved')) {
    scope.make(id)
    return []
  }
  switch (step.kind) {
    case 'assembled': {
      const lines = step.parts.flatMap(({ of, start, length }) => {
        if (length === 0) return []
        return [isNumber(of) ? `o[${start}] = ${number(of)};` : copy(start, of, length)]
      })
      return ['{', open(), ...(step.isWhole ? [] : [zeros]), ...lines, '}']
    }
    case 'joined': {
      const lines = step.parts.flatMap(({ of, start, length }) => {
        if (length === 0) return []
        if (step.rows === 1) return [copy(start, of, length)]
        return [
          '{',
          `const dualtape_real *const x = ${scope.pointer(of)};`,
          `for (int r = 0; r < ${step.rows}; r++) for (int j = 0; j < ${length}; j++) o[${step.length} * r + ${start} + j] = x[${length} * r + j];`,
          '}',
        ]
      })
      return ['{', open(), ...lines, '}']
    }
    case 'indices': {
      const head = operand('x', step.of)
      return ['{', head, open(), `for (int i = 0; i < ${size}; i++) {`, ...checkedIndex(scope, id, step, 'x[i]', 'o[i]', false), '}', '}']
    }
    case 'entriesAt': {
      const heads = [operand('x', step.of), operand('p', step.places)]
      return ['{', ...heads, open(), `for (int i = 0; i < ${size}; i++) o[i] = ${entryAt(scope, id, step.of, 'x', 'p[i]')};`, '}']
    }
    case 'addedAt': {
      const row = whole(step.row)
      const heads = [operand('x', step.of), operand('p', step.places)]
      const rows = `for (int r = ${whole(scope.sizeOf(step.of) - row)}; r >= 0; r -= ${row}) for (int i = r; i < r + ${row}; i++) o[(int)p[i]] += x[i];`
      return ['{', ...heads, open(), zeros, rows, '}']
    }
    case 'moved':
      return ['{', operand('x', step.of), open(), ...movedLines(scope, step, shape, scope.node(step.of).shape), '}']
    default:
      return undefined
  }
}

/** The entry at a place that is a value. */
export function entryAt(scope: Scope, id: number, x: number, entries: string, place: string): string {
  const entry = `${entries}[(int)${place}]`
  if (scope.intervals.areThere(id)) return entry
  const size = scope.sizeOf(x)
  return `(${place} >= 0 && ${place} < ${size} && ${scope.source.call('Math.floor', [place])} == ${place} ? ${entry} : NAN)`
}

/** An index that is checked, as a variable or an entry. */
export function checkedIndex(scope: Scope, id: number, { options }: Of<'indices'>, x: string, target: string, isNew: boolean): string[] {
  if (isNew) scope.place(id, scope.nameOf(id))
  const declared = isNew ? 'dualtape_real ' : ''
  if (scope.intervals.areChecked(id)) return [`${declared}${target} = ${x};`]
  const { shape, axis, span } = options
  const [least, most] = rangeOf(scope.node(id))
  const isThere = `${x} >= ${least} && ${x} <= ${most} && ${scope.source.call('Math.floor', [x])} == ${x}`
  const check = scope.source.call('index', [x, String(whole(shape[axis] as number)), String(whole(span)), `&${target}`])
  return [`${declared}${target} = ${x};`, `if (!(${isThere}) && !${check}) return 2;`]
}

/** Entries that move by a table, or by strides where one step after the other is as far. */
function movedLines(scope: Scope, { gathers, indices }: Of<'moved'>, to: Shape, from: Shape): string[] {
  const over = gathers ? to : from
  const strided = regularPlaces(over, indices)
  const zeros = `for (int i = 0; i < ${sizeOfShape(to)}; i++) o[i] = 0;`
  if (strided !== undefined) {
    const place = indexText(strided.strides, over)
    const far = strided.first === 0 ? place : `${strided.first} + ${place}`
    const each = gathers ? `o[i++] = x[${far}];` : `o[${far}] += x[i++];`
    return [...(gathers ? [] : [zeros]), 'int i = 0;', `${loopsOver(over, 0)} ${each}`]
  }
  const table = scope.source.table(indices, true)
  const count = indices.length
  const isWhole = indices.every(each => each >= 0)
  if (gathers) return [`for (int i = 0; i < ${count}; i++) o[i] = ${isWhole ? '' : `${table}[i] < 0 ? 0 : `}x[${table}[i]];`]
  return [zeros, `for (int i = 0; i < ${count}; i++) ${isWhole ? '' : `if (${table}[i] >= 0) `}o[${table}[i]] += x[i];`]
}
