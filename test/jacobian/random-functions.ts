import fc from 'fast-check'
import {
  add,
  checkpoint,
  concat,
  customJvp,
  defineOp,
  greater,
  gt,
  matmul,
  mul,
  neg,
  sin,
  slice,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  where,
} from '../../src/index.ts'

/*
 * Random functions with many zeros in their Jacobians, as scalars or as tensors, with branches, data around them, checkpoints and
 * rules of their own; and the same functions in an arithmetic of values, gradients and second derivatives, written here with
 * nothing of the library.
 */

/** A value with all its first and second derivatives. */
export interface Jet {
  value: number
  gradient: number[]
  hessian: number[][]
}

const constantJet = (value: number, n: number): Jet => ({
  value,
  gradient: new Array<number>(n).fill(0),
  hessian: Array.from({ length: n }, () => new Array<number>(n).fill(0)),
})

/** f(a) from f, f′ and f″ there. */
function chain(a: Jet, f: number, first: number, second: number): Jet {
  return {
    value: f,
    gradient: a.gradient.map(each => first * each),
    hessian: a.hessian.map((row, i) => row.map((each, j) => first * each + second * a.gradient[i]! * a.gradient[j]!)),
  }
}

/** p a + q b + r a b. */
function bilinear(a: Jet, b: Jet, p: number, q: number, r: number): Jet {
  const [da, db] = [p + r * b.value, q + r * a.value]
  return {
    value: p * a.value + q * b.value + r * a.value * b.value,
    gradient: a.gradient.map((each, i) => da * each + db * b.gradient[i]!),
    hessian: a.hessian.map((row, i) =>
      row.map((each, j) => da * each + db * b.hessian[i]![j]! + r * (a.gradient[i]! * b.gradient[j]! + b.gradient[i]! * a.gradient[j]!)),
    ),
  }
}

/** One step: which values before it are taken, and a number that further choices are read from. */
interface Step {
  kind: (typeof KINDS)[number]
  a: number
  b: number
  choice: number
}

const KINDS = [
  'add',
  'sub',
  'mul',
  'sin',
  'square',
  'tanh',
  'neg',
  'data',
  'constant',
  'branch',
  'mask',
  'checkpoint',
  'hidden branch',
  'rule',
  'rule with a branch',
  'twins',
] as const
const TENSOR_KINDS = ['permute', 'shift', 'product', 'sum', 'entry', 'assemble'] as const

export interface Program {
  inputs: number
  steps: Step[]
  /** Further kinds of steps, where the argument is a tensor. */
  moves: { kind: (typeof TENSOR_KINDS)[number]; after: number; a: number; choice: number }[]
  outputs: number[]
  tensors: boolean
}

/** Numbers around the function, which may change between calls. */
export type Data = number[]
export const DATA = 4

/** Each program is made of some kinds of steps only, so that affine ones and those with a single oddity occur. */
export const programs = (inputs: { min: number; max: number }): fc.Arbitrary<Program> =>
  fc.subarray([...KINDS], { minLength: 1 }).chain(kinds => programsOf(inputs, kinds))

const programsOf = (inputs: { min: number; max: number }, kinds: Step['kind'][]): fc.Arbitrary<Program> =>
  fc.record({
    inputs: fc.integer(inputs),
    steps: fc.array(fc.record({ kind: fc.constantFrom(...kinds), a: fc.nat(), b: fc.nat(), choice: fc.nat(1000) }), { minLength: 4, maxLength: 40 }),
    moves: fc.array(fc.record({ kind: fc.constantFrom(...TENSOR_KINDS), after: fc.nat(40), a: fc.nat(), choice: fc.nat(1000) }), { maxLength: 6 }),
    outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 14 }),
    tensors: fc.boolean(),
  })

/** Two rules for one name: the first argument, or the second. */
const first = customJvp<[number, number], number>(([x], [dx]) => [x, dx])
const second = customJvp<[number, number], number>(([, y], [, dy]) => [y, dy])

/** One rule that is the one or the other by the value of the first argument. */
const either = customJvp<[number, number], number>(([x, y], [dx, dy]) => (gt(x, 0) ? [x, dx] : [y, dy]))
/** Two operators of one name, which pass on the first operand or the second. */
const twins = [
  defineOp({ name: 'twin', value: (x: number, _y: number) => x, partials: () => [1, 0] }),
  defineOp({ name: 'twin', value: (_x: number, y: number) => y, partials: () => [0, 1] }),
] as const

