import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { quoted, whole } from '../checked.ts'
import type { Lowered } from '../lowered.ts'
import { rangeOf } from '../places.ts'
import type { Scope } from './scope.ts'

/** A statement that makes a number of tensors: an entry, one at a place that is a value, an index that is checked, a product; undefined for others. */
export function numberStatement(scope: Scope, id: number, step: Lowered): string | undefined {
  const data = (of: number) => scope.entriesOf(of)
  const make = (text: string) => `const ${scope.nameOf(id)} = ${text}`
  switch (step.kind) {
    case 'entry':
      return make(isScalarNode(scope.nodes[step.of]) ? scope.read(step.of) : `${data(step.of)}[${whole(step.at)}]`)
    case 'entriesAt':
      return make(entryAtText(scope, id, data(step.of), scope.read(step.places)))
    case 'indices':
      return make(indexText(scope, id, step, scope.read(step.of)))
    case 'product': {
      const [x, y] = (scope.nodes[id] as GraphNode).inputs.map(data)
      const name = scope.nameOf(id)
      return `let ${name} = 0\n  { const x = ${x}, y = ${y}; for (let p = 0; p < ${step.k}; p++) ${name} += x[p] * y[p] }`
    }
    default:
      return undefined
  }
}

/** An entry at a place that is a value; NaN where there is none. */
export function entryAtText(scope: Scope, id: number, entries: string, place: string): string {
  const entry = `${entries}[${place}]`
  return scope.intervals.areThere(id) ? entry : `(${entry} ?? NaN)`
}

/** An index that is counted from the front and in range: as it is, or from the end, or an error. */
export function indexText(scope: Scope, id: number, { options }: Extract<Lowered, { kind: 'indices' }>, x: string): string {
  if (scope.intervals.areChecked(id)) return x
  const [least, most] = rangeOf(scope.nodes[id] as GraphNode)
  const { of, shape, axis, span } = options
  const checked = scope.standalone
    ? `checkedIndex(${quoted(of)}, ${x}, ${whole(shape[axis] as number)}, ${whole(span)})`
    : `${scope.tables}evaluate[${id}]([${x}], ${scope.tables}params[${id}])`
  return `${x} >= ${least} && ${x} <= ${most} && Math.floor(${x}) === ${x} ? ${x} : ${checked}`
}
