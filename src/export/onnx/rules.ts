import { GraphError } from '../../core/errors.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import type { GraphNode } from '../../graph/graph.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { Movement } from '../../ops/movement.ts'
import type { ReduceParams } from '../../ops/reduction.ts'
import { writeConvolution } from './convolutions.ts'
import { writeExpression } from './expressions.ts'
import { writeExpand, writeMovement, writeScatter, zerosAt } from './movements.ts'
import { argument, countOf, reduce, reduced } from './reductions.ts'
import { writeRunningExtreme, writeRunningSum } from './running.ts'
import { writeCholesky, writeCofactors, writeDeterminant, writeSystem, writeTriangular } from './systems.ts'
import type { ModelWriter, Ref } from './writer.ts'

/** Writes a step of a graph from its operands. */
type Rule = (to: ModelWriter, operands: readonly Ref[], node: GraphNode) => Ref

/** An index that no tensor has: where one is out of range, engines refuse this one. */
const NOWHERE = -(2 ** 40)

const moves: Rule = (to, [x], { params }) => writeMovement(to, x as Ref, params as Movement)
const reshapes: Rule = (to, [x], { shape }) => to.reshape(x as Ref, shape)

/** Steps by the names of their operators; elementwise operators are written from their texts, and what only moves entries by where they go. */
export const RULES: Readonly<Record<string, Rule>> = {
  reshape: reshapes,
  withShape: reshapes,
  broadcastTo: (to, [x], { shape }) => writeExpand(to, x as Ref, shape),
  sumTo: (to, [x], { shape }) => {
    const from = (x as Ref).shape
    const offset = from.length - shape.length
    const axes = [...from.keys()].filter(axis => axis < offset || (shape[axis - offset] === 1 && from[axis] !== 1))
    return to.reshape(reduce(to, 'ReduceSum', to.asFloat(x as Ref), axes), shape)
  },
  sum: (to, [x], { params }) => reduced(to, 'ReduceSum', to.asFloat(x as Ref), params as ReduceParams),
  max: (to, [x], { params }) => reduced(to, 'ReduceMax', to.asFloat(x as Ref), params as ReduceParams),
  min: (to, [x], { params }) => reduced(to, 'ReduceMin', to.asFloat(x as Ref), params as ReduceParams),
  all: (to, [x], { params }) =>
    to.op(
      'Equal',
      [countOf(to, to.op('Not', [to.asBool(x as Ref)], (x as Ref).shape), params as ReduceParams), to.float1(0)],
      (params as ReduceParams).shape,
      {},
      'bool',
    ),
  any: (to, [x], { params }) =>
    to.op('Greater', [countOf(to, to.asBool(x as Ref), params as ReduceParams), to.float1(0)], (params as ReduceParams).shape, {}, 'bool'),
  argMax: (to, [x], node) => argument(to, 'ArgMax', x as Ref, node),
  argMin: (to, [x], node) => argument(to, 'ArgMin', x as Ref, node),
  concat: (to, operands, { shape, params }) =>
    to.op(
      'Concat',
      operands.map(each => to.asFloat(each)),
      shape,
      { axis: (params as { axis: number }).axis },
    ),
  pack: (to, operands, { shape }) =>
    join(
      to,
      operands.map(each => to.flat(to.asFloat(each))),
      shape,
    ),
  stackScalars: (to, operands, { shape }) =>
    to.reshape(
      stacked(
        to,
        operands.map(each => to.asFloat(each)),
      ),
      shape,
    ),
  pick: (to, [x], { params }) => entryOf(to, x as Ref, (params as { position: number }).position),
  place: (to, [x], { params, shape }) => writePadded(to, x as Ref, (params as { position: number }).position, shape),
  placeSection: (to, [x], { params, shape }) => writePadded(to, x as Ref, (params as { start: number }).start, shape),
  section: (to, [x], { params, shape }) => writeSection(to, to.asFloat(x as Ref), (params as { start: number }).start, shape),
  scatterEntries: (to, [x], { params }) => writeScatter(to, to.asFloat(x as Ref), params as Movement),
  gatherAt: (to, [x, places], { shape }) => to.op('Gather', [to.flat(to.asFloat(x as Ref)), placesOf(to, places as Ref, x as Ref)], shape, { axis: 0 }),
  scatterAt: (to, [x, places], { shape }) => {
    const size = sizeOfShape(shape)
    const whole = { shape, name: '', type: 'float' } as const
    return to.reshape(
      to.op('ScatterElements', [zerosAt(to, size), to.flat(placesOf(to, places as Ref, whole)), to.flat(to.asFloat(x as Ref))], [size], {
        axis: 0,
        reduction: 'add',
      }),
      shape,
    )
  },
  checkedIndices: (to, [x], { params }) => {
    const { shape, axis, span } = params as { shape: Shape; axis: number; span: number }
    const length = shape[axis] as number
    const text = `first = k<0?k+${length}:k\nfirst>=0&&first<${length}&&first+${span}>=0&&first+${span}<${length}&&Math.floor(first)==first?first:${NOWHERE}`
    return lines(to, 'checkedIndices', text, { k: to.asFloat(x as Ref) })
  },
  checkedClasses: (to, [x], { params }) => {
    const { count, ignoreIndex } = params as { count: number; ignoreIndex?: number }
    const ignored = ignoreIndex === undefined ? '' : `k==${ignoreIndex}||`
    // No engine refuses a class that there is not; NaN shows.
    return lines(to, 'checkedClasses', `${ignored}k>=0&&k<${count}&&Math.floor(k)==k?k:NaN`, { k: to.asFloat(x as Ref) })
  },
  matmul: (to, [a, b], { shape }) => to.op('MatMul', [to.asFloat(a as Ref), to.asFloat(b as Ref)], shape),
  cumSum: (to, [x], { params, shape }) => {
    const { axis, reverse } = params as { axis: number; reverse: boolean }
    return to.op('CumSum', [to.asFloat(x as Ref), to.integers([axis], [])], shape, reverse ? { reverse: 1 } : {})
  },
  sortedPlaces: (to, [x], { params, shape }) => {
    const { axis: given, descending, places } = params as { axis: number; descending: boolean; places: 'flat' | 'axis' }
    const axis = given < 0 ? given + shape.length : given
    const length = shape[axis] as number
    const order = sorted(to, to.asFloat(x as Ref), axis, descending)
    if (places === 'axis') return to.asFloat(order)
    // The position of what comes first in each row, and from there on along the axis.
    const inner = sizeOfShape(shape.slice(axis + 1))
    const starts = Array.from({ length: sizeOfShape(shape) }, (_, i) => Math.floor(i / (inner * length)) * inner * length + (i % inner))
    return to.asFloat(to.op('Add', [to.op('Mul', [order, to.integers([inner], [])], shape), to.integers(starts, shape)], shape))
  },
  searchSorted: (to, [sorted, values], { params, shape }) => {
    const [s, v] = [to.asFloat(sorted as Ref), to.asFloat(values as Ref)]
    const rows = s.shape.length > 1 ? s.shape.slice(0, -1) : v.shape.map(() => 1)
    const [row, column] = [to.reshape(s, [...rows, ...(s.shape.length > 1 ? [1] : []), s.shape.at(-1) as number]), to.reshape(v, [...shape, 1])]
    const side = (params as { side: string }).side
    const text = side === 'left' ? 's<v||Number.isNaN(v)&&s==s?1:0' : 'v<s||Number.isNaN(s)&&v==v?0:1'
    const before = lines(to, 'searchSorted', text, { s: row, v: column })
    return to.reshape(reduce(to, 'ReduceSum', before, [shape.length]), shape)
  },
  fourier: (to, [re, im], { params, shape }) =>
    writeFourier(to, to.asFloat(re as Ref), to.asFloat(im as Ref), shape, params as { axis: number; inverse: boolean }),
  linearSystem: (to, [a, b]) => writeSystem(to, to.asFloat(a as Ref), to.asFloat(b as Ref)),
  triangularSystem: (to, [a, b], { params }) =>
    writeTriangular(to, to.asFloat(a as Ref), to.asFloat(b as Ref), params as { lower: boolean; unit: boolean; transpose: boolean }),
  cholesky: (to, [a]) => writeCholesky(to, to.asFloat(a as Ref)),
  det: (to, [a], { shape }) => writeDeterminant(to, to.asFloat(a as Ref), 'det', shape),
  signDet: (to, [a], { shape }) => writeDeterminant(to, to.asFloat(a as Ref), 'signDet', shape),
  logDet: (to, [a], { shape }) => writeDeterminant(to, to.asFloat(a as Ref), 'logDet', shape),
  cofactor: (to, [a, ...directions], node) => {
    if (directions.length > 0) throw unwritten(node.op)
    return writeCofactors(to, to.asFloat(a as Ref))
  },
  cumMax: (to, [x], { params }) => writeRunningExtreme(to, 'Max', to.asFloat(x as Ref), params as { axis: number; reverse: boolean }),
  cumMin: (to, [x], { params }) => writeRunningExtreme(to, 'Min', to.asFloat(x as Ref), params as { axis: number; reverse: boolean }),
  runningSum: (to, [x, runs], { params }) => writeRunningSum(to, to.asFloat(x as Ref), to.asFloat(runs as Ref), params as { axis: number; reverse: boolean }),
}

