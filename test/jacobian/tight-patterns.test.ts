import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  cholesky,
  cumSum,
  defineOp,
  div,
  grad,
  hessian,
  jacobian,
  matmul,
  mul,
  planHessian,
  planJacobian,
  pow,
  sin,
  square,
  sum,
  Tensor,
  tensor,
  triangularSolve,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { flatten, unflatten } from '../../src/testing/finite-differences.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every kind
type Any = any

/** How far an entry is moved: a little, and so far that another is chosen. */
const MOVES = [1e-3, -1e-3, 0.5, -0.5, 5, -5, 60, -60]

/** Which outputs change when an input is moved, here and beside, by values alone: rows and columns. */
function dependence(f: (x: Any) => unknown, x: Any): Set<string> {
  const found = new Set<string>()
  const values = (numbers: Float64Array) => {
    try {
      return flatten(f(unflatten(x, numbers)))
    } catch {
      // Outside the domain nothing is learned.
      return new Float64Array(0)
    }
  }
  for (const beside of [0, 0.05, 0.3]) {
    const at = flatten(x).map((each, k) => each + beside * Math.sin(k + 1))
    const before = values(at)
    for (let j = 0; j < at.length; j++) {
      for (const move of MOVES) {
        values(at.map((each, k) => (k === j ? each + move : each))).forEach((each, i) => {
          // −0 is 0.
          if (i < before.length && !Object.is(each + 0, (before[i] as number) + 0)) found.add(`${i},${j}`)
        })
      }
    }
  }
  return found
}

function entriesOf({ pattern }: { pattern: { rows: number; row(i: number): Int32Array } }): string[] {
  return Array.from({ length: pattern.rows }, (_, i) => [...pattern.row(i)].map(j => `${i},${j}`)).flat()
}

/** Operators whose entries depend on values that decide what is chosen or where, or on more than one value tells. */
const LOOSE: { readonly [name: string]: string } = {
  div: 'by 0 it is NaN, and so is its partial',
  mul: 'a factor of 0 is a value',
  cross: 'a factor of 0 is a value',
  crossEntropy: 'a probability of 0 is a value',
  softmaxCrossEntropy: 'a probability of 0 is a value',
  matrixPower: 'the power 0 takes the shape of its argument by a factor of 0',
  where: 'the condition is a value',
  clip: 'which bound holds is a matter of values',
  gatherAt: 'the places are values',
  scatterAt: 'the places are values',
  eigh: 'the place at which it is marked that vectors are asked for',
  svd: 'the place at which it is marked that vectors are asked for',
  runningSum: 'where runs end is a matter of values',
  select: 'the conditions are values',
  attention: 'what a query sees is a value',
  lu: 'which rows are the pivots is a matter of values',
  ...Object.fromEntries(
    ['fourier', 'fft', 'ifft', 'rfft', 'irfft'].map(name => [name, 'where a sine or a cosine is 0, a transform of most lengths leaves some 1e-17']),
  ),
  sylvester: 'X depends on all of C unless B is diagonal',
  sylvesterSystem: 'X depends on all of C unless B is diagonal',
}

/** Numbers with −0 as 0. */
const plain = (x: unknown) => numbersOf(x).map(each => each + 0)
const isData = (each: unknown) => typeof each === 'number' || each instanceof Tensor || Array.isArray(each)

describe('the pattern of an operator', () => {
  it.each(
    registry
      .filter(({ name, samples }: OperatorDefinition) => samples.length > 0 && LOOSE[name] === undefined && (ops as Any)[name] !== undefined)
      .map(({ name, samples }) => [name, samples] as const),
  )('%s has no entry at which no value changes', (name, samples) => {
    for (const sample of samples as Any[][]) {
      sample.forEach((operand, k) => {
        if (!isData(operand)) return
        const f = (x: Any) => (ops as Any)[name](...sample.map((each, i) => (i === k ? x : each)))
        let plan: Any
        try {
          plan = planJacobian(f, operand, { output: 'sparse' })
        } catch {
          // An argument that cannot be differentiated, such as an option.
          return
        }
        if (plan.nonzeros === 0) return
        const changed = dependence(f, operand)
        expect(entriesOf(plan).filter(entry => !changed.has(entry))).toEqual([])
      })
    }
  })
})

