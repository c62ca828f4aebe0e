import { Tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { numbersOf } from '../results.ts'
import { FILLS, type Nested, SPECIAL, shapeOfNested } from './fills.ts'
import { hashOf, Random } from './random.ts'

export type Operator = (...args: unknown[]) => unknown

/** An operator at a point: the arguments are numbers, nested arrays and options, as references can be asked for them. */
export interface Case {
  key: string
  /** A name of the registry, or `outer after inner`, or `operator twice`. */
  name: string
  definition: OperatorDefinition
  call: Operator
  args: readonly unknown[]
  /** Which arguments are differentiated. */
  active: readonly number[]
  /** Where the case comes from. */
  from: 'sample' | 'shape' | 'fill' | 'special' | 'composition'
}

/** How many of each kind an operator gets. */
export interface Sizes {
  shapes: number
  fills: number
  specials: number
  compositions: number
}

/** Lengths of axes on both sides of every threshold that small tensors meet: nothing, one, a chunk of eight. */
const SHAPES: readonly (readonly number[])[] = [
  [],
  [1],
  [0],
  [3],
  [9],
  [1, 1],
  [2, 3],
  [3, 2],
  [3, 3],
  [3, 0],
  [1, 12],
  [2, 2, 3],
  [2, 3, 3],
  [1, 3, 1],
  [1, 1, 3, 3],
]

/** Shapes that broadcast. */
const BROADCASTS: readonly (readonly (readonly number[])[])[] = [
  [[], [3], []],
  [[12], [], [1]],
  [[2, 3], [3], []],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [2, 1, 3],
    [2, 1],
    [1, 1, 1],
  ],
  [
    [2, 2, 3],
    [2, 2, 3],
    [2, 2, 3],
  ],
  [[2, 0], [2, 1], [1]],
  [[1], [1], [1]],
  [[0], [0], [0]],
  [[9], [9], [9]],
]

/** What other operators are made of, which check the shapes: these have no more meaning than their samples show. */
export const PARTS = [
  ...['gatherEntries', 'scatterEntries', 'gatherAt', 'scatterAt', 'flatPlaces', 'sortedPlaces', 'padEntries', 'sumTo', 'withShape', 'powerNorm'],
  ...['checkedClasses', 'checkedIndices', 'pack', 'section', 'placeSection', 'pick', 'place', 'stackScalars'],
  ...['linearSystem', 'triangularSystem', 'sylvesterSystem', 'threefry', 'randomEntries'],
  ...['runningSum', 'fourier'],
]

/** All cases of an operator: the same for the same seed, whatever else the registry holds. */
export function casesOf(definition: OperatorDefinition, sizes: Sizes, seed: number): Case[] {
  const random = new Random(`${definition.name} ${seed}`)
  const call = operatorOf(definition)
  const cases: Case[] = []
  const add = (from: Case['from'], args: readonly unknown[], active: readonly number[]) => {
    const key = keyOf(definition.name, args, active)
    if (cases.every(each => each.key !== key)) cases.push({ key, name: definition.name, definition, call, args, active, from })
  }
  for (const sample of definition.samples) add('sample', sample, activeArguments(definition, sample))
  const onEntries = definition.samples.filter(sample => activeArguments(definition, sample).every(i => typeof sample[i] === 'number'))
  if (PARTS.includes(definition.name)) ofParts(definition, sizes, random, add)
  else if (onEntries.length > 0) entrywise(definition, onEntries, sizes, random, add)
  else byShapes(definition, call, sizes, random, add)
  return cases
}

type Add = (from: Case['from'], args: readonly unknown[], active: readonly number[]) => void

/** An operator on entries: operands of many shapes, and special values in all places. */
function entrywise(definition: OperatorDefinition, samples: readonly (readonly unknown[])[], sizes: Sizes, random: Random, add: Add): void {
  const elementwise = definition.kind === 'elementwise'
  const value = (position: number, active: readonly number[]) => {
    const given = random.pick(samples.filter(sample => position < sample.length))[position] as number
    return active.includes(position) ? given * random.between(0.75, 1) : given
  }
  for (const shapes of random.shuffled(BROADCASTS).slice(0, sizes.shapes)) {
    const sample = random.pick(samples)
    const active = activeArguments(definition, sample)
    add(
      'shape',
      sample.map((given, i) => (elementwise || active.includes(i) ? filled(shapes[i] as number[], () => value(i, active)) : given)),
      active,
    )
  }
  const sample = samples[0] as readonly unknown[]
  const active = activeArguments(definition, sample)
  for (let k = 0; k < sizes.specials; k++) {
    const args = sample.map((given, i) => (active.includes(i) ? random.pick(SPECIAL) : given))
    add('special', args, active)
  }
  // One tensor with every special value, so that planners see them side by side.
  const all = random.shuffled(SPECIAL).slice(0, Math.max(9, sizes.specials))
  if (sizes.specials > 0)
    add(
      'special',
      sample.map((given, i) => (active.includes(i) ? (i === active[0] ? all : random.shuffled(all)) : given)),
      active,
    )
}

