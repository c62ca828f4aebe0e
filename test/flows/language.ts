import fc from 'fast-check'
import {
  argMax,
  checkpoint,
  cond,
  foriLoop,
  gather,
  grad,
  greater,
  gt,
  jvp,
  less,
  logicalAnd,
  lt,
  map,
  scan,
  scatterAdd,
  slice,
  stopGradient,
  Tensor,
  take,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { Random } from '../forms/random.ts'
import { MOVEMENTS } from '../programs/movements.ts'
import { ON_ENTRIES } from '../programs/on-entries.ts'
import { PRODUCTS } from '../programs/products.ts'

/*
 * A language of programs with loops, branches, indices that are data and transforms inside each other. Every sentence is a program:
 * an operand is a number that picks among the values there are of its kind, the last ones first, and a step that does not fit them is
 * left out. So fast-check can shrink a program by leaving out any of its parts.
 */

// biome-ignore lint/suspicious/noExplicitAny: values of any transform
type Any = any
type Pick = number

export interface Block {
  readonly steps: readonly Step[]
  readonly out: readonly Pick[]
}

export type Step =
  | { readonly do: 'scalar'; readonly op: number; readonly a: Pick; readonly b: Pick }
  | { readonly do: 'tensor'; readonly op: number; readonly how: number; readonly a: Pick; readonly b: Pick }
  | { readonly do: 'read'; readonly by: 'take' | 'at' | 'slice' | 'gather' | 'pick'; readonly a: Pick; readonly at: Pick }
  | { readonly do: 'write'; readonly a: Pick; readonly b: Pick; readonly at: Pick }
  | { readonly do: 'count'; readonly by: 'argMax' | 'next' | 'floor' | 'number'; readonly a: Pick }
  | { readonly do: 'if'; readonly by: 'question' | 'cond' | 'where'; readonly a: Pick; readonly b: Pick; readonly yes: Block; readonly no: Block }
  | { readonly do: 'for'; readonly from: number; readonly rounds: number; readonly as: number; readonly state: readonly Pick[]; readonly body: Block }
  | { readonly do: 'while'; readonly until: 'count' | 'data' | 'index'; readonly rounds: number; readonly state: readonly Pick[]; readonly body: Block }
  | { readonly do: 'scan'; readonly over: number; readonly a: Pick; readonly as: number; readonly state: readonly Pick[]; readonly body: Block }
  | { readonly do: 'map'; readonly a: Pick; readonly body: Block }
  | {
      readonly do: 'transform'
      readonly by: 'grad' | 'jvp' | 'vmap' | 'checkpoint' | 'grad of tensor' | 'vmap of grad'
      readonly a: Pick
      readonly body: Block
    }

/** How branches are written: as they are, as masks (for a batch), or with both sides computed (for a graph by hand). */
export type Branches = 'as written' | 'masks' | 'both sides'

interface Values {
  readonly scalars: readonly Any[]
  readonly tensors: readonly Tensor[]
  /** Integers that are indices of something. */
  readonly integers: readonly Any[]
}

const LARGEST = 24
const TENSOR_OPERATORS = [...ON_ENTRIES, ...MOVEMENTS, ...PRODUCTS]

/** Operators of two scalars, whose results stay small: no chain of them leaves the range of doubles. */
const SCALAR_OPERATORS: ((a: Any, b: Any) => Any)[] = [
  (a, b) => ops.mul(0.5, ops.add(a, b)),
  (a, b) => ops.sub(ops.mul(0.75, a), ops.mul(0.5, b)),
  (a, b) => ops.sin(ops.mul(a, b)),
  (a, b) => ops.div(a, ops.add(1, ops.square(b))),
  a => ops.sin(a),
  a => ops.cos(a),
  a => ops.tanh(a),
  a => ops.sigmoid(ops.mul(a, 2)),
  a => ops.sin(ops.square(a)),
  a => ops.exp(ops.neg(ops.square(a))),
  a => ops.sin(ops.sqrt(ops.add(ops.square(a), 0.25))),
  (a, b) => ops.atan2(a, ops.add(1.5, ops.abs(b))),
  (a, b) => ops.maximum(ops.sin(a), ops.mul(0.8, b)),
  (a, b) => ops.where(greater(a, b), ops.sin(ops.sub(a, b)), ops.mul(0.3, b)),
  a => ops.neg(a),
  (a, b) => ops.add(ops.mul(0.5, a), ops.mul(0.25, stopGradient(b))),
  a => a,
]

const isTensor = (x: unknown): x is Tensor => x instanceof Tensor
const shapeText = (x: unknown) => (isTensor(x) ? x.shape.join() : 'scalar')

function pick<T>(list: readonly T[], k: Pick): T {
  return list[list.length - 1 - (k % list.length)] as T
}

/** A value of the kind of another. */
function alike(values: Values, like: Any, k: Pick): Any {
  return isTensor(like)
    ? pick(
        values.tensors.filter(each => shapeText(each) === shapeText(like)),
        k,
      )
    : pick(values.scalars, k)
}

/** Any value: tensors and scalars take turns. */
const any = (values: Values, k: Pick): Any => (k % 2 === 0 ? pick(values.scalars, k >> 1) : pick(values.tensors, k >> 1))

/** An index of an axis from any integer. */
const within = (integer: Any, length: number): Any => ops.mod(integer, length)

export function valuesOf(tensors: readonly Tensor[], scalars: readonly Any[], integers: readonly Any[]): Values {
  return { tensors, scalars, integers }
}

const withMore = (values: Values, more: readonly Any[], integers: readonly Any[] = []): Values => ({
  scalars: [...values.scalars, ...more.filter(each => !isTensor(each))],
  tensors: [...values.tensors, ...more.filter(isTensor)],
  integers: [...values.integers, ...integers],
})

/** The values after a block. */
export function run(block: Block, values: Values, branches: Branches): Values {
  return block.steps.reduce((all, step) => after(step, all, branches), values)
}

/** What a block gives: values of any kind. */
export function results(block: Block, values: Values, branches: Branches): Any[] {
  const all = run(block, values, branches)
  return block.out.map(k => any(all, k))
}

const scalarOf = (x: Any): Any => (isTensor(x) ? ops.mean(x) : x)

function small(x: Any): readonly Any[] {
  if (!isTensor(x)) return [ops.sin(x)]
  return x.size > 0 && x.size <= LARGEST && x.rank <= 3 ? [x.rank === 0 ? x.item() : ops.sin(x)] : []
}

function after(step: Step, values: Values, branches: Branches): Values {
  switch (step.do) {
    case 'scalar':
      return withMore(values, [
        (SCALAR_OPERATORS[step.op % SCALAR_OPERATORS.length] as (a: Any, b: Any) => Any)(pick(values.scalars, step.a), pick(values.scalars, step.b)),
      ])
    case 'tensor': {
      const operator = TENSOR_OPERATORS[step.op % TENSOR_OPERATORS.length] as (typeof TENSOR_OPERATORS)[number]
      const operands = [pick(values.tensors, step.a), pick(values.tensors, step.b)].slice(0, operator.arity)
      const shapes = operands.map(each => each.shape)
      if (!operator.fits(...shapes)) return values
      return withMore(values, small(operator.make(new Random(`step ${step.how}`), ...shapes).library(...operands)))
    }
    case 'read':
      return withMore(values, read(step.by, pick(values.tensors, step.a), pick(values.integers, step.at)))
    case 'write': {
      const into = pick(values.tensors, step.a)
      if (into.rank !== 1) return values
      const places = ops.stack([
        within(pick(values.integers, step.at), into.shape[0] as number),
        within(pick(values.integers, step.at + 1), into.shape[0] as number),
      ])
      return withMore(values, [ops.sin(scatterAdd(into, places, ops.stack([pick(values.scalars, step.b), pick(values.scalars, step.b + 1)])))])
    }
    case 'count': {
      const integer = pick(values.integers, step.a)
      if (step.by === 'number') return withMore(values, [ops.sin(ops.mul(0.37, integer))])
      if (step.by === 'next') return withMore(values, [], [ops.add(integer, 1)])
      if (step.by === 'floor') return withMore(values, [], [ops.floor(ops.mul(7, stopGradient(pick(values.scalars, step.a))))])
      return withMore(values, [], [argMax(ops.reshape(pick(values.tensors, step.a), [-1]))])
    }
    case 'if':
      return withMore(values, branch(step, values, branches))
    case 'for': {
      const { init, body, states } = loopOf(step, values, branches)
      return withMore(values, states(foriLoop(step.from, step.from + step.rounds, (i, state: Any) => body(state, [], [i]), init)))
    }
    case 'while': {
      const { init, body, states } = loopOf({ ...step, as: 0 }, values, branches)
      const data = pick(values.scalars, 0)
      const most = step.until === 'index' ? ops.add(1, within(pick(values.integers, 0), 4)) : step.rounds
      const [, last] = whileLoop(
        ([k, state]: Any) =>
          step.until === 'data'
            ? logicalAnd(less(k, step.rounds + 1), greater(ops.add(scalarOf(state[0] ?? data), 0.7123), ops.mul(k, 0.2)))
            : lt(k, most as number),
        ([k, state]: Any) => [ops.add(k, 1), body(state, [], [k])],
        [0, init],
      ) as Any
      return withMore(values, states(last))
    }
    case 'scan':
      return scanned(step, values, branches)
    case 'map': {
      const xs = pick(values.tensors, step.a)
      if (xs.rank === 0) return values
      const found = map((x: Any) => scalarOf(results(step.body, withMore(values, [x]), branches)[0] ?? x), xs)
      return withMore(values, [ops.mul(found, 1)])
    }
    default:
      return withMore(values, transformed(step, values, branches))
  }
}

function read(by: 'take' | 'at' | 'slice' | 'gather' | 'pick', x: Tensor, integer: Any): readonly Any[] {
  if (x.rank === 0) return []
  const [length = 0] = x.shape
  const i = within(integer, length)
  switch (by) {
    case 'at':
      return [x.at(...x.shape.map(each => within(integer, each)))]
    case 'pick':
      return [x.at(...x.shape.map(() => 0))]
    case 'slice': {
      if (length < 2) return []
      const start = within(integer, length - 1)
      return [slice(x, start, ops.add(start, 2) as number)]
    }
    case 'gather':
      return [
        gather(
          x,
          ops.broadcastTo(
            ops.reshape(
              i,
              x.shape.map(() => 1),
            ),
            [1, ...x.shape.slice(1)],
          ),
          0,
        ),
      ]
    default:
      return [take(x, i)]
  }
}

function branch(step: Extract<Step, { do: 'if' }>, values: Values, branches: Branches): readonly Any[] {
  const [a, b] = [pick(values.scalars, step.a), pick(values.scalars, step.b)]
  const kept = pick(values.tensors, step.a)
  const side = (block: Block) => () => {
    const all = run(block, values, branches)
    return [pick(all.scalars, block.out[0] ?? 0), alike(all, kept, block.out[1] ?? 0)]
  }
  const [yes, no] = [side(step.yes), side(step.no)]
  // Off all numbers that programs are made of, so that rounding decides no comparison of equal ones.
  const [x, y] = [ops.add(a, 0.0123), b]
  if (branches === 'both sides' || step.by === 'where') {
    const [first, second] = [yes(), no()]
    return first.map((each, k) => where(greater(x, y), each, second[k]))
  }
  return cond(branches === 'masks' || step.by === 'cond' ? greater(x, y) : gt(x, y), yes, no) as Any[]
}

/** A loop's state as a list, an object or one value alone, and its body on values. */
function loopOf({ as, state, body }: { as: number; state: readonly Pick[]; body: Block }, values: Values, branches: Branches) {
  const chosen = state.map(k => any(values, k))
  const pack = (list: readonly Any[]): Any =>
    as % 3 === 1 ? Object.fromEntries(list.map((each, k) => [`s${k}`, each])) : as % 3 === 2 && list.length === 1 ? list[0] : [...list]
  const states = (packed: Any): Any[] => (as % 3 === 2 && chosen.length === 1 ? [packed] : Object.values(packed))
  const round = (packed: Any, items: readonly Any[], integers: readonly Any[]) => {
    const all = run(body, withMore(values, [...states(packed), ...items], integers), branches)
    return { all, next: pack(chosen.map((each, k) => alike(all, each, body.out[k] ?? 0))) }
  }
  return { init: pack(chosen), states, round, body: (packed: Any, items: readonly Any[], integers: readonly Any[]) => round(packed, items, integers).next }
}

function scanned(step: Extract<Step, { do: 'scan' }>, values: Values, branches: Branches): Values {
  const { init, round, states } = loopOf(step, values, branches)
  const xs = pick(values.tensors, step.a)
  const rows = xs.rank === 0 ? 0 : (xs.shape[0] as number)
  const over: Any =
    step.over % 5 === 0 || rows === 0
      ? step.over % 4
      : step.over % 5 === 1
        ? xs
        : step.over % 5 === 2
          ? { x: xs, k: Float64Array.from({ length: rows }, (_, i) => (3 * i) % 5) }
          : step.over % 5 === 3
            ? values.scalars.slice(0, 3)
            : [xs, xs]
  const [last, outputs] = scan(
    (state: Any, item: Any) => {
      const [items, integers] = typeof over === 'number' ? [[], [item]] : step.over % 5 === 2 ? [[item.x], [item.k]] : [Array.isArray(item) ? item : [item], []]
      const { all, next } = round(state, items, integers)
      const kept = any(all, step.body.out[0] ?? 0)
      return [next, step.as % 2 === 0 ? kept : { u: pick(all.scalars, 0), v: kept }]
    },
    init,
    over,
  )
  const stacked: Any[] = step.as % 2 === 0 ? [outputs] : [outputs?.u, outputs?.v]
  // Of no rounds nothing is kept.
  const kept = stacked.filter(each => isTensor(each) || (Array.isArray(each) && each.length > 0)).map(each => ops.mul(each, 1) as Any)
  return withMore(values, [...states(last), ...kept.flatMap(small)])
}

function transformed(step: Extract<Step, { do: 'transform' }>, values: Values, branches: Branches): readonly Any[] {
  const scalar = pick(values.scalars, step.a)
  const tensor = pick(values.tensors, step.a)
  const f = (x: Any, how = branches): Any => scalarOf(results(step.body, withMore(values, [x]), how)[0] ?? x)
  const inBatch = branches === 'both sides' ? branches : 'masks'
  const rows = tensor.rank > 0 && (tensor.shape[0] as number) > 0
  switch (step.by) {
    case 'grad':
      return [ops.sin(grad((x: number) => f(x))(scalar))]
    case 'jvp':
      return jvp((x: number) => f(x), [scalar], [pick(values.scalars, step.a + 1)]).map(each => ops.sin(each as number))
    case 'grad of tensor':
      return [ops.sin(grad((x: Tensor) => f(x))(tensor))]
    case 'vmap':
      return rows ? [ops.mul(vmap((x: Any) => f(x, inBatch))(tensor), 1)] : []
    case 'vmap of grad':
      return rows ? [ops.sin(vmap(grad((x: Any) => f(x, inBatch)))(tensor) as Tensor)] : []
    default:
      return [checkpoint((x: Any) => f(x))(scalar)]
  }
}

const picks = fc.nat(11)
const pickLists = (min: number, max: number) => fc.array(picks, { minLength: min, maxLength: max })

/** Sentences of the language, with loops in loops to depth 3. */
export const blocks: fc.Arbitrary<Block> = fc.letrec<{ block: Block; body: Block; step: Step }>(tie => {
  const plain = [
    fc.record({ do: fc.constant('scalar' as const), op: fc.nat(SCALAR_OPERATORS.length - 1), a: picks, b: picks }),
    fc.record({ do: fc.constant('tensor' as const), op: fc.nat(TENSOR_OPERATORS.length - 1), how: fc.nat(20), a: picks, b: picks }),
    fc.record({ do: fc.constant('read' as const), by: fc.constantFrom('take' as const, 'at', 'slice', 'gather', 'pick'), a: picks, at: picks }),
    fc.record({ do: fc.constant('count' as const), by: fc.constantFrom('argMax' as const, 'next', 'floor', 'number'), a: picks }),
    fc.record({ do: fc.constant('write' as const), a: picks, b: picks, at: picks }),
  ]
  const rounds = fc.oneof({ weight: 5, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant(19) })
  const nested = [
    fc.record({
      do: fc.constant('if' as const),
      by: fc.constantFrom('question' as const, 'cond', 'where'),
      a: picks,
      b: picks,
      yes: tie('body'),
      no: tie('body'),
    }),
    fc.record({ do: fc.constant('for' as const), from: fc.integer({ min: -1, max: 2 }), rounds, as: fc.nat(2), state: pickLists(0, 3), body: tie('body') }),
    fc.record({
      do: fc.constant('while' as const),
      until: fc.constantFrom('count' as const, 'data', 'index'),
      rounds: fc.nat(5),
      state: pickLists(0, 3),
      body: tie('body'),
    }),
    fc.record({ do: fc.constant('scan' as const), over: fc.nat(19), a: picks, as: fc.nat(5), state: pickLists(0, 3), body: tie('body') }),
    fc.record({ do: fc.constant('map' as const), a: picks, body: tie('body') }),
    fc.record({
      do: fc.constant('transform' as const),
      by: fc.constantFrom('grad' as const, 'jvp', 'vmap', 'checkpoint', 'grad of tensor', 'vmap of grad'),
      a: picks,
      body: tie('body'),
    }),
  ]
  return {
    step: fc.oneof({ maxDepth: 3, depthIdentifier: 'loops', withCrossShrink: true }, fc.oneof(...plain), fc.oneof(...nested)) as fc.Arbitrary<Step>,
    body: fc.record({ steps: fc.array(tie('step'), { maxLength: 3 }), out: pickLists(1, 3) }),
    block: fc.record({ steps: fc.array(tie('step'), { minLength: 1, maxLength: 5 }), out: pickLists(1, 3) }),
  }
}).block
