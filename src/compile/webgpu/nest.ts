import { broadcastStrides, sameShape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import type { Nest, Sink } from '../nest.ts'
import { textOf } from '../strong.ts'
import { indexText } from '../text.ts'
import { at, gridOf, indicesOf, type Pass, Shader, store } from './shader.ts'
import { asNumber, asTruth, literal, type Text } from './source.ts'

/** What a writer of passes knows of the graph around a step. */
export interface Surroundings {
  readonly nodes: readonly GraphNode[]
  /** Where the entries of a tensor, or a number, are. */
  address(id: number): string
  /** Room for the result of a step. */
  make(id: number): string
  /** Room for numbers that are needed until the step is done. */
  room(size: number): string
}

/** A number: one of the program's, or where it is in memory. */
export function numberAt(around: Surroundings, id: number): Text {
  const { op, value, dtype } = around.nodes[id] as GraphNode
  if (op === 'constant') return literal(Number(value))
  const text = `m[${around.address(id)}]`
  return dtype === 'bool' ? { text: `(${text} != 0.0f)`, isTruth: true } : { text, isTruth: false }
}

/** The steps of a nest for one entry, whose own place is `i` and whose indices are r0, r1, …; and the value of a step or an operand there. */
function entryOf(nest: Nest, around: Surroundings, shader: Shader): { lines: string[]; value: (id: number) => Text } {
  const { shape, steps } = nest
  const own = new Set(steps)
  const lines: string[] = []
  const read = new Map<number, Text>()
  const value = (id: number): Text => {
    const node = around.nodes[id] as GraphNode
    const isTruth = node.dtype === 'bool'
    if (own.has(id)) return { text: `w${id}`, isTruth }
    const known = read.get(id)
    if (known !== undefined) return known
    let text: Text
    if (isScalarNode(node)) {
      text = numberAt(around, id)
      if (text.known === undefined) {
        shader.head(`d${id}`, `let d${id} = ${text.text};`)
        text = { text: `d${id}`, isTruth }
      }
    } else {
      const place = sameShape(node.shape, shape) ? 'i' : indexText(broadcastStrides(node.shape, shape), shape)
      const entry = `m[${at(around.address(id), place)}]`
      lines.push(`let d${id} = ${isTruth ? `${entry} != 0.0f` : entry};`)
      text = { text: `d${id}`, isTruth }
    }
    read.set(id, text)
    return text
  }
  for (const id of steps) {
    const node = around.nodes[id] as GraphNode
    const scope = Object.fromEntries(node.inputs.map((input, k) => ['xyz'.charAt(k), value(input)]))
    const made = shader.source.expression(textOf(node, around.nodes, true) as string, scope)
    lines.push(`let w${id} = ${node.dtype === 'bool' ? asTruth(made) : asNumber(made)};`)
  }
  return { lines, value }
}

/** The pass of a nest that is no reduction. */
export function nestPass(label: string, nest: Nest, around: Surroundings): Pass {
  const { shape, sinks } = nest
  const shader = new Shader()
  const { lines, value } = entryOf(nest, around, shader)
  const stores = sinks.map(sink => store(at(around.make(sink.id), 'i'), value(sink.entry)))
  const axes = shape.map((_, axis) => axis)
  return shader.forEach(label, sizeOfShape(shape), [...indicesOf('i', shape, axes), ...lines, ...stores])
}

/** Threads that reduce together. */
const TOGETHER = 256
/** From so many entries for one number on threads share them. */
const SHARED_FROM = 32
/** From so many on, several workgroups do, where there are few numbers to fill a device with. */
const SPLIT_FROM = 8192
const FEW = 128

/**
 * The passes of a reduction: a thread for each number where few entries make it; or a workgroup, whose threads first go through every
 * 256th entry, and then put what they have together in pairs; or several workgroups, whose numbers a second pass puts together.
 */
export function reductionPasses(label: string, nest: Nest, around: Surroundings): Pass[] {
  const { shape } = nest
  const [{ id, entry, reduction }] = nest.sinks as [Sink]
  const { combine, start, kept } = reduction as NonNullable<Sink['reduction']>
  const lengths = new Array<number>(shape.length - kept.length).fill(1).concat(kept)
  const reduced = shape.flatMap((length, axis) => (lengths[axis] === 1 && length !== 1 ? [axis] : []))
  const left = shape.flatMap((_, axis) => (reduced.includes(axis) ? [] : [axis]))
  const [count, numbers] = [reduced, left].map(axes => axes.reduce((product, axis) => product * (shape[axis] as number), 1)) as [number, number]
  const out = around.make(id)
  const shader = new Shader()
  const combined = (a: string, b: string) => (combine === '+' ? `${a} + ${b}` : shader.source.call(combine, [a, b]))
  const { text: first } = literal(start)
  if (numbers === 0) return []
  const { lines, value } = entryOf(nest, around, shader)
  const last = asNumber(value(entry))
  const lengthsOf = (axes: readonly number[]) => axes.map(axis => shape[axis] as number)
  const whichNumber = indicesOf('j', lengthsOf(left), left)
  const place = `let i = ${indexText(stridesOf(shape), shape)};`
  const each = [...indicesOf('q', lengthsOf(reduced), reduced), place, ...lines, `all = ${combined('all', last)};`]
  if (count < SHARED_FROM) {
    const loop = [`for (var q = 0; q < ${count}; q++) {`, ...each, '}']
    const body = ['let j = i0;', ...whichNumber, `var all = ${first};`, ...loop, `m[${at(out, 'j')}] = all;`]
    return [perNumber(shader, label, numbers, body)]
  }
  const parts = count >= SPLIT_FROM && numbers <= FEW ? Math.min(TOGETHER, Math.ceil(count / (4 * TOGETHER))) : 1
  const threads = Math.min(TOGETHER, 2 ** Math.ceil(Math.log2(count)))
  const target = parts === 1 ? out : around.room(numbers * parts)
  const { groups, index } = gridOf(numbers * parts)
  const per = Math.ceil(count / parts)
  const heads = parts === 1 ? ['let j = n;', 'let begin = 0;'] : [`let j = n / ${parts};`, `let begin = (n % ${parts}) * ${per};`]
  const body = [
    `let n = ${index};`,
    `if (n < ${numbers * parts}) {`,
    ...heads,
    `let end = min(begin + ${per}, ${count});`,
    ...whichNumber,
    `var all = ${first};`,
    `for (var q = begin + i32(local.x); q < end; q += ${threads}) {`,
    ...each,
    '}',
    'shared_[local.x] = all;',
    '}',
    ...tree(threads, combined),
    `if (local.x == 0u && n < ${numbers * parts}) { m[${at(target, 'n')}] = shared_[0]; }`,
  ]
  shader.outside.push(`var<workgroup> shared_: array<f32, ${threads}>;`)
  const passes = [shader.pass(label, groups, String(threads), body)]
  if (parts > 1) passes.push(togetherPass(label, numbers, parts, target, out, combine, first))
  return passes
}

/** The second pass of a reduction by several workgroups. */
function togetherPass(label: string, numbers: number, parts: number, from: string, out: string, combine: string, first: string): Pass {
  const shader = new Shader()
  const value = `m[${at(from, `j * ${parts} + q`)}]`
  const combined = combine === '+' ? `all + ${value}` : shader.source.call(combine, ['all', value])
  const loop = `for (var q = 0; q < ${parts}; q++) { all = ${combined}; }`
  return perNumber(shader, label, numbers, ['let j = i0;', `var all = ${first};`, loop, `m[${at(out, 'j')}] = all;`])
}

/** A thread for each number that is made; `i` is left to entries. */
function perNumber(shader: Shader, label: string, numbers: number, lines: readonly string[]): Pass {
  const { groups, index } = gridOf(Math.ceil(numbers / 64))
  return shader.pass(label, groups, '64', [`let i0 = ${index} * 64 + i32(local.x);`, `if (i0 >= ${numbers}) { return; }`, ...lines])
}

/** What threads have in `shared_`, put together in pairs. */
export function tree(threads: number, combined: (a: string, b: string) => string): string[] {
  return [
    'workgroupBarrier();',
    `for (var half = ${threads / 2}u; half > 0u; half = half / 2u) {`,
    `if (local.x < half) { shared_[local.x] = ${combined('shared_[local.x]', 'shared_[local.x + half]')}; }`,
    'workgroupBarrier();',
    '}',
  ]
}
