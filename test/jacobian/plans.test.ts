import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  checkpointSequential,
  compile,
  customJvp,
  customVjp,
  defineOp,
  grad,
  gt,
  hessian,
  jacobian,
  log,
  matmul,
  mul,
  planHessian,
  planJacobian,
  reshape,
  ShapeError,
  SparsityPattern,
  sin,
  slice,
  square,
  sum,
  type Tensor,
  take,
  tensor,
  where,
  zeros,
} from '../../src/index.ts'
import type { JacobianOptions, Mode } from '../../src/jacobian/options.ts'
import * as ops from '../../src/ops/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every kind
type Any = any

/** Numbers with −0 as 0. */
const plain = (x: unknown) => numbersOf(x).map(each => each + 0)
const ramp = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
const diagonal = (values: number[]) => values.map((each, i) => values.map((_, j) => (i === j ? each : 0)))
/** Each output depends on its input and the next. */
const ring = (x: number[]) => x.map((each, i) => mul(sin(each), x[(i + 1) % x.length]!))
const ringByHand = (x: number[]) =>
  x.map((each, i) => x.map((_, j) => (j === i ? Math.cos(each) * x[(i + 1) % x.length]! : j === (i + 1) % x.length ? Math.sin(each) : 0)))

describe('what a plan found at one argument', () => {
  it.each<[string, (x: number[]) => number[]]>([
    ['a checkpoint', checkpoint((x: number[]) => x.map(each => square(each)))],
    ['a checkpoint in a checkpoint', checkpoint((x: number[]) => checkpoint((y: number[]) => y.map(each => square(each)))(x))],
    ['segments', x => checkpointSequential([(s: number[]) => s.map(each => mul(each, each)), (s: number[]) => s], x)],
    ['stored states', x => checkpointSequential([(s: number[]) => s.map(each => mul(each, each)), (s: number[]) => s, (s: number[]) => s], x, { memory: 2 })],
  ])('is not kept for another through %s', (_name, f) => {
    for (const n of [2, 12]) {
      const J = jacobian(f)
      expect(J(ramp(n))).toEqual(diagonal(ramp(n).map(each => 2 * each)))
      expect(plain(J(ramp(n).map(each => -each)))).toEqual(diagonal(ramp(n).map(each => -2 * each)).flat())
      expect(planJacobian(f, ramp(n)).mode).not.toBe('constant')
    }
  })

  it('is not kept when the argument is changed in place', () => {
    const x = [1, 2]
    const plan = planJacobian((v: number[]) => v.map(each => square(each)), x)
    x[0] = 5
    expect(plan.valueAndJacobian(x)).toEqual([[25, 4], diagonal([10, 4])])
    const t = tensor([1, 2])
    const ofTensor = planJacobian((v: Tensor) => square(v), t)
    t.data[1] = 7
    expect(ofTensor.jacobian(t).toArray()).toEqual(diagonal([2, 14]))
  })

  it.each([2, 12])('is not kept when data around the function change, with %i inputs', n => {
    let factor = 2
    const weights = tensor(ramp(n))
    const f = (v: Tensor) => mul(mul(factor, weights), v)
    const plan = planJacobian(f, tensor(ramp(n)))
    expect(plan.mode).toBe(n === 1 ? 'forward' : 'constant')
    factor = 3
    weights.data[0] = -1
    expect(plan.jacobian(tensor(ramp(n))).toArray()).toEqual(
      diagonal([
        -3,
        ...ramp(n)
          .slice(1)
          .map(each => 3 * each),
      ]),
    )
    const indices = [0, 1]
    const picked = planJacobian((v: Tensor) => take(square(v), indices), tensor(ramp(n)), { output: 'sparse' })
    indices.reverse()
    expect(
      picked
        .jacobian(tensor(ramp(n)))
        .toDense()
        .toArray()
        .map((row: number[]) => row.slice(0, 2)),
    ).toEqual([
      [0, 4],
      [2, 0],
    ])
  })

  it('is not kept when the coefficients of an affine function change by powers of two, or in their last bit', () => {
    // A hash that does not mix its upper bits takes such numbers for the same.
    let factors = new Array<number>(12).fill(1)
    const J = jacobian((v: number[]) => v.map((each, i) => mul(factors[i]!, each)))
    J(ramp(12))
    for (let power = -40; power <= 40; power += 2) {
      for (const other of [0, 1, 7]) {
        factors = ramp(12).map((_, i) => (i === 3 ? 2 ** power : i === other ? 2 ** -power : 1))
        expect(J(ramp(12))).toEqual(diagonal(factors))
      }
    }
    factors = factors.map(each => each * (1 + Number.EPSILON))
    expect(J(ramp(12))).toEqual(diagonal(factors))
    factors = factors.map(() => Number.NaN)
    expect(J(ramp(12))[3]![3]).toBeNaN()
  })

  it('is not kept when a matrix inside a linear operator of the user changes', () => {
    const matrix = tensor([
      [1, 2],
      [3, 4],
    ])
    const apply = defineOp<(x: Tensor) => Tensor>({
      name: 'apply',
      value: ([x]: Any) => matmul(matrix, x) as Any,
      transpose: (cotangent: Any) => [matmul(cotangent, matrix)],
    } as Any)
    const plan = planJacobian((x: Tensor) => apply(x), tensor([1, 1]))
    expect(plan.jacobian(tensor([1, 1])).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
    matrix.data[0] = 9
    expect(plan.jacobian(tensor([1, 1])).toArray()).toEqual([
      [9, 2],
      [3, 4],
    ])
  })

  const first = customJvp<[number, number], number>(([x], [dx]) => [x, dx])
  const second = customJvp<[number, number], number>(([, y], [, dy]) => [y, dy])
  const either = customJvp<[number, number], number>(([x, y], [dx, dy]) => (gt(x, 0) ? [x, dx] : [y, dy]))
  const left = customVjp<[number, number], number, undefined>(
    (x, _y) => [x, undefined],
    (_saved, c) => [c, 0],
  )
  const right = customVjp<[number, number], number, undefined>(
    (_x, y) => [y, undefined],
    (_saved, c) => [0, c],
  )
  const twins = [
    defineOp({ name: 'twin', value: (x: number, _y: number) => x, partials: () => [1, 0] }),
    defineOp({ name: 'twin', value: (_x: number, y: number) => y, partials: () => [0, 1] }),
  ] as const
  const next = (x: number[], i: number) => x[(i + 1) % x.length]!
  it.each<[string, (x: Any) => Any, boolean]>([
    ['rules for tangents', (x: number[]) => x.map((each, i) => (gt(x[0]!, 0) ? first(each, next(x, i)) : second(each, next(x, i)))), false],
    ['rules for cotangents', (x: number[]) => x.map((each, i) => (gt(x[0]!, 0) ? left(each, next(x, i)) : right(each, next(x, i)))), false],
    ['a rule that looks at the value', (x: number[]) => x.map((each, i) => either(each, next(x, i))), false],
    ['operators of one name', (x: number[]) => x.map((each, i) => twins[gt(x[0]!, 0) ? 0 : 1](each, next(x, i))), false],
    ['operators of one name on tensors', (x: Tensor) => twins[gt(x.at(0), 0) ? 0 : 1](x, take(x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0])), true],
    [
      'a branch inside a checkpoint',
      (x: number[]) => x.map((each, i) => checkpoint((a: number, b: number) => (gt(a, 0) ? add(a, mul(b, 0)) : mul(b, 1)))(each, next(x, i))),
      false,
    ],
  ])('is not kept when a branch goes between %s', (_name, f, tensors) => {
    const at = (x: number[]) => (tensors ? tensor(x) : x)
    for (const output of ['dense', 'sparse'] as const) {
      const plan = planJacobian(f, at(ramp(12)), { output })
      for (const sign of [1, -1, 1]) {
        const entries = numbersOf(
          output === 'sparse' ? (plan.jacobian(at(ramp(12).map(each => sign * each))) as Any).toDense() : plan.jacobian(at(ramp(12).map(each => sign * each))),
        )
        const expected = ramp(12).map((_, i) => ramp(12).map((__, j) => (j === (sign > 0 ? i : (i + 1) % 12) ? 1 : 0)))
        expect(entries).toEqual(expected.flat())
      }
    }
  })

  it('is not kept when the function gives another result from the same tape', () => {
    let more = 1
    const f = (x: number[]) => ({ squares: x.map(each => square(each)), constants: zeros([more]) })
    for (const n of [2, 12]) {
      const plan = planJacobian(f, ramp(n))
      more++
      const { squares, constants } = plan.jacobian(ramp(n)) as unknown as { squares: number[][]; constants: Tensor }
      expect(squares).toEqual(diagonal(ramp(n).map(each => 2 * each)))
      expect(constants.shape).toEqual([more, n])
      expect(plan.outputs).toBe(n + more)
    }
  })

  it('is made anew in another transform, where the old numbers have ended', () => {
    let captured: Any = 1
    const K = jacobian((v: number[]) => v.map(each => mul(captured, each)))
    const f = (a: number) => {
      captured = a
      return mul(a, (K([1, 2]) as number[][])[0]![0]!)
    }
    expect([grad(f)(2), grad(f)(3), grad(grad(f))(3)]).toEqual([4, 6, 2])
    for (const output of ['dense', 'sparse'] as const) {
      const J = jacobian((v: number[]) => v.map(each => mul(3, each)), { output })
      const compiled = [1, 2, 3].map(() => compile((v: number[]) => J(v)))
      for (const each of compiled) expect(numbersOf(output === 'sparse' ? (each([1, 2]) as Any).toDense() : each([1, 2]))).toEqual([3, 0, 0, 3])
      expect(numbersOf(output === 'sparse' ? (J([1, 2]) as Any).toDense() : J([1, 2]))).toEqual([3, 0, 0, 3])
    }
  })
})

