import { noMore } from '../core/arguments.ts'
import type { Definition } from '../core/definition.ts'
import { dispatch, shapeOf } from '../core/dispatch.ts'
import { DualtapeError } from '../core/errors.ts'
import { Tensor, tensor } from '../core/tensor.ts'
import { mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { jvp } from '../forward/jvp.ts'
import { jacobian } from '../jacobian/jacobian.ts'
import { mul } from '../ops/arithmetic.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { type OperatorDefinition, registry } from '../ops/registry.ts'
import { linearize, vjp } from '../reverse/vjp.ts'
import { checkGrads } from './check-grads.ts'
import { checkAffine, checkPattern } from './check-structure.ts'
import { flatten, unflatten } from './finite-differences.ts'

// biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own
type AnyOperator = ((...args: any[]) => any) & { definition: object }

/**
 * Everything that an operator must satisfy, at its sample points: derivatives against finite differences in every mix of
 * modes up to second order, forward against reverse, chunked against single directions, scalars against tensors,
 * broadcasting, empty and rank-0 shapes, sparsity patterns and claims of being affine against differences of plain values, and
 * specialised against general code bit by bit. Throws at the first failure;
 * gives the number of checks.
 *
 * @example
 * checkOp(sin)
 */
export function checkOp(operator: AnyOperator, ...more: []): number {
  noMore('checkOp', 1, more, operator)
  const own = operator.definition as OperatorDefinition
  const definition = registry.find(each => each === own) ?? own
  const checks = definition.samples.flatMap(sample => checksAt(operator, definition, sample as readonly unknown[]))
  for (const [what, run] of checks) {
    try {
      run()
    } catch (error) {
      throw new DualtapeError(`checkOp: ${definition.name}: ${what}: ${(error as Error).message}`, { cause: error })
    }
  }
  return checks.length
}

type Check = [what: string, run: () => void]

function checksAt(operator: AnyOperator, definition: OperatorDefinition, sample: readonly unknown[]): Check[] {
  const at = `at (${sample.map(each => JSON.stringify(each)).join(', ')})`
  const active = activeArguments(definition, sample)
  const withArguments =
    (all: readonly unknown[]) =>
    (...given: unknown[]) =>
      operator(...all.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
  const f = withArguments(sample)
  const args = active.map(i => sample[i])
  const checks: Check[] = []
  if (definition.kind === 'elementwise') {
    checks.push(...valueChecks(operator, definition, sample as number[], at))
  }
  if (definition.kind !== 'elementwise' && definition.neverMinusZero === true)
    checks.push([
      `never −0, where that is said ${at}`,
      () => {
        const minusZero = (each: unknown): unknown => (Array.isArray(each) ? each.map(minusZero) : each instanceof Tensor ? mul(each, -0) : -0)
        if (flatten(f(...args.map(minusZero))).some(each => Object.is(each, -0))) throw new DualtapeError('−0 of operands that are −0')
      },
    ])
  if ('differentiable' in definition && !definition.differentiable) {
    const asNumbers = (...given: unknown[]) => mul(f(...given), 1)
    checks.push([`derivative is 0 ${at}`, () => same(tangentOf(asNumbers, args, 1), flatten(asNumbers(...args)).fill(0))])
    return checks
  }
  if (definition.kind === 'elementwise') {
    checks.push([
      `specialised code agrees bit by bit with the general path ${at}`,
      () => {
        const general = (...given: unknown[]) =>
          dispatch(
            definition as Definition,
            sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each) as Value),
          )
        same(allDerivatives(f, args as number[]), allDerivatives(general, args as number[]))
      },
    ])
    const operands = broadcastOperands(sample as number[])
    const broadcasting = () =>
      checkGrads(
        withArguments(operands),
        active.map(i => operands[i]),
        { order: 1 },
      )
    if (definition.casts !== true) checks.push([`derivatives with broadcasting ${at}`, broadcasting])
    const empty = sample.map(() => tensor([], [0]))
    checks.push([
      'gradients of a tensor without entries',
      () =>
        same(
          vjp(withArguments(empty), ...active.map(i => empty[i]))[1](empty[0]).map(each => (each as Tensor).size),
          active.map(() => 0),
        ),
    ])
  }
  checks.push([`tensors of rank 0 are scalars ${at}`, () => checkRank0(definition, f, args)])
  if (definition.casts === true) return checks
  checks.push([`derivatives ${at}`, () => checkGrads(f, args)])
  const tensors = args.map(each => (isNumbers(each) ? tensor(each) : each))
  checks.push([`derivatives on tensors ${at}`, () => checkGrads(f, tensors, { order: 1 })])
  checks.push([`forward in chunks against reverse ${at}`, () => close(flatten(jacobianOf(f, args, 'forward')), flatten(jacobianOf(f, args, 'reverse')))])
  checks.push([`its sparsity pattern ${at}`, () => checkPattern(f, args)])
  checks.push([`its derivative is constant where that is said ${at}`, () => checkAffine(f, args)])
  checks.push([`a zero tangent gives a zero tangent ${at}`, () => same(tangentOf(f, args, 0).map(Math.abs), flatten(f(...args)).fill(0))])
  return checks
}

/** Which arguments of a sample are differentiated: not those whose partial is 0 by structure, such as a condition. */
export function activeArguments(definition: OperatorDefinition, sample: readonly unknown[]): number[] {
  if (definition.kind !== 'elementwise' || definition.operands !== undefined) {
    const { operands = 1 } = definition
    return typeof operands === 'number' ? Array.from({ length: operands }, (_, i) => i) : [...operands]
  }
  const positions = Array.from({ length: definition.arity }, (_, i) => i)
  const partials = definition.partials?.(...sample, Number.NaN)
  return partials === undefined ? positions : positions.filter(i => partials[i] !== 0)
}

