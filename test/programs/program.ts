import { mul, reshape, type Tensor, tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { Random } from '../forms/random.ts'
import { type JetArray, sizeOf } from './arrays.ts'
import { doubts, Jet } from './jets.ts'
import { LOOPS } from './loops.ts'
import { MOVEMENTS } from './movements.ts'
import { ON_ENTRIES } from './on-entries.ts'
import { PRODUCTS } from './products.ts'
import type { Step } from './step.ts'

const OPERATORS = [...ON_ENTRIES, ...MOVEMENTS, ...PRODUCTS, ...LOOPS]

/** A random function from tensors to tensors, with its derivatives by the rules of calculus. */
export interface Program {
  readonly text: string
  /** Where to differentiate, and another point of the same structure. */
  readonly x: unknown
  readonly other: unknown
  readonly f: (x: never) => unknown
  readonly inputs: number
  readonly outputs: readonly Jet[]
  /** Whether rounding may have decided a comparison, so that both ways need not agree. */
  readonly doubtful: boolean
}

/** What an argument is made of, from its numbers, and the tensors that a program computes with. */
export interface Layout {
  text: string
  size: number
  build: (numbers: readonly number[]) => unknown
  tensors: (x: never) => Tensor[]
  shapes: readonly (readonly number[])[]
}

const nested = (numbers: readonly number[], columns: number) =>
  Array.from({ length: numbers.length / columns }, (_, i) => numbers.slice(i * columns, (i + 1) * columns))

export function layoutOf(random: Random): Layout {
  // On both sides of 8, up to which no zero can save a pass.
  const shape = random.pick([[3], [2, 3], [8], [9], [2, 2, 3], [3, 4], [12], [4, 3], [15], [2, 2, 2, 2]] as const)
  const size = sizeOf(shape)
  const kind = random.pick(['tensor', 'tensor', 'array', 'typed', 'tree', 'pair'] as const)
  if (kind === 'array')
    return {
      text: `number[${Math.floor(size / 3)}][3]`,
      size: 3 * Math.floor(size / 3),
      build: numbers => nested(numbers, 3),
      tensors: (x: number[][]) => [mul(x, 1) as unknown as Tensor],
      shapes: [[Math.floor(size / 3), 3]],
    }
  if (kind === 'pair') {
    const half = Math.max(2, Math.floor(size / 2))
    return {
      text: `[Float64Array(${half}), Float64Array(${half})]`,
      size: 2 * half,
      build: numbers => [Float64Array.from(numbers.slice(0, half)), Float64Array.from(numbers.slice(half))],
      tensors: (x: number[][]) => x.map(each => mul(each, 1) as unknown as Tensor),
      shapes: [[half], [half]],
    }
  }
  if (kind === 'typed')
    return {
      text: `Float64Array(${size})`,
      size,
      build: numbers => Float64Array.from(numbers),
      tensors: (x: number[]) => [mul(x, 1) as unknown as Tensor],
      shapes: [[size]],
    }
  if (kind === 'tree')
    return {
      text: `{ a: Tensor[${shape}], b: { c: number[3], d: number } }`,
      size: size + 4,
      build: numbers => ({
        a: tensor(Float64Array.from(numbers.slice(0, size)), [...shape]),
        b: { c: numbers.slice(size, size + 3), d: numbers[size + 3] },
      }),
      tensors: (x: { a: Tensor; b: { c: number[]; d: number } }) => [x.a, mul(x.b.c, 1) as unknown as Tensor, reshape(x.b.d, [1])],
      shapes: [shape, [3], [1]],
    }
  return { text: `Tensor[${shape}]`, size, build: numbers => tensor(Float64Array.from(numbers), [...shape]), tensors: (x: Tensor) => [x], shapes: [shape] }
}

interface Applied {
  step: Step
  operands: number[]
  /** A power of two that keeps the numbers in a range; it hides nothing, as squashing would. */
  factor: number
}

const LARGEST = 48

/** The program with this number: the same on every machine. */
export function programOf(seed: number, number: number): Program {
  const random = new Random(`program ${seed} ${number}`)
  const layout = layoutOf(random)
  const numbers = Array.from({ length: layout.size }, () => random.between(-1.5, 1.5))
  Jet.inputs = layout.size
  doubts.count = 0
  let start = 0
  const values: JetArray[] = layout.shapes.map(shape => {
    const first = start
    start += sizeOf(shape)
    return { shape, data: Array.from({ length: sizeOf(shape) }, (_, i) => Jet.input(numbers[first + i] as number, first + i)) }
  })
  const applied: Applied[] = []
  const length = 1 + Math.floor(random.next() * 7)
  while (applied.length < length) {
    const operator = random.pick(OPERATORS)
    // Values that came last are taken more often, so that programs are deep.
    const operands = Array.from({ length: operator.arity }, () => values.length - 1 - Math.floor(random.next() ** 2 * values.length))
    const given = operands.map(i => values[i] as JetArray)
    if (!operator.fits(...given.map(each => each.shape))) continue
    const made = operator.make(random, ...given.map(each => each.shape))
    const result = made.plain(...given)
    if (result.data.length > LARGEST || result.data.length === 0 || result.shape.length > 4) continue
    const size = Math.max(...result.data.map(each => Math.abs(each.value)))
    const factor = size > 4 ? 2 ** -Math.ceil(Math.log2(size / 2)) : size > 0 && size < 1 / 16 ? 2 ** Math.floor(Math.log2(1 / size)) : 1
    applied.push({ step: { ...made, text: `${operator.name} ${made.text ?? ''}` }, operands, factor })
    values.push({ shape: result.shape, data: result.data.map(each => scaled(each, factor)) })
  }
  const chosen = [...new Set([values.length - 1, ...(random.next() < 0.4 ? [Math.floor(random.next() * values.length)] : [])])]
  const form = random.pick(['value', 'list', 'object', 'entries'] as const)
  const f = (x: never) => {
    const all = layout.tensors(x)
    for (const { step, operands, factor } of applied) {
      const result = step.library(...operands.map(i => all[i] as Tensor))
      all.push(factor === 1 ? result : (mul(factor, result) as Tensor))
    }
    const outputs = chosen.map(i => all[i] as Tensor)
    if (form === 'list') return outputs
    if (form === 'object') return { last: outputs[0], rest: outputs.slice(1) }
    if (form === 'value' && outputs.length === 1) return outputs[0]
    return outputs.flatMap(each => entriesOf(each))
  }
  return {
    text: [
      `x: ${layout.text} = ${JSON.stringify(numbers)}`,
      ...applied.map(
        ({ step, operands, factor }, i) => `${layout.shapes.length + i}: ${factor === 1 ? '' : `${factor} · `}${step.text.trim()}(${operands.join(', ')})`,
      ),
      `result: ${chosen.join(', ')} as ${form}`,
    ].join('\n  '),
    x: layout.build(numbers),
    other: layout.build(numbers.map(() => random.between(-1.5, 1.5))),
    f,
    inputs: layout.size,
    outputs: chosen.flatMap(i => (values[i] as JetArray).data),
    doubtful: doubts.count > 0,
  }
}

const scaled = (x: Jet, factor: number): Jet => {
  if (factor === 1) return x
  const out = new Jet(x.value * factor, x.error * factor)
  for (const [to, from] of [
    [out.first, x.first],
    [out.firstError, x.firstError],
    [out.second, x.second],
    [out.secondError, x.secondError],
  ] as const) {
    for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) * factor
  }
  return out
}

/** The entries of a tensor as scalars, read one by one. */
function entriesOf(x: Tensor): unknown[] {
  const flat = ops.reshape(x, [-1])
  return Array.from({ length: flat.size }, (_, i) => flat.at(i))
}
