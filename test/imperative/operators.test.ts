import { beforeEach, describe, expect, it } from 'vitest'
import { rememberPlaces } from '../../src/imperative/page.ts'
import { grad, hvp, mul, sum, Tensor, value, variable } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'

/** A scalar that every entry of a result counts in, differently. */
function weigh(result: unknown): number {
  if (typeof result === 'boolean') return 0
  if (result !== null && typeof result === 'object' && !(result instanceof Tensor) && !('arena' in result)) {
    return Object.values(result).reduce((total: number, each) => ops.add(total, weigh(each)), 0)
  }
  const shape = (result as Tensor).shape ?? []
  const size = shape.reduce((a, b) => a * b, 1)
  const weights = ops.reshape(
    Array.from({ length: size }, (_, i) => 1 + 0.37 * i),
    shape,
  )
  return sum(mul(mul(result as Tensor, result as Tensor), weights)) as number
}

/** Plain arrays, without the difference between 0 and −0 that sums from 0 do not know. */
const plain = (x: unknown): unknown => (x instanceof Tensor ? ops.add(x, 0).toArray() : typeof x === 'number' ? x + 0 : x)

/** Operators of a list: its entries are the operands. */
const LISTS = ['concat', 'stack', 'meshgrid', 'stackScalars']

describe.each(['with places kept, by nodes', 'without, by rows'])('every operator on variables, %s', how => {
  beforeEach(() => rememberPlaces(how.startsWith('with places') ? 1e9 : 0))

  it.each(registry.map(each => each.name))('%s has the gradients of grad, and of its own graph', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples) {
      const isList = LISTS.includes(name)
      const active = activeArguments(definition, sample)
      const args = (isList ? sample[0] : active.map(i => sample[i])) as unknown[]
      const f = (...given: unknown[]) =>
        weigh(operator(...(isList ? [given, ...sample.slice(1)] : sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))))
      const expected = grad(f, { argnum: args.map((_, i) => i) })(...args) as unknown[]
      const variables = args.map(each => variable(each as number))
      const loss = f(...variables) as unknown as ReturnType<typeof variable>
      if (typeof loss === 'number') {
        // No derivative passes, so that nothing was recorded.
        for (const each of expected) expect(new Set([plain(each)].flat(9)), name).toEqual(new Set([0]))
        continue
      }
      loss.backward(null, { retainTape: true })
      variables.forEach((each, i) => {
        expect(plain(each.grad), `${name} of ${JSON.stringify(sample)}`).toEqual(plain(ops.mul(expected[i] as number, 1)))
        each.zeroGrad()
      })
      // Second order: the gradient of ⟨gradient, 1⟩ is the Hessian times ones.
      loss.backward(null, { createGraph: true })
      const sumOfGrads = variables.reduce((all: unknown, each) => ops.add(all as number, sum((each.grad ?? 0) as number) as number), 0) as ReturnType<
        typeof variable
      >
      for (const each of variables) each.zeroGrad()
      // Of an affine operator the gradients are plain numbers.
      if (typeof sumOfGrads !== 'number') sumOfGrads.backward()
      const ones = args.map(each => (typeof each === 'number' ? 1 : (value(ops.add(mul(each as number, 0), 1)) as unknown as Tensor).toArray()))
      const product = hvp(((list: unknown[]) => f(...list)) as never, args as never, ones as never) as unknown[]
      variables.forEach((each, i) => {
        const wanted = [plain(product[i])].flat(9) as number[]
        // What depends on no variable has no gradient.
        const found = each.grad === null ? wanted.map(() => 0) : ([plain(each.grad)].flat(9) as number[])
        expect(found.length).toBe(wanted.length)
        wanted.forEach((entry, k) => {
          expect(Math.abs((found[k] as number) - entry), `${name}, second order: ${found[k]} and ${entry}`).toBeLessThanOrEqual(1e-9 * Math.abs(entry) + 1e-12)
        })
      })
    }
  })

  const onNumbers = registry.filter(each => each.kind === 'elementwise' && each.differentiable && each.arity > 1)
  it.each(onNumbers.map(each => each.name))('%s has both orders where only some operands are variables', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => number
    for (const sample of definition.samples) {
      if (!sample.every(each => typeof each === 'number')) continue
      const free = activeArguments(definition, sample)
      for (let subset = 1; subset < 2 ** free.length; subset++) {
        const active = free.filter((_, k) => subset & (1 << k))
        const f = (...given: unknown[]) => operator(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
        const args = active.map(i => sample[i] as number)
        const variables = args.map(each => variable(each))
        const out = f(...variables) as unknown as ReturnType<typeof variable>
        if (typeof out === 'number') continue
        out.backward(null, { createGraph: true })
        const argnum = args.map((_, i) => i)
        expect(variables.map(each => plain(value(each.grad)))).toEqual((grad(f as never, { argnum })(...(args as never[])) as unknown[]).map(plain))
        const total = variables.reduce((all: number, each) => ops.add(all, each.grad as number), 0) as unknown as ReturnType<typeof variable>
        for (const each of variables) each.zeroGrad()
        if (typeof total !== 'number') total.backward()
        const product = hvp(((list: unknown[]) => f(...list)) as never, args as never, args.map(() => 1) as never) as unknown as number[]
        variables.forEach((each, i) => {
          const [found, wanted] = [(each.grad ?? 0) as number, product[i] as number]
          expect(Math.abs(found - wanted), `${name}(${sample}) by ${active}: ${found} and ${wanted}`).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-12)
        })
      }
    }
  })
})

it('arrays of variables beside arrays of numbers are tensors, also where no line is remembered any more', () => {
  rememberPlaces(0)
  const x = variable(0.5)
  const total = sum(ops.polygamma([[2], [1]], [x])) as unknown as typeof x
  total.backward()
  expect(x.grad).toBeCloseTo(grad((t: number) => sum(ops.polygamma([[2], [1]], [t])))(0.5), 12)
})