/** Numbers at which identities of numbers fail. */
const SPECIAL = [0, -0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, 1e-300, -1e300, Infinity, -Infinity, Number.NaN]

function valueChecks(operator: AnyOperator, definition: ElementwiseDefinition, sample: readonly number[], at: string): Check[] {
  const { arity, neutral, neverMinusZero, involution, deciding } = definition
  const value = Number(operator(...sample))
  return [
    [
      'never −0, and the other operand beside a neutral one, where that is said',
      () => {
        if (neverMinusZero === true)
          for (const each of SPECIAL) if (Object.is(operator(...sample.map(() => each)), -0)) throw new DualtapeError(`−0 at ${each}`)
        for (const side of neutral?.sides ?? []) {
          const beside = (each: number) => Number(operator(...(side === 0 ? [neutral?.element, each] : [each, neutral?.element])))
          same(SPECIAL.map(beside), SPECIAL)
        }
      },
    ],
    [
      'what undoes itself, and what decides, where that is said',
      () => {
        if (involution === true)
          same(
            SPECIAL.map(each => operator(operator(each)) as number),
            SPECIAL,
          )
        if (deciding === undefined) return
        for (const other of [0, 1]) {
          const beside = (own: number) => [operator(own, other), operator(other, own)].map(Number)
          same([...beside(Number(deciding)), ...beside(Number(!deciding))], [deciding, deciding, other, other].map(Number))
        }
      },
    ],
    [`tensors agree with numbers ${at}`, () => same(operator(...sample.map(each => tensor([each, each]))).data, [value, value])],
    [`broadcasting ${at}`, () => same(operator(...broadcastOperands(sample)).data, new Array<number>(arity === 1 ? 2 : 4).fill(value))],
    ['a tensor without entries', () => same(operator(...sample.map(() => tensor([], [0, 3]))).shape, [0, 3])],
  ]
}

/** Scalar operands as tensors of rank 0, and scalar results times one, give what numbers give, in every mode. */
function checkRank0(definition: OperatorDefinition, f: (...args: unknown[]) => unknown, args: readonly unknown[]): void {
  const held = args.map(each => (typeof each === 'number' ? tensor(each) : each))
  const value = f(...held)
  mapTree(value, definition.name, leaf => {
    const made = leaf instanceof Tensor && leaf.rank === 0
    if (made && !('makesRank0' in definition)) throw new DualtapeError('a Tensor of rank 0 was given, where a scalar is due.')
  })
  same(flatten(value), flatten(f(...args)))
  if (typeof value !== 'number') return
  const product = (...given: unknown[]): unknown => mul(mul(f(...given) as number, tensor(2)), f(...given) as number)
  const second = (at: readonly unknown[]) => jvp((...given: unknown[]) => vjp(product, ...given)[1](1), [...at], ones(at) as never)[1]
  same(flatten(vjp(f, ...held)[1](tensor(1))), flatten(vjp(f, ...args)[1](1)))
  same(flatten(jvp(f, held, ones(args))[1]), flatten(jvp(f, [...args], ones(held))[1]))
  same(flatten(second(held)), flatten(second(args)))
}

function ones(args: readonly unknown[]): unknown[] {
  return unflatten(args, flatten(args).fill(1)) as unknown[]
}

/** Operands as columns and rows in turn, which broadcast to a matrix. */
function broadcastOperands(sample: readonly number[]): Tensor[] {
  return sample.map((each, i) => tensor([each, each], i % 2 === 0 ? [2, 1] : [1, 2]))
}

/** Whether an argument is a regular array of numbers, which a tensor can stand for. */
function isNumbers(x: unknown): x is number[] {
  if (!Array.isArray(x) || x.length === 0) return false
  return x.every(each => typeof each === 'number') || (x.every(isNumbers) && x.every(each => shapeOf(each).join() === shapeOf(x[0]).join()))
}

/** The tangent of the result, where all numbers of the arguments move alike. */
function tangentOf(f: (...args: unknown[]) => unknown, args: unknown[], by: number): Float64Array {
  return flatten(jvp(f, args, unflatten(args, flatten(args).fill(by)) as unknown[])[1])
}

/** Derivatives of a function of numbers by every path that specialised code has. */
function allDerivatives(f: (...args: unknown[]) => unknown, args: number[]): number[] {
  const [value, pullback] = vjp(f, ...args)
  const [, pushforward] = linearize(f, ...args)
  const tangent = args.map((_, i) => 1 + i)
  const cotangent = unflatten(value, [1.5])
  return [value, jvp(f, args, tangent)[1], pullback(cotangent), pushforward(...tangent), jacobianOf(f, args, 'forward')].flatMap(each => [...flatten(each)])
}

function jacobianOf(f: (...args: unknown[]) => unknown, args: unknown[], mode: 'forward' | 'reverse'): unknown {
  return jacobian((x: unknown[]) => f(...x), { mode })(args)
}

function same(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  if (found.length === expected.length && Array.from(found).every((each, i) => Object.is(each, expected[i]) || each === expected[i])) return
  throw new DualtapeError(`[${Array.from(found).join(', ')}] was found, [${Array.from(expected).join(', ')}] was expected.`)
}

function close(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Math.max(...Array.from(expected, Math.abs), 0)
  if (found.length === expected.length && Array.from(found).every((each, i) => Math.abs(each - (expected[i] as number)) <= 1e-12 * scale)) return
  same(found, expected)
}
