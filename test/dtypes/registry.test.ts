import { describe, expect, it } from 'vitest'
import { add, compile, grad, jacobian, jvp, mul, sum, Tensor, tensor, value, variable, vjp } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'

// biome-ignore lint/suspicious/noExplicitAny: operators of every signature
type Any = any

const SINGLE = 2 ** -23

/** An operator's arguments at a sample with tensors of a dtype for those that it is differentiated by; undefined where none can be one. */
function problemOf(definition: OperatorDefinition, sample: readonly unknown[]) {
  const operator = ops[definition.name as 'sin'] as Any
  const active = activeArguments(definition, sample).filter(i => i < sample.length)
  const made = active.map(i => asTensor(sample[i]))
  // Arrays beside tensors are doubles.
  const mixed = sample.some((each, i) => !active.includes(i) && holdsNumbers(each)) || LISTS.includes(definition.name)
  if (!made.some(each => each instanceof Tensor)) return undefined
  const call = (...args: unknown[]) => operator(...sample.map((each, i) => (active.includes(i) ? args[active.indexOf(i)] : each)))
  const typed = (dtype: 'float32' | 'float64') => made.map(each => (each instanceof Tensor ? tensor(tensor(each, { dtype: 'float32' }), { dtype }) : each))
  return { call, mixed, single: typed('float32'), double: typed('float64') }
}

/** Operators of lists, which take tensors apart. */
const LISTS = ['stack', 'stackScalars', 'pack', 'concat', 'meshgrid', 'select']

function holdsNumbers(x: unknown): boolean {
  return (Array.isArray(x) && asTensor(x) instanceof Tensor) || (typeof x === 'object' && x !== null && Object.values(x).some(holdsNumbers))
}

/** A regular array of numbers as a tensor; numbers as tensors of two entries, for elementwise operators. */
function asTensor(x: unknown): unknown {
  if (typeof x === 'number') return x
  try {
    return Array.isArray(x) && x.length > 0 && x.flat(9).every(each => typeof each === 'number') ? tensor(x as number[]) : x
  } catch {
    return x
  }
}

function tensorsOf(tree: unknown): Tensor[] {
  if (tree instanceof Tensor) return [value(tree) as Tensor]
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(tensorsOf) : []
}

function numbersOf(tree: unknown): number[] {
  if (tree instanceof Tensor) return [...(value(tree) as Tensor).data]
  if (typeof tree === 'number' || typeof tree === 'boolean') return [Number(tree)]
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(numbersOf) : []
}

function close(found: readonly number[], wanted: readonly number[], units: number, what: string): void {
  const scale = Math.max(...wanted.map(Math.abs).filter(Number.isFinite), 1e-3)
  expect(found.length, what).toBe(wanted.length)
  wanted.forEach((each, i) => {
    const near = Object.is(found[i], each) || Math.abs((found[i] as number) - each) <= units * SINGLE * scale
    expect(near, `${what}: entry ${i} is ${found[i]}, not ${each}`).toBe(true)
  })
}

const samplesOf = (definition: OperatorDefinition) => definition.samples.flatMap(sample => problemOf(definition, sample) ?? []).slice(0, 3)
const elementwise = registry.filter(({ kind, casts }) => kind === 'elementwise' && casts !== true)
const others = registry.filter(definition => definition.kind !== 'elementwise' && definition.casts !== true && samplesOf(definition).length > 0)

/** Numbers of the dtype of a tensor: no entry of a gradient is then a small difference. */
function weightsOf(x: unknown): number | Tensor {
  return x instanceof Tensor
    ? tensor(
        Float64Array.from({ length: x.size }, (_, i) => 0.25 * (i % 7)),
        { shape: x.shape, dtype: x.dtype === 'float32' ? 'float32' : 'float64' },
      )
    : 0.5
}

const lossOf =
  (call: (...args: unknown[]) => unknown) =>
  (...args: unknown[]) => {
    const out = call(...args)
    const leaves = out instanceof Tensor || typeof out !== 'object' || out === null || 'arena' in out ? [out] : Object.values(out)
    return leaves.reduce((total: number, each) => add(total, sum(mul(each as number, add(mul(each as number, 0.5), weightsOf(each))))), 0)
  }