describe('structure, not values', () => {
  it('a partial that happens to be 0 is a number', () => {
    const entropy = defineOp({ name: 'entropy', value: (x: number) => x * Math.log(x) - x, partials: (x: Any) => [log(x)] })
    const x = [1, ...ramp(12).slice(1)]
    const plan = planJacobian((t: Tensor) => entropy(t), tensor(x))
    expect(plan.nonzeros).toBe(12)
    expect(numbersOf(plan.jacobian(tensor(x)))).toEqual(diagonal(x.map(Math.log)).flat())
    expect(planJacobian((v: number[]) => v.map(each => entropy(each)), x).nonzeros).toBe(12)
    expect(planJacobian((v: number[]) => v.map(each => mul(0, each)), x).nonzeros).toBe(12)
    expect(planJacobian((t: Tensor) => where(tensor(x.map(each => (each > 6 ? 1 : 0))), t, 0), tensor(x)).nonzeros).toBe(12)
  })

  it('a partial that is written as 0 is none', () => {
    const firstOf = defineOp({ name: 'firstOf', value: (x: number, _y: number) => x, partials: () => [1, 0] })
    expect(planJacobian((t: Tensor) => firstOf(t, sum(t)), tensor(ramp(12))).nonzeros).toBe(12)
    expect(planJacobian((v: number[]) => v.map((each, i) => firstOf(each, v[(i + 1) % 12]!)), ramp(12)).nonzeros).toBe(12)
  })

  const isNumeric = (x: unknown): boolean => typeof x === 'number' || (Array.isArray(x) && x.length > 0 && x.every(isNumeric))
  const shapeOf = (x: Any): number[] => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : [])
  /** Which arguments of a sample are differentiated. */
  const activeOf = ({ kind, operands, samples }: OperatorDefinition, sample: readonly unknown[]) => {
    const all = kind === 'elementwise' ? samples[0]!.map((_, i) => i) : typeof operands === 'number' ? ramp(operands).map(i => i - 1) : (operands ?? [0])
    return all.filter(i => isNumeric(sample[i]))
  }
  /** Every scalar of a result. */
  const scalarsOf = (x: Any): Any[] => {
    if (typeof x === 'boolean') return []
    if (Array.isArray(x) || x?.shape?.length > 0) return [...x].flatMap(scalarsOf)
    return x?.constructor === Object ? Object.values(x).flatMap(scalarsOf) : [x]
  }

  const operators = registry
    .filter(each => (each as Any).differentiable !== false)
    .flatMap(definition => definition.samples.map((sample, i) => [definition.name, i, definition, sample] as const))
  it.each(operators)('a plan for %s, sample %i, gives the entries at other points, too', (name, _i, definition, sample) => {
    const active = activeOf(definition, sample)
    const start = active.flatMap(i => numbersOf(sample[i]))
    for (const form of ['scalars', 'tensors']) {
      // More than 8 inputs and outputs, so that zeros matter.
      const f = (x: Tensor) => {
        const args = [...sample]
        let at = 0
        for (const i of active) {
          const shape = shapeOf(sample[i])
          const from = at
          at += shape.reduce((a, b) => a * b, 1)
          const entry = (axis: number, place: number): Any =>
            axis === shape.length ? x.at(from + place) : Array.from({ length: shape[axis]! }, (_, k) => entry(axis + 1, place * shape[axis]! + k))
          args[i] = form === 'tensors' && shape.length > 0 ? reshape(slice(x, from, at), shape) : entry(0, 0)
        }
        return [...scalarsOf((ops as Any)[name](...args)), ...Array.from({ length: 9 }, (_, k) => square(x.at(start.length + k)))]
      }
      const moved = (step: number) => tensor([...start.map((each, k) => each + step * Math.sin(k + 1)), ...ramp(9)])
      const plan = planJacobian(f, moved(0), { output: 'sparse' })
      for (const step of [0, 1e-3, -0.02]) {
        const found = plan.jacobian(moved(step)).toDense().data
        const reference = numbersOf(jacobian(f, { sparsity: 'dense', mode: 'reverse' })(moved(step)))
        const scale = Math.max(1, ...reference.filter(Number.isFinite).map(Math.abs))
        expect(found.length).toBe(reference.length)
        reference.forEach((wanted, k) =>
          expect(Number.isFinite(wanted) ? Math.abs(found[k]! - wanted) <= 1e-9 * scale : true, `${name} ${k}: ${found[k]} ${wanted}`).toBe(true),
        )
      }
    }
  })
})