// biome-ignore lint/suspicious/noExplicitAny: scalars and tensors alike
type Any = any

/** The value that a step takes: one of those before it, rather a late one, so that programs get deep. */
const taken = (pick: number, count: number) => (pick % 3 === 0 ? pick % count : count - 1 - (pick % Math.min(count, 6)))

/** The function as a user would write it; `x` is number[], or a Tensor where the program has tensors. */
export function functionOf({ steps, moves, outputs, tensors }: Program, data: Data): (x: Any) => Any {
  return x => {
    const n = tensors ? (x as Tensor).size : x.length
    const values: Any[] = tensors ? [x] : [...x]
    const isWhole = (v: Any) => tensors && typeof v === 'object' && (v.shape?.length ?? 0) === 1
    const apply = (step: Step): Any => {
      const [a, b] = [values[taken(step.a, values.length)], values[taken(step.b, values.length)]]
      const datum = data[step.choice % DATA]!
      switch (step.kind) {
        case 'add':
          return add(a, b)
        case 'sub':
          return sub(a, b)
        case 'mul':
          return mul(a, b)
        case 'sin':
          return sin(a)
        case 'square':
          return square(a)
        case 'tanh':
          return tanh(a)
        case 'neg':
          return neg(a)
        case 'data':
          return mul(datum, a)
        case 'branch':
          return gt(isWhole(a) ? a.at(0) : a, (step.choice % 7) / 7 - 0.5) ? sin(b) : square(a)
        case 'mask':
          return where(greater(a, 0.1), mul(2, a), mul(b, 3))
        case 'checkpoint':
          return checkpoint((u: Any, v: Any) => (step.choice % 2 === 0 ? mul(sin(u), v) : add(square(u), mul(datum, v))))(a, b)
        case 'hidden branch':
          return checkpoint((u: Any, v: Any) => (gt(isWhole(u) ? u.at(0) : u, 0.1) ? add(u, mul(0, v)) : mul(datum, v)))(a, b)
        case 'twins':
          return twins[datum > 0 ? 0 : 1](a, b)
        case 'rule with a branch':
          return isWhole(a) || isWhole(b) ? add(a, b) : either(a, b)
        case 'rule': {
          const rule = (datum > 0 ? first : second) as Any
          return isWhole(a) || isWhole(b) ? add(a, b) : rule(a, b)
        }
        default:
          return step.choice / 1000
      }
    }
    const move = ({ kind, a: pick, choice }: Program['moves'][number]): Any => {
      const a = values[taken(pick, values.length)]
      if (kind === 'assemble') return stack(Array.from({ length: n }, (_, i) => pickScalar(values, choice + i)))
      if (!isWhole(a)) return mul(a, 0.5)
      switch (kind) {
        case 'permute':
          return take(a, permutation(n, choice))
        case 'shift':
          return concat([slice(a, 1, n), slice(a, 0, 1)])
        case 'product':
          return matmul(tensor(sparseMatrix(n, choice)), a)
        case 'sum':
          return sum(a)
        default:
          return a.at(choice % n)
      }
    }
    steps.forEach((step, k) => {
      values.push(apply(step))
      if (tensors) for (const each of moves) if (each.after === k) values.push(move(each))
    })
    return outputs.map(pick => values[taken(pick, values.length)])
  }
}

const pickScalar = (values: Any[], choice: number): Any => {
  const value = values[choice % values.length]
  return typeof value === 'object' && (value.shape?.length ?? 0) === 1 ? value.at(choice % value.size) : value
}

const permutation = (n: number, choice: number) => Array.from({ length: n }, (_, i) => (i * stride(n) + choice) % n)
const stride = (n: number) => [7, 5, 3, 2, 1].find(each => gcd(each, n) === 1)!
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
const sparseMatrix = (n: number, choice: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (j === i || j === (i + choice) % n ? ((i + 2 * j) % 5) / 4 - 0.6 : 0)))