describe('an operator of two operands that absorbs', () => {
  const others = [-3.7, -1.5, -1, -0.25, 0, 0.3, 0.75, 1, 1.9, 4.2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  const elementwise = registry.filter(
    (each): each is OperatorDefinition & ElementwiseDefinition =>
      each.kind === 'elementwise' && (each as Any).arity === 2 && (each as Any).partials !== undefined,
  )
  const stated = (definition: ElementwiseDefinition, side: number, element: number) =>
    definition.absorbing?.some(([at, number]) => at === side && number === element) === true

  it.each(elementwise.map(each => [each.name, each] as const))('says so: %s', (name, definition) => {
    // A factor of 0 is a value, as weights are that begin at 0.
    if (definition.chooses || name === 'mul' || name === 'scale') return
    const operator = (ops as Any)[name] as (x: number, y: number) => number
    for (const side of [0, 1] as const) {
      for (const element of [0, 1, -1, 2]) {
        const along = (other: number) => grad((v: number) => (side === 0 ? operator(element, v) : operator(v, element)))(other)
        const free = (other: number) => grad((v: number) => (side === 0 ? operator(0.6, v) : operator(v, 0.6)))(other)
        const stops = others.map(along).every(each => each === 0)
        // Where nothing ever passes, nothing is absorbed.
        if (others.map(free).every(each => each === 0 || Number.isNaN(each))) continue
        if (stated(definition, side, element)) expect(stops).toBe(true)
        else expect(stops, `${name} with ${element} in operand ${side + 1}`).toBe(false)
      }
    }
  })
})

describe('constants', () => {
  const A = tensor([
    [2, 0, 0, 1],
    [0, 3, 0, 0],
    [0, 0, 0, 0],
    [5, 0, 0, 4],
  ])
  const x = tensor([0.5, -1, 2, 0.25])
  const quadratic = (v: Tensor) => matmul(v, matmul(A, v)) as unknown as number

  it('that are 0 leave no entry: the Hessian of xᵀAx is A + Aᵀ', () => {
    const plan = planHessian(quadratic, x, { output: 'sparse' })
    expect(entriesOf(plan)).toEqual(['0,0', '0,3', '1,1', '3,0', '3,3'])
    expect(numbersOf(plan.jacobian(x).toDense())).toEqual([4, 0, 0, 6, 0, 6, 0, 0, 0, 0, 0, 0, 6, 0, 0, 8])
  })

  it.each<[string, (v: Any) => Any, string[]]>([
    ['a matrix product from the left', v => matmul(A, v), ['0,0', '0,3', '1,1', '3,0', '3,3']],
    ['a matrix product from the right', v => matmul(v, A), ['0,0', '0,3', '1,1', '3,0', '3,3']],
    ['a product by entries, where a factor of 0 is a value', v => mul(tensor([1, 0, 2, 0]), v), ['0,0', '1,1', '2,2', '3,3']],
    ['a quotient, which may be NaN', v => div(tensor([0, 1, 0, 0]), v), ['0,0', '1,1', '2,2', '3,3']],
    ['x⁰', v => pow(v, tensor([0, 1, 2, 0])), ['1,1', '2,2']],
    ['cumSum', v => cumSum(v), ['0,0', '1,0', '1,1', '2,0', '2,1', '2,2', '3,0', '3,1', '3,2', '3,3']],
    [
      'triangularSolve',
      v =>
        triangularSolve(
          tensor([
            [1, 9, 9, 9],
            [0, 2, 9, 9],
            [1, 0, 1, 9],
            [0, 0, 3, 1],
          ]),
          v,
        ),
      ['0,0', '1,1', '2,0', '2,2', '3,0', '3,2', '3,3'],
    ],
  ])('are seen in %s', (_name, f, entries) => {
    expect(entriesOf(planJacobian(f, x, { output: 'sparse' }))).toEqual(entries)
    const byDifferences = dependence(f, x)
    if (!/NaN|a value/.test(_name)) expect(entries.filter(each => !byDifferences.has(each))).toEqual([])
    expect([...byDifferences].filter(each => !entries.includes(each))).toEqual([])
  })

  it.each<[string, (v: number[]) => Any[], string[]]>([['x⁰', v => v.map((each, i) => pow(each, i % 3)), ['1,1', '2,2']]])(
    'are seen in scalars: %s',
    (_name, f, entries) => {
      expect(entriesOf(planJacobian(f, [...x.data], { output: 'sparse' }))).toEqual(entries)
    },
  )

  it('that are 0 by a rule, where they are values, are not taken for constants', () => {
    const rule = defineOp({
      name: 'productOfTwo',
      signature: (u: Any, v: Any) => ({ operands: [u, v] }),
      value: ([u, v]: Any) => u.data.reduce((total: number, each: number, i: number) => total + each * v.data[i], 0),
      jvp: ([u, v]: Any, [du, dv]: Any) => sum(add(du === undefined ? 0 : mul(v, du), dv === undefined ? 0 : mul(u, dv)) as Any),
    } as Any) as Any
    const f = (v: Tensor) => rule(v, v)
    const plan = planJacobian(f, tensor([0, 0, 1]), { output: 'sparse' })
    expect(numbersOf(plan.jacobian(tensor([1, 2, 3])).toDense())).toEqual([2, 4, 6])
    const inside = planJacobian(checkpoint((v: number[]) => v.map(each => mul(each, each))) as Any, [0, 0], { output: 'sparse' }) as Any
    expect(numbersOf(inside.jacobian([1, 2]).toDense())).toEqual([2, 0, 0, 4])
  })

  it.each<[string, (c: Float64Array) => (v: Any) => Any]>([
    ['a matrix', c => v => matmul(tensor([...c, ...c.map(each => 2 * each)], [2, 4]), v)],
    ['factors', c => v => mul(tensor([...c]), v)],
    ['exponents', c => v => pow(add(square(v), 1), tensor([...c]))],
    ['scalars', c => (v: Tensor) => Array.from({ length: 4 }, (_, i) => mul(c[i]!, sin(v.at(i) as Any)))],
  ])('that change from call to call are followed: %s', (_name, of) => {
    const c = Float64Array.of(0, 1, 0, 3)
    const f = of(c)
    for (const output of ['dense', 'sparse'] as const) {
      c.set([0, 1, 0, 3])
      const plan = planJacobian(f, x, { output }) as Any
      const kept = jacobian(f, { output }) as Any
      for (const values of [
        [0, 1, 0, 3],
        [0, 2, 0, 5],
        [7, 2, 0, 5],
        [0, 0, 1, 0],
        [1, 2, 3, 4],
      ]) {
        c.set(values)
        const reference = plain(jacobian(f, { sparsity: 'dense', mode: 'reverse' })(x))
        for (const result of [plan.jacobian(x), kept(x)]) expect(plain(output === 'sparse' ? result.toDense() : result)).toEqual(reference)
      }
    }
  })

  it('keep their pattern while only what is not 0 changes', () => {
    const c = Float64Array.of(0, 1, 0, 3)
    const plan = planJacobian((v: Tensor) => matmul(tensor([...c], [1, 4]), square(v)), x, { output: 'sparse' })
    c.set([0, 5, 0, 7])
    expect(plan.jacobian(x).nonzeros).toBe(2)
    c.set([1, 5, 0, 7])
    expect(plan.jacobian(x).nonzeros).toBe(4)
    c.set([0, 5, 0, 7])
    expect(plan.jacobian(x).nonzeros).toBe(4)
  })

  it('batches of matrices depend on their own matrix only', () => {
    const batch = tensor([4, 1, 1, 3, 5, 0.5, 0.5, 2], [2, 2, 2])
    for (const f of [ops.inv, ops.expm, cholesky, ops.sqrtm] as Any[]) {
      const { pattern } = planJacobian(f, batch, { output: 'sparse' }) as Any
      for (let i = 0; i < 8; i++) for (const j of pattern.row(i)) expect(i < 4).toBe(j < 4)
    }
    expect(numbersOf(hessian((t: Tensor) => sum(square(ops.inv(t) as Any)) as Any)(batch)).length).toBe(64)
  })
})