/** A step of a graph as nodes. Throws a GraphError for an operator that ONNX has no form for. */
export function writeStep(to: ModelWriter, node: GraphNode, operands: readonly Ref[], nodes: readonly GraphNode[], read: (id: number) => Ref): Ref {
  const { definition, op } = node
  const convolution = writeConvolution(to, node, { nodes, read })
  if (convolution !== undefined) return convolution
  const rule = definition?.ofUser ? undefined : RULES[op]
  if (rule !== undefined) return rule(to, operands, node)
  if (definition?.kind === 'elementwise') return writeElementwise(to, node, operands, nodes)
  if (!definition?.ofUser && (node.params as Partial<Movement> | undefined)?.indices instanceof Int32Array) return moves(to, operands, node)
  if (definition?.ofUser) throw foreign(op)
  throw unwritten(op)
}

function unwritten(op: string): GraphError {
  return new GraphError(
    `toOnnx: ${op} has no form in ONNX' operators. Compute it outside the model and give it as an argument, or write the function without it.`,
  )
}

function writeElementwise(to: ModelWriter, node: GraphNode, operands: readonly Ref[], nodes: readonly GraphNode[]): Ref {
  const { op, definition, inputs, shape } = node
  const { text } = definition as ElementwiseDefinition
  if (text === undefined || definition?.ofUser) throw foreign(op)
  const scope = Object.fromEntries(operands.map((each, k) => [NAMES[k], each]))
  const known = Object.fromEntries(inputs.map((input, k) => [NAMES[k], nodes[input]?.value]))
  const product = op === 'scale' && isPlainProduct(node, nodes)
  return writeExpand(to, writeExpression(to, op, product ? '(x*y)' : text, scope, known), shape)
}