/** The outputs' jets at x, scalar after scalar. */
export function jetsOf({ steps, moves, outputs, tensors }: Program, data: Data, x: number[]): Jet[] {
  const n = x.length
  const inputs = x.map((value, i): Jet => ({ ...constantJet(value, n), gradient: x.map((_, j) => (i === j ? 1 : 0)) }))
  /** Each value is a list: of one jet for a scalar, of n for a tensor. */
  const values: Jet[][] = tensors ? [inputs] : inputs.map(each => [each])
  const isWhole = (v: Jet[]) => tensors && v !== undefined && (v as Jet[] & { whole?: true }).whole === true
  const whole = (v: Jet[]) => Object.assign(v, { whole: true as const })
  if (tensors) whole(values[0]!)
  const spread = (v: Jet[], length: number) => (v.length === length ? v : Array.from({ length }, () => v[0]!))
  const one = (a: Jet[], f: (a: Jet) => Jet) => (isWhole(a) ? whole(a.map(f)) : a.map(f))
  const two = (a: Jet[], b: Jet[], f: (a: Jet, b: Jet) => Jet) => {
    const length = Math.max(isWhole(a) ? n : 1, isWhole(b) ? n : 1)
    const [left, right] = [spread(a, length), spread(b, length)]
    const result = left.map((each, i) => f(each, right[i]!))
    return isWhole(a) || isWhole(b) ? whole(result) : result
  }
  const sine = (a: Jet) => chain(a, Math.sin(a.value), Math.cos(a.value), -Math.sin(a.value))
  const squared = (a: Jet) => chain(a, a.value ** 2, 2 * a.value, 2)
  const apply = (step: Step): Jet[] => {
    const [a, b] = [values[taken(step.a, values.length)]!, values[taken(step.b, values.length)]!]
    const datum = data[step.choice % DATA]!
    switch (step.kind) {
      case 'add':
        return two(a, b, (p, q) => bilinear(p, q, 1, 1, 0))
      case 'sub':
        return two(a, b, (p, q) => bilinear(p, q, 1, -1, 0))
      case 'mul':
        return two(a, b, (p, q) => bilinear(p, q, 0, 0, 1))
      case 'sin':
        return one(a, sine)
      case 'square':
        return one(a, squared)
      case 'tanh':
        return one(a, p => {
          const t = Math.tanh(p.value)
          return chain(p, t, 1 - t * t, -2 * t * (1 - t * t))
        })
      case 'neg':
        return one(a, p => chain(p, -p.value, -1, 0))
      case 'data':
        return one(a, p => chain(p, datum * p.value, datum, 0))
      case 'branch':
        return a[0]!.value > (step.choice % 7) / 7 - 0.5 ? one(b, sine) : one(a, squared)
      case 'mask':
        return two(a, b, (p, q) => (p.value > 0.1 ? chain(p, 2 * p.value, 2, 0) : chain(q, 3 * q.value, 3, 0)))
      case 'checkpoint':
        return two(a, b, (p, q) => (step.choice % 2 === 0 ? bilinear(sine(p), q, 0, 0, 1) : bilinear(squared(p), q, 1, datum, 0)))
      case 'hidden branch':
        return a[0]!.value > 0.1 ? two(a, b, (p, q) => bilinear(p, q, 1, 0, 0)) : one(b, p => chain(p, datum * p.value, datum, 0))
      case 'twins':
        return two(a, b, (p, q) => (datum > 0 ? p : q))
      case 'rule with a branch':
        return isWhole(a) || isWhole(b) ? two(a, b, (p, q) => bilinear(p, q, 1, 1, 0)) : a[0]!.value > 0 ? a : b
      case 'rule':
        return isWhole(a) || isWhole(b) ? two(a, b, (p, q) => bilinear(p, q, 1, 1, 0)) : datum > 0 ? a : b
      default:
        return [constantJet(step.choice / 1000, n)]
    }
  }
  const move = ({ kind, a: pick, choice }: Program['moves'][number]): Jet[] => {
    const a = values[taken(pick, values.length)]!
    if (kind === 'assemble') {
      return whole(
        Array.from({ length: n }, (_, i) => {
          const value = values[(choice + i) % values.length]!
          return isWhole(value) ? value[(choice + i) % n]! : value[0]!
        }),
      )
    }
    if (!isWhole(a)) return one(a, p => chain(p, 0.5 * p.value, 0.5, 0))
    switch (kind) {
      case 'permute':
        return whole(permutation(n, choice).map(i => a[i]!))
      case 'shift':
        return whole([...a.slice(1), a[0]!])
      case 'product':
        return whole(sparseMatrix(n, choice).map(row => row.reduce((total, each, j) => bilinear(total, a[j]!, 1, each, 0), constantJet(0, n))))
      case 'sum':
        return [a.reduce((total, each) => bilinear(total, each, 1, 1, 0))]
      default:
        return [a[choice % n]!]
    }
  }
  steps.forEach((step, k) => {
    values.push(apply(step))
    if (tensors) for (const each of moves) if (each.after === k) values.push(move(each))
  })
  return outputs.flatMap(pick => values[taken(pick, values.length)]!)
}