function check(definition: OperatorDefinition, { call, mixed, single, double }: NonNullable<ReturnType<typeof problemOf>>): void {
  const [found, wanted] = [call(...single), call(...double)]
  close(numbersOf(found), numbersOf(wanted), 64, 'value')
  const dtypes = tensorsOf(wanted).map(each => each.dtype)
  if (!mixed)
    expect(tensorsOf(found).map(each => each.dtype)).toEqual(dtypes.map(each => (each === 'float64' && definition.gives === undefined ? 'float32' : each)))
  if ('differentiable' in definition && !definition.differentiable) return
  const argnum = single.map((_, i) => i)
  const gradient = grad(lossOf(call), { argnum })
  const [slope, exact] = [gradient(...single), gradient(...double)]
  close(numbersOf(slope), numbersOf(exact), 512, 'gradient')
  const ofArguments = single.flatMap(each => (each instanceof Tensor ? [each.dtype] : []))
  expect(tensorsOf(slope).map(each => each.dtype)).toEqual(ofArguments)
  const tangents = single.map(each => (each instanceof Tensor ? tensor(new Float64Array(each.size).fill(1), each.shape) : 1))
  const [value32, tangent32] = jvp(call as Any, single as Any, tangents as Any) as [unknown, unknown]
  close(numbersOf(tangent32), numbersOf((jvp(call as Any, double as Any, tangents as Any) as [unknown, unknown])[1]), 512, 'tangent')
  expect(tensorsOf(tangent32).map(each => each.dtype)).toEqual(tensorsOf(value32).map(each => (each.dtype === 'float32' ? 'float32' : 'float64')))
  const [out, pullback] = vjp(call as Any, ...(single as Any[])) as [unknown, (c: unknown) => unknown]
  void out
  expect(tensorsOf(pullback(found)).map(each => each.dtype)).toEqual(ofArguments)
  const variables = single.map(each => (each instanceof Tensor ? variable(each) : each))
  const loss = lossOf(call)(...variables) as Any
  if (typeof loss !== 'number' && loss.requiresGrad) {
    loss.backward()
    const grads = variables.flatMap(each => (each instanceof Tensor ? [(each as Any).grad as Tensor] : []))
    expect(grads.map(each => each.dtype)).toEqual(ofArguments)
  }
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    const fast = compile(gradient as Any, { target })
    const compiled = fast(...single)
    expect(
      tensorsOf(compiled).map(each => each.dtype),
      target,
    ).toEqual(ofArguments)
    close(numbersOf(compiled), numbersOf(exact), 512, `gradient for ${target}`)
    const values = compile(call as Any, { target })(...single)
    expect(
      tensorsOf(values).map(each => each.dtype),
      target,
    ).toEqual(tensorsOf(found).map(each => each.dtype))
    if (target !== 'wasm') expect(numbersOf(values)).toEqual(numbersOf(found))
  }
}

describe('float32', () => {
  it.each(elementwise.map(({ name }) => name))('%s', name => {
    const definition = registry.find(each => each.name === name) as OperatorDefinition
    const operator = ops[name as 'sin'] as Any
    const samples = definition.samples as readonly (readonly number[])[]
    const columns = (samples[0] as readonly number[]).map((_, k) =>
      tensor(
        samples.map(sample => sample[k] as number),
        { dtype: 'float32' },
      ),
    )
    const doubles = columns.map(each => tensor(each, { dtype: 'float64' }))
    check(definition, { call: (...args) => operator(...args), mixed: false, single: columns, double: doubles })
  })

  it.each(others.map(({ name }) => name))('%s', name => {
    const definition = registry.find(each => each.name === name) as OperatorDefinition
    for (const problem of samplesOf(definition)) check(definition, problem)
  })
})

describe('a Jacobian', () => {
  it('of singles is of singles, in every mode', () => {
    const f = (x: Tensor) => ops.sin(mul(x, x))
    const x = tensor([0.5, 0.25], { dtype: 'float32' })
    for (const mode of ['auto', 'forward', 'reverse', 'mixed', 'elimination'] as const) expect((jacobian(f, { mode })(x) as Tensor).dtype).toBe('float32')
  })
})