describe('the pattern of a strategy', () => {
  const x = ramp(12)
  const exact = x.map((_, i) => [i, (i + 1) % 12])
  const superset = exact.map((row, i) => [...row, (5 * i) % 12, (i + 1) % 12])
  const dense = x.map(() => x.map((_, j) => j))
  const given: JacobianOptions['sparsity'][] = ['detect', 'dense', exact, superset, dense, SparsityPattern.fromRows(superset, 12)]

  it.each<Mode | 'auto'>(['auto', 'forward', 'reverse', 'mixed', 'elimination'])('is its own, whatever is known of the zeros: %s', mode => {
    for (const sparsity of given) {
      for (const output of ['dense', 'sparse'] as const) {
        const plan = planJacobian(ring, x, { mode, output, sparsity } as JacobianOptions)
        for (const point of [x, x.map(each => each / 7)]) {
          const found = plan.jacobian(point) as Any
          const entries = numbersOf(output === 'sparse' ? found.toDense() : found)
          ringByHand(point)
            .flat()
            .forEach((each, k) => expect(entries[k]).toBeCloseTo(each, 12))
          if (output === 'sparse') expect(found.nonzeros).toBe(plan.nonzeros)
        }
      }
    }
  })

  it('holds an entry that is named twice once', () => {
    expect(planJacobian(ring, x, { sparsity: superset, output: 'sparse' }).nonzeros).toBe(new Set(superset.flatMap((row, i) => row.map(j => 12 * i + j))).size)
  })

  it.each<[Any, RegExp]>([
    [exact.map((row, i) => (i === 2 ? [2, 3.5] : row)), /names column 3\.5 of a matrix with 12 columns/],
    [exact.map((row, i) => (i === 2 ? [2, -1] : row)), /names column -1/],
    [new SparsityPattern(12, 12, new Int32Array(13), Int32Array.of(1)), /13 row pointers that do not divide its 1 entries/],
    [new SparsityPattern(12, 12, Int32Array.of(0, 1), Int32Array.of(1)), /2 row pointers/],
    [[1, 2, 3], /list of the column indices of each row/],
  ])('is refused when it is none: case %#', (sparsity, message) => {
    expect(() => planJacobian(ring, x, { sparsity })).toThrow(ShapeError)
    expect(() => planJacobian(ring, x, { sparsity })).toThrow(message)
  })

  const chain = (v: number[]) => v.slice(1).reduce((total, each, i) => add(total, mul(square(each), v[i]!)), 0)
  const chainByHand = x.map((_, i) => x.map((__, j) => (i === j ? (i > 0 ? 2 * x[i - 1]! : 0) : Math.abs(i - j) === 1 ? 2 * x[Math.max(i, j)]! : 0)))
  it.each<[string, number[][]]>([
    ['the lower triangle', x.map((_, i) => (i > 0 ? [i - 1, i] : [0]))],
    ['the upper triangle', x.map((_, i) => (i < 11 ? [i, i + 1] : [11]))],
    ['more below than above', x.map((_, i) => [...x.keys()].filter(j => Math.abs(i - j) <= 1 || (i > j && (i + j) % 3 === 0)))],
  ])('of a Hessian is completed by symmetry: %s', (_name, sparsity) => {
    for (const output of ['dense', 'sparse'] as const) {
      const plan = planHessian(chain, x, { sparsity, output })
      expect(numbersOf(output === 'sparse' ? (plan.jacobian(x) as Any).toDense() : plan.jacobian(x))).toEqual(chainByHand.flat())
      const { pattern } = plan
      expect(pattern.equals(pattern.transposed())).toBe(true)
    }
    expect(() => planHessian(chain, x, { sparsity: sparsity.map((row, i) => (i === 4 || i === 5 ? [i] : row)) })).toThrow(/leaves out entry/)
  })

  it('of a Hessian whose zeros are not symmetric asks for no symmetry', () => {
    // The rule that is given is no derivative of the value: what it makes has no symmetric second derivatives.
    const product = customVjp<[number, number], number, [number, number]>(
      (u, v) => [mul(u, v), [u, v]],
      ([, v], c) => [mul(c, v), 0],
    )
    const f = (v: number[]) => v.slice(1).reduce((total, each, i) => add(total, product(each, v[i]!)), 0)
    const wanted = x.map((_, i) => x.map((__, j) => (i === j + 1 ? 1 : 0)))
    expect(hessian(f)(x)).toEqual(wanted)
    expect(hessian(f, { sparsity: 'dense' })(x)).toEqual(wanted)
  })
})

