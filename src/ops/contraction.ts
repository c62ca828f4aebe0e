import { shapeOf, toValue } from '../core/dispatch.ts'
import { describe, ShapeError, TreeError } from '../core/errors.ts'
import { count, integers } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, normalizeAxis, type Shape, sameShape, sizeOfShape, stridesOf } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { mul, sub } from './arithmetic.ts'
import { broadcastTo, withShape } from './broadcast.ts'
import { take } from './indexing.ts'
import { composite } from './kinds/composite.ts'
import { matmul } from './linalg.ts'
import { gatherEntries } from './movement.ts'
import { sum } from './reduction.ts'
import { permute, reshape } from './shape.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6.5],
] as const

export const cross = /* @__PURE__ */ composite<(x: TensorLike, y: TensorLike) => Tensor>({
  name: 'cross',
  operands: 2,
  summary: 'Vector product in three dimensions, over the last axis.',
  formula: String.raw`x \times y`,
  names: ['np.cross', 'np.linalg.cross', 'torch.linalg.cross', 'torch.cross', 'jnp.cross'],
  of: (x: TensorLike, y: TensorLike) => {
    const operands = [toValue('cross', x, 0), toValue('cross', y, 1)] as const
    for (const operand of operands) {
      if (shapeOf(operand).at(-1) !== 3) throw new ShapeError(`cross: takes vectors of length 3, but shape ${formatShape(shapeOf(operand))} was given.`)
    }
    const [[x1, y1], [x2, y2]] = [
      [1, 2, 0],
      [2, 0, 1],
    ].map(order => operands.map(each => take(each, order, { axis: -1 }))) as [[Tensor, Tensor], [Tensor, Tensor]]
    return sub(mul(x1, y2), mul(x2, y1))
  },
  samples: [
    [
      [1, 2, 3],
      [0.5, -1, 4],
    ],
    [
      [
        [1, 2, 3],
        [0, 1, 0],
      ],
      [0.5, -1, 4],
    ],
  ],
})

type ContractedAxes = number | readonly [readonly number[], readonly number[]]

const contracted: OptionKind<ContractedAxes> = {
  wants: 'an integer of at least 0, or two lists of integers',
  accepts: (given): given is ContractedAxes => count.accepts(given) || (Array.isArray(given) && given.length === 2 && given.every(integers.accepts)),
}
const contractionOptions = {
  axes: { is: contracted, default: 2, says: 'How many axes to sum over, or which of each operand.' },
} as const satisfies Options

export const tensordot = /* @__PURE__ */ composite<
  (x: TensorLike, y: TensorLike, ...options: Given<OptionsOf<typeof contractionOptions>, ['axes']>) => number | Tensor
>({
  name: 'tensordot',
  operands: 2,
  summary: 'Sum of products over axes: the last and first ones by their number (2 by default), or lists for both operands.',
  formula: String.raw`\sum_k x_{ik} y_{kj}`,
  names: ['np.tensordot', 'torch.tensordot', 'jnp.tensordot'],
  options: contractionOptions,
  bare: ['axes'],
  of: (x: TensorLike, y: TensorLike, { axes }: Read<typeof contractionOptions>) => {
    const [a, b] = [toValue('tensordot', x, 0), toValue('tensordot', y, 1)]
    const [m, n] = [shapeOf(a), shapeOf(b)]
    const count = Array.from({ length: typeof axes === 'number' ? Math.min(axes, m.length + 1) : 0 }, (_, i) => i)
    const [left, right] = typeof axes === 'number' ? [count.map(i => m.length - axes + i), count] : axes
    const [over, under] = [left.map(axis => normalizeAxis('tensordot', axis, m.length)), right.map(axis => normalizeAxis('tensordot', axis, n.length))]
    const lengths = [over.map(axis => m[axis] as number), under.map(axis => n[axis] as number)] as const
    if (lengths[0].join() !== lengths[1].join())
      throw new ShapeError(
        `tensordot: the axes to sum over differ: ${formatShape(lengths[0])} of ${formatShape(m)} and ${formatShape(lengths[1])} of ${formatShape(n)}.`,
      )
    const [rows, columns] = [m.map((_, i) => i).filter(i => !over.includes(i)), n.map((_, i) => i).filter(i => !under.includes(i))]
    const inner = sizeOfShape(lengths[0])
    const product = matmul(
      reshape(permute(a, [...rows, ...over]), [sizeOfShape(rows.map(i => m[i] as number)), inner]),
      reshape(permute(b, [...under, ...columns]), [inner, sizeOfShape(columns.map(i => n[i] as number))]),
    )
    return withShape(product, [...rows.map(i => m[i] as number), ...columns.map(i => n[i] as number)]) as Tensor
  },
  samples: [
    [matrix, matrix],
    [matrix, matrix, [[0], [0]]],
    [
      [matrix, matrix],
      matrix,
      [
        [2, 0],
        [1, 0],
      ],
    ],
  ],
})