/** An operator on arrays: every shape that it takes, with entries of every kind. */
function byShapes(definition: OperatorDefinition, call: Operator, sizes: Sizes, random: Random, add: Add): void {
  const accepted = (args: readonly unknown[]) => {
    try {
      return numbersOf(call(...args)).every(Number.isFinite)
    } catch {
      return false
    }
  }
  const samples = definition.samples.map(sample => ({ sample, active: activeArguments(definition, sample) }))
  const choices = samples.flatMap(({ sample, active }) => {
    const lists = active.map(i => (isList(sample[i]) ? [undefined] : SHAPES))
    return combinations(lists).map(shapes => ({ sample, active, shapes }))
  })
  let found = 0
  for (const { sample, active, shapes } of random.shuffled(choices)) {
    if (found >= sizes.shapes) break
    const fill = random.pick(['normal', 'positive', 'gram'] as const)
    const args = sample.map((given, i) => {
      const shape = shapes[active.indexOf(i)]
      return active.includes(i) && shape !== undefined
        ? FILLS[fill](
            filled(shape, () => 0),
            random,
          )
        : given
    })
    if (!accepted(args)) continue
    found++
    add('shape', args, active)
  }
  ofParts(definition, sizes, random, add)
}

/** Samples with entries of every kind, in their own shapes. */
function ofParts(definition: OperatorDefinition, sizes: Sizes, random: Random, add: Add): void {
  for (const fill of random.shuffled(Object.keys(FILLS) as (keyof typeof FILLS)[]).slice(0, sizes.fills)) {
    const sample = random.pick(definition.samples)
    const active = activeArguments(definition, sample)
    add(
      'fill',
      sample.map((given, i) => (active.includes(i) ? FILLS[fill](given as Nested, random) : given)),
      active,
    )
  }
}

/** Operators of one operand after one another, at points where one of them is special though both together are not. */
export function compositions(sizes: Sizes, seed: number): Case[] {
  const random = new Random(`compositions ${seed}`)
  // By name: the registry's own order is that of the modules as they were loaded.
  const all = registry.filter(({ casts }) => casts !== true).sort((a, b) => (a.name < b.name ? -1 : 1))
  const unary = all.filter(each => each.kind === 'elementwise' && each.arity === 1 && each.differentiable)
  const binary = all.filter(each => each.kind === 'elementwise' && each.arity === 2 && activeArguments(each, each.samples[0] as number[]).length === 2)
  const cases: Case[] = []
  const add = (name: string, definition: OperatorDefinition, call: Operator) => {
    const args = [random.pick(SPECIAL)]
    const key = keyOf(name, args, [0])
    if (cases.every(each => each.key !== key)) cases.push({ key, name, definition, call, args, active: [0], from: 'composition' })
  }
  for (let k = 0; k < sizes.compositions; k++) {
    const [outer, inner] = [random.pick(unary), random.pick(unary)]
    add(`${outer.name} after ${inner.name}`, outer, x => operatorOf(outer)(operatorOf(inner)(x)))
    const shared = random.pick(binary)
    if (k % 4 === 0 && shared.kind === 'elementwise' && shared.differentiable) add(`${shared.name} twice`, shared, x => operatorOf(shared)(x, x))
  }
  return cases
}

export function operatorOf(definition: OperatorDefinition): Operator {
  return ops[definition.name as keyof typeof ops] as unknown as Operator
}

/** Whether an argument is a list of tensors of several shapes, which keeps its shapes. */
function isList(argument: unknown): boolean {
  return Array.isArray(argument) && argument.some(Array.isArray) && shapeOfNested(argument as Nested) === undefined
}

function filled(shape: readonly number[], entry: () => number): Nested {
  if (shape.length === 0) return entry()
  return Array.from({ length: shape[0] as number }, () => filled(shape.slice(1), entry))
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap(before => list.map(each => [...before, each])), [[]])
}

/** Arguments as JSON can hold them, with the numbers that it has no words for as texts. */
export function encoded(x: unknown): unknown {
  if (typeof x === 'number') return Object.is(x, -0) ? '-0' : Number.isFinite(x) ? x : String(x)
  if (x instanceof Tensor) return encoded(x.toArray())
  if (ArrayBuffer.isView(x)) return Array.from(x as unknown as ArrayLike<number>)
  if (Array.isArray(x)) return x.map(encoded)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([name, each]) => [name, encoded(each)]))
  return x
}

function keyOf(name: string, args: readonly unknown[], active: readonly number[]): string {
  return `${name} ${hashOf(JSON.stringify([args.map(encoded), active])).toString(36)}`
}