/** What a product's factor is, if that is known: a constant, also where it was repeated. */
function constantFactor(nodes: readonly GraphNode[], id: number): ArrayLike<number> | undefined {
  const { op, value, inputs } = nodes[id] as GraphNode
  if (op === 'constant') return typeof value === 'object' ? value.data : [Number(value)]
  return ['broadcastTo', 'withShape', 'reshape'].includes(op) ? constantFactor(nodes, inputs[0] as number) : undefined
}

/** Whether a product of the rules is an ordinary one: a factor is known, and nowhere 0 or ∞. */
function isPlainProduct({ inputs }: GraphNode, nodes: readonly GraphNode[]): boolean {
  return inputs.some(input => {
    const known = constantFactor(nodes, input)
    return known !== undefined && Array.from(known).every(each => Number.isFinite(each) && each !== 0)
  })
}

/** What operators' texts call their operands. */
const NAMES = ['x', 'y', 'z']

function foreign(op: string): GraphError {
  return new GraphError(
    `toOnnx: ${op} is an operator of your own, of whose value nothing is known but its JavaScript. Write it as a function of the library's operators ('of').`,
  )
}

function lines(to: ModelWriter, name: string, text: string, scope: Readonly<Record<string, Ref>>): Ref {
  const all = text.split('\n')
  const names: Record<string, Ref> = { ...scope }
  for (const each of all.slice(0, -1)) {
    const [left, right] = each.split(' = ') as [string, string]
    names[left] = writeExpression(to, name, right, names)
  }
  return writeExpression(to, name, all.at(-1) as string, names)
}

/** Float32 holds whole numbers up to here. */
const MOST_PLACES = 2 ** 24