describe('rows backwards and columns forwards', () => {
  /** k dense rows, l dense columns and a diagonal. */
  const arrows = (k: number, l: number) => (v: number[]) =>
    v.map((each, i) => (i < k ? v : [...v.slice(0, l), each]).reduce((total, other, j) => add(total, mul(i + j + 1, square(other))), sin(each)))
  it.each([
    [20, 20, 41],
    [63, 63, 127],
    [70, 70, 141],
    [100, 100, 201],
    [20, 0, 21],
    [0, 20, 21],
    [5, 70, 76],
  ])('take a group for each of %i dense rows and %i dense columns, and one for the diagonal', (k, l, passes) => {
    const x = ramp(passes + 19).map(each => Math.sin(each))
    // Longer ones are pulled back in one walk where groups are not asked for.
    const { alternatives } = planJacobian(arrows(k, l), x, { mode: 'mixed' })
    expect(Math.min(...alternatives.filter(({ mode }) => mode !== 'elimination').map(each => each.passes))).toBe(passes)
    if (k > 0 && l > 0) expect(alternatives.find(({ mode }) => mode === 'mixed')?.passes).toBe(passes)
    const plan = planJacobian(arrows(k, l), x, { mode: 'mixed' })
    expect([plan.mode, plan.passes]).toEqual(['mixed', passes])
    const [found, reference] = [plan.jacobian(x), jacobian(arrows(k, l), { mode: 'reverse', sparsity: 'dense' })(x)]
    expect(Math.max(...found.map((row, i) => Math.max(...row.map((each, j) => Math.abs(each - reference[i]![j]!)))))).toBeLessThan(1e-9)
  })

  it.each<[string, (v: number[]) => number[], number]>([
    ['rows that are all alike', ring, 2],
    [
      'no zero at all',
      v =>
        v.map((_, i) =>
          sin(
            mul(
              i,
              v.reduce((a, b) => add(a, b)),
            ),
          ),
        ),
      12,
    ],
    ['one row', v => [v.reduce((a, b) => add(a, mul(b, b)))], 1],
    ['nothing but zeros', v => v.map(() => 1), 0],
  ])('are found for any pattern: %s', (_name, f, passes) => {
    const plan = planJacobian(f, ramp(12), { mode: 'mixed' })
    expect(plan.mode).toBe('mixed')
    expect(plan.passes).toBe(passes)
    expect(numbersOf(plan.jacobian(ramp(12)))).toEqual(numbersOf(jacobian(f, { mode: 'reverse', sparsity: 'dense' })(ramp(12))))
  })
})