export const einsum = /* @__PURE__ */ composite<(subscripts: string, ...operands: TensorLike[]) => number | Tensor>({
  name: 'einsum',
  operands: [1, 2],
  summary: "Einstein's summation: products of entries summed over the labels that the result does not have.",
  formula: String.raw`\sum_k x_{ik} y_{kj}`,
  names: ['np.einsum', 'torch.einsum', 'jnp.einsum', 'tf.einsum'],
  convention:
    'Labels are letters; … stands for further axes; axes of length 1 broadcast, as in NumPy; without an arrow the result has the labels that occur once, in alphabetical order.',
  takes: Number.POSITIVE_INFINITY,
  of: (subscripts: string, ...operands: TensorLike[]) => {
    if (typeof subscripts !== 'string') throw new TreeError(`einsum: the first argument is a text such as 'ij,jk->ik', but ${describe(subscripts)} was given.`)
    const values = operands.map((each, i) => toValue('einsum', each, i + 1))
    const { inputs, output, lengths } = parseSubscripts(subscripts, values.map(shapeOf))
    let terms = values.map((value, i) => reduceRepeated({ value, labels: inputs[i] as string[] }))
    while (terms.length > 1) {
      const [x, y, ...rest] = terms as [Term, Term, ...Term[]]
      const needed = new Set([...output, ...rest.flatMap(each => each.labels)])
      terms = [contract(x, y, needed, lengths), ...rest]
    }
    return arrange(terms[0] as Term, output, lengths)
  },
  samples: [
    ['ij,kj->ki', matrix, matrix],
    ['...j,ij->...i', matrix, matrix],
  ],
})

interface Term {
  value: Value
  labels: string[]
}

/** Labels of each operand and of the result, with the axes of an ellipsis as labels of their own, and their lengths. */
function parseSubscripts(subscripts: string, shapes: readonly Shape[]) {
  const fail = (why: string) => new ShapeError(`einsum: '${subscripts}' for shapes ${shapes.map(formatShape).join(', ')}: ${why}.`)
  const compact = subscripts.replace(/\s+/g, '')
  const match = /^((?:[A-Za-z,]|\.\.\.)*)(?:->((?:[A-Za-z]|\.\.\.)*))?$/.exec(compact)
  if (match === null) throw fail('labels are letters, ... stands for further axes, and commas separate operands')
  const [, left, right] = match as unknown as [string, string, string | undefined]
  const parts = left.split(',')
  if (parts.length !== shapes.length) throw fail(`it names ${parts.length} operands, but ${shapes.length} were given`)
  const lengths = new Map<string, number>()
  let widest = 0
  const inputs = parts.map((part, i) => {
    const shape = shapes[i] as Shape
    const named = part.replace('...', '').length
    if (part.includes('...') ? shape.length < named : shape.length !== named)
      throw fail(`operand ${i + 1} has ${shape.length} axes, its subscripts '${part}' name ${named}`)
    const hidden = shape.length - named
    if (part.includes('...')) widest = Math.max(widest, hidden)
    const labels = part.split(/(\.\.\.)/).flatMap(piece => (piece === '...' ? Array.from({ length: hidden }, (_, k) => `…${hidden - k}`) : [...piece]))
    labels.forEach((label, axis) => {
      const [length, known] = [shape[axis] as number, lengths.get(label)]
      const own = shape[labels.indexOf(label)]
      if ((known !== undefined && known !== length && known !== 1 && length !== 1) || own !== length)
        throw fail(`label ${label} stands for lengths ${own === length ? known : own} and ${length}`)
      lengths.set(label, known === undefined || known === 1 ? length : known)
    })
    return labels
  })
  const ellipsis = Array.from({ length: widest }, (_, k) => `…${widest - k}`)
  const once = [...new Set(left.replace(/[^A-Za-z]/g, ''))].filter(label => left.split(label).length === 2).sort()
  const output = right === undefined ? [...ellipsis, ...once] : right.split(/(\.\.\.)/).flatMap(piece => (piece === '...' ? ellipsis : [...piece]))
  for (const label of output) {
    if (!lengths.has(label)) throw fail(`the result's label ${label} names no axis of an operand`)
    if (output.indexOf(label) !== output.lastIndexOf(label)) throw fail(`the result names label ${label} twice`)
  }
  if (right !== undefined && widest > 0 && !right.includes('...')) throw fail('the operands have ..., so the result must say where those axes go')
  return { inputs, output, lengths }
}