function placesOf(to: ModelWriter, places: Ref, of: Ref): Ref {
  if (!to.isDouble && sizeOfShape(of.shape) > MOST_PLACES)
    throw new GraphError(
      `toOnnx: positions in ${sizeOfShape(of.shape)} entries are no numbers of float32, which is exact up to ${MOST_PLACES}. Write the model with { dtype: 'float64' }.`,
    )
  return to.asInteger(places)
}

export function join(to: ModelWriter, parts: readonly Ref[], shape: Shape): Ref {
  if (parts.length === 0) return to.floats([], shape)
  return parts.length === 1 ? to.reshape(parts[0] as Ref, shape) : to.op('Concat', parts, shape, { axis: 0 })
}

/** Entries of a flat tensor from a position on, in a shape. */
export function writeSection(to: ModelWriter, x: Ref, start: number, shape: Shape): Ref {
  const size = sizeOfShape(shape)
  if (start === 0 && size === sizeOfShape(x.shape)) return to.reshape(x, shape)
  return to.reshape(to.op('Slice', [to.flat(x), to.integers([start]), to.integers([start + size]), to.integers([0])], [size]), shape)
}

function writePadded(to: ModelWriter, x: Ref, start: number, shape: Shape): Ref {
  const [size, length] = [sizeOfShape(shape), sizeOfShape(x.shape)]
  const flat = to.flat(to.asFloat(x))
  return to.reshape(to.op('Pad', [flat, to.integers([start, size - start - length])], [size]), shape)
}

/** One entry of a tensor, by position. */
export function entryOf(to: ModelWriter, x: Ref, position: number): Ref {
  if (x.shape.length === 0) return x
  const entry = to.op('Gather', [to.flat(x), to.integers([position], [])], [], { axis: 0 })
  to.entries.set(entry.name, { of: x, position })
  return entry
}

/** Numbers as a flat tensor: entries that follow each other in one are a part of it. */
export function stacked(to: ModelWriter, numbers: readonly Ref[]): Ref {
  const sources = numbers.map(each => to.entries.get(each.name))
  const [first] = sources
  if (first !== undefined && sources.every((each, i) => each?.of.name === first.of.name && each.position === first.position + i))
    return writeSection(to, first.of, first.position, [numbers.length])
  return join(
    to,
    numbers.map(each => to.reshape(each, [1])),
    [numbers.length],
  )
}

/** The indices that sort entries along an axis: those that tie keep their order, and NaN comes last. */
function sorted(to: ModelWriter, x: Ref, axis: number, descending: boolean): Ref {
  const last = to.float1(descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  const comparable = to.op('Where', [to.op('IsNaN', [x], x.shape, {}, 'bool'), last, x], x.shape, {}, 'float')
  const name = to.fresh()
  to.node('TopK', [comparable.name, to.integers([x.shape[axis] as number]).name], [to.fresh(), name], { axis, largest: descending ? 1 : 0 })
  return { name, type: 'int64', shape: x.shape }
}

/** A Fourier transform as products with the matrices of cosines and sines: engines' own are of float32 alone, or no better. */
function writeFourier(to: ModelWriter, re: Ref, im: Ref, shape: Shape, { axis, inverse }: { axis: number; inverse: boolean }): Ref {
  const n = re.shape[axis] as number
  const table = (f: (x: number) => number) => {
    const values = Array.from({ length: n }, (_, k) => f((2 * Math.PI * k) / n))
    return to.floats(
      Float64Array.from({ length: n * n }, (_, i) => values[(Math.floor(i / n) * (i % n)) % n] as number),
      [n, n],
    )
  }
  const [cosines, sines] = [table(Math.cos), table(x => (inverse ? -1 : 1) * Math.sin(x))]
  const rank = re.shape.length
  const perm = Array.from({ length: rank }, (_, i) => i)
  perm[axis] = rank - 1
  perm[rank - 1] = axis
  const turned = perm.map(each => re.shape[each] as number)
  const turn = (x: Ref, to_: readonly number[]) => to.op('Transpose', [x], to_, { perm })
  const [a, b] = [turn(re, turned), turn(im, turned)]
  const times = (x: Ref, y: Ref) => to.op('MatMul', [x, y], turned)
  const parts = [to.op('Add', [times(a, cosines), times(b, sines)], turned), to.op('Sub', [times(b, cosines), times(a, sines)], turned)]
  return to.op(
    'Concat',
    parts.map(each => to.reshape(turn(each, re.shape), [1, ...re.shape])),
    shape,
    { axis: 0 },
  )
}