describe('results of a plan', () => {
  it.each<[string, (x: Any) => Any, Any]>([
    ['constant, tensors', (x: Tensor) => mul(2, x), () => tensor(ramp(12))],
    ['constant, arrays', (x: number[]) => x.map(each => mul(2, each)), () => ramp(12)],
    ['constant, typed arrays', (x: Float64Array) => sum(mul(x, 2)), () => Float64Array.from(ramp(12))],
    ['tensors', (x: Tensor) => square(x), () => tensor(ramp(12))],
    ['the argument itself', (x: Tensor) => x, () => tensor(ramp(12))],
    ['what the function keeps', (x: Tensor) => [x, kept], () => tensor(ramp(12))],
  ])('are the caller’s: %s', (_name, f, argument) => {
    for (const output of ['dense', 'sparse'] as const) {
      const plan = planJacobian(f, argument(), { output })
      const x = argument()
      const spoil = (each: Any): void => {
        if (each === x || typeof each !== 'object' || each === null) return
        if (ArrayBuffer.isView(each)) (each as Float64Array).fill(99)
        else if (each.data !== undefined) each.data.fill(99)
        else {
          for (const key of Object.keys(each)) {
            if (typeof each[key] === 'number') each[key] = 99
            else spoil(each[key])
          }
        }
      }
      const snapshot = (each: Any) => JSON.stringify([numbersOf(each[0]), numbersOf(each[1])])
      const first = plan.valueAndJacobian(x)
      const before = snapshot(first)
      spoil(first)
      spoil(plan.pattern.columnIndices)
      spoil(plan.pattern.rowPointers)
      const second = plan.valueAndJacobian(x)
      expect(snapshot(second)).toBe(before)
      spoil(first)
      expect(snapshot(second)).toBe(before)
      expect(numbersOf(x)).toEqual(ramp(12))
      expect(numbersOf(kept)).toEqual([1, 2])
    }
  })
  const kept = tensor([1, 2])
})