/** A term in which each label stands for one axis: of repeated ones the diagonal. */
function reduceRepeated({ value, labels }: Term): Term {
  const unique = [...new Set(labels)]
  if (unique.length === labels.length) return { value, labels }
  const shape = shapeOf(value)
  const strides = stridesOf(shape)
  const to = unique.map(label => shape[labels.indexOf(label)] as number)
  const steps = unique.map(label => labels.reduce((total, each, axis) => (each === label ? total + (strides[axis] as number) : total), 0))
  const toStrides = stridesOf(to)
  const indices = Int32Array.from({ length: sizeOfShape(to) }, (_, at) =>
    to.reduce((total, length, axis) => total + (Math.floor(at / (toStrides[axis] as number)) % length) * (steps[axis] as number), 0),
  )
  return { value: gatherEntries(value, { shape: to, indices }), labels: unique }
}

/** The product of two terms, summed over the labels that nothing else needs: one matrix product per entry of the shared ones. */
function contract(x: Term, y: Term, needed: ReadonlySet<string>, lengths: ReadonlyMap<string, number>): Term {
  const left = sumOut(x, label => needed.has(label) || y.labels.includes(label))
  const right = sumOut(y, label => needed.has(label) || x.labels.includes(label))
  const shared = left.labels.filter(label => right.labels.includes(label))
  const batch = shared.filter(label => needed.has(label))
  const inner = shared.filter(label => !needed.has(label))
  const rows = left.labels.filter(label => !shared.includes(label))
  const columns = right.labels.filter(label => !shared.includes(label))
  const sizes = (labels: readonly string[], of: Term) =>
    labels.map(label => (shared.includes(label) ? (lengths.get(label) as number) : (shapeOf(of.value)[of.labels.indexOf(label)] as number)))
  const size = (labels: readonly string[], of: Term) => sizeOfShape(sizes(labels, of))
  const a = reshape(arrange(left, [...batch, ...rows, ...inner], lengths, shared), [size(batch, left), size(rows, left), size(inner, left)])
  const b = reshape(arrange(right, [...batch, ...inner, ...columns], lengths, shared), [size(batch, right), size(inner, right), size(columns, right)])
  return { value: withShape(matmul(a, b), [...sizes(batch, left), ...sizes(rows, left), ...sizes(columns, right)]), labels: [...batch, ...rows, ...columns] }
}

/** A term summed over the labels that are not kept. */
function sumOut(term: Term, keep: (label: string) => boolean): Term {
  const axes = term.labels.map((_, axis) => axis).filter(axis => !keep(term.labels[axis] as string))
  if (axes.length === 0) return term
  return { value: sum(term.value, { axis: axes }), labels: term.labels.filter(keep) }
}

/** A term's axes in the order of the labels, others summed out; axes of length 1 that broadcast are spread where asked. */
function arrange(term: Term, labels: readonly string[], lengths: ReadonlyMap<string, number>, spread: readonly string[] = labels): Value {
  const { value, labels: own } = sumOut(term, label => labels.includes(label))
  if (own.length === 0) return value
  const ordered = own.every((label, i) => label === labels[i])
    ? value
    : permute(
        value,
        labels.map(label => own.indexOf(label)),
      )
  const to = labels.map((label, i) => (spread.includes(label) ? (lengths.get(label) as number) : (shapeOf(ordered)[i] as number)))
  return sameShape(to, shapeOf(ordered)) ? ordered : broadcastTo(ordered, to)
}
