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

let total = 0

describe.each(['with places kept, by nodes', 'without, by rows'])('every operator on variables, %s', how => {
  beforeEach(() => rememberPlaces(how.startsWith('with places') ? 1e9 : 0))

  it.each(registry.map(each => each.name))('%s has the gradients of grad, and of its own graph', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    let compared = 0
    for (const sample of definition.samples.slice(0, 3)) {
      const active = activeArguments(definition, sample)
      if (active.some(i => Array.isArray(sample[i]) && (sample[i] as unknown[]).some(each => typeof each !== 'number' && !Array.isArray(each)))) continue
      if (['concat', 'stack', 'stackScalars'].includes(name)) continue
      const f = (...given: unknown[]) => weigh(operator(...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each))))
      const args = active.map(i => sample[i])
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
      if (typeof sumOfGrads !== 'number') sumOfGrads.backward()
      const ones = args.map(each => (typeof each === 'number' ? 1 : value(ops.add(mul(each as number, 0), 1)))) as number[]
      const single = args.length === 1
      const product = single
        ? hvp(f as (x: number) => number, args[0] as number, (typeof args[0] === 'number' ? 1 : (ones[0] as unknown as Tensor).toArray()) as number)
        : hvp(
            ((list: unknown[]) => f(...list)) as never,
            args as never,
            args.map((each, i) => (typeof each === 'number' ? 1 : (ones[i] as unknown as Tensor).toArray())) as never,
          )
      const list = (single ? [product] : product) as unknown[]
      variables.forEach((each, i) => {
        const [found, wanted] = [each.grad ?? 0, list[i]].map(x => [plain(x)].flat(9) as number[]) as [number[], number[]]
        wanted.forEach((entry, k) => {
          const at = found[found.length === 1 ? 0 : k] as number
          if (Number.isFinite(entry))
            expect(Math.abs(at - entry), `${name}, second order: ${at} and ${entry}`).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(entry)))
        })
      })
      compared++
    }
    total += compared
  })
})

it('compared second derivatives of most operators', () => {
  expect(total).toBeGreaterThan(400)
})