describe('planning', () => {
  it('looks into elimination where the expected uses pay for it, and whatever is chosen is the same matrix', () => {
    const waist = (v: number[]) => {
      const t = v.reduce((total, each) => add(total, sin(each)), 0)
      return v.map((_, i) => sin(mul(t, i + 1)))
    }
    expect(planJacobian(waist, ramp(60)).mode).toBe('elimination')
    expect(planJacobian(waist, ramp(60), { mode: 'forward' }).alternatives.map(({ mode }) => mode)).toContain('forward')
    const t = ramp(60).reduce((total, each) => total + Math.sin(each), 0)
    jacobian(waist)(ramp(60)).forEach((row, i) => row.forEach((each, j) => expect(each).toBeCloseTo((i + 1) * Math.cos(t * (i + 1)) * Math.cos(j + 1), 10)))
  })

  it('looks for no coloring that cannot be better than one that is found, and takes longer to find than that takes to use', () => {
    // Two columns that all rows share, in pairs with others: no two rows are one group.
    const shared = (n: number) => (v: number[]) => Array.from({ length: n }, (_, i) => mul(v[i % 2]!, sin(v[2 + (i % (n >> 1))]!)))
    const groups = (n: number, mode: 'auto' | 'reverse') => {
      const { alternatives } = planJacobian(shared(n), ramp(2 + (n >> 1)), { output: 'sparse', mode })
      return alternatives.find(each => each.mode === 'reverse')?.why
    }
    expect(groups(40, 'auto')).toMatch(/^rows in 20 groups/)
    expect(groups(4000, 'auto')).toMatch(/^every row by itself/)
    expect(groups(4000, 'reverse')).toMatch(/^rows in 2,000 groups/)
  })

  it('gives the same bits call after call', () => {
    const J = jacobian((v: number[]) => v.map((_, i) => v.reduce((total, each, j) => add(total, sin(mul(each, i - j))), 0)))
    const x = ramp(20).map(each => Math.sin(each))
    const once = JSON.stringify(J(x))
    for (let k = 0; k < 30; k++) expect(JSON.stringify(J(x))).toBe(once)
  })
})
