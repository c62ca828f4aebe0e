import type { FunctionNode, IndexNode, MathNode, OperatorNode, RangeNode, SymbolNode } from 'mathjs'
import * as mathjs from 'mathjs'
import { describe, expect, it } from 'vitest'
import { tensor } from '../../src/index.ts'
import { constantAt } from '../../src/mathjs/functions/entry.ts'
import { functions } from '../../src/mathjs/functions/table.ts'
import { derivative, Expression, ExpressionError } from '../../src/mathjs/index.ts'
import { toOutput } from '../../src/mathjs/values.ts'
import { registry } from '../../src/ops/registry.ts'
import { instance } from './mathjs.ts'
import { differencesAtZero, errorOf, expectClose, numbers } from './numbers.ts'
import { CONSTANT_SAMPLES, PROGRAMS, SAMPLES, SCOPE } from './samples.ts'

/*
 * Each argument of each call in the samples is made to depend on a variable t. Its derivative must then be that of mathjs'
 * values, by differences, or the argument must be refused, at its place; which of the two, the table says.
 */

const math = instance()

/** A call in an expression: its function, and its arguments. */
interface Call {
  name: string
  args: readonly MathNode[]
}

function callOf(node: MathNode): Call | undefined {
  switch (node.type) {
    case 'FunctionNode': {
      const { name, args } = node as FunctionNode & { name: string }
      return { name, args }
    }
    case 'OperatorNode': {
      const { fn, args } = node as OperatorNode
      return { name: fn, args }
    }
    case 'IndexNode':
      return { name: 'index', args: (node as IndexNode).dimensions as unknown as MathNode[] }
    case 'RangeNode': {
      const { start, step, end } = node as RangeNode & { step: MathNode | null }
      return { name: 'range', args: step === null ? [start, end] : [start, end, step] }
    }
    default:
      return undefined
  }
}

/** An argument of a call in an expression that depends on t. */
interface Case {
  title: string
  name: string
  position: number
  node: MathNode
  /** Where in the text of the expression the argument may be refused, and whether it must be. */
  refusedAt: string | undefined
  /** The value at t. */
  reference: (t: number) => number[]
}

/** What mathjs has for whole numbers only, between them by the gamma function. */
const BETWEEN: { readonly [name: string]: string } = {
  combinations: 'f(n, k) = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1))',
  combinationsWithRep: 'f(n, k) = gamma(n + k) / (gamma(k + 1) * gamma(n))',
  permutations: 'f(n, k) = gamma(n + 1) / gamma(n - k + 1)',
  multinomial: 'f(v) = gamma(sum(v) + 1) / prod(map(v + 1, gamma))',
}

/** The value of mathjs at t. */
function byMathjs(node: MathNode): (t: number) => number[] {
  const between = node.transform(each => {
    const formula = each.type === 'FunctionNode' ? BETWEEN[(each as FunctionNode & { name: string }).name] : undefined
    if (formula === undefined) return each
    const { params, expr } = math.parse(formula) as unknown as { params: string[]; expr: MathNode }
    const { args } = each as FunctionNode
    // All permutations of n are those of n among n.
    const given = Object.fromEntries(params.map((name, i) => [name, (args[i] ?? args[0]) as MathNode]))
    return expr.transform(inner => (inner.type === 'SymbolNode' ? (given[(inner as SymbolNode).name] ?? inner) : inner))
  })
  const compiled = between.compile()
  return t => numbers(compiled.evaluate({ ...structuredClone(SCOPE), t }))
}

/** The value of the registry's own operators, which mathjs does not have. */
function byOperators(node: MathNode): (t: number) => number[] {
  const expression = new Expression(node)
  return t => numbers(toOutput(expression.evaluate({ ...SCOPE, t }), 'array'))
}

/** Numbers beside a value that tell its entries apart, as text. */
function weights(value: unknown, count = { k: 0 }): string {
  return Array.isArray(value) ? `[${value.map(each => weights(each, count)).join(', ')}]` : Math.sin(3 * count.k++ + 1).toFixed(3)
}

/** The arguments of all calls in an expression that are numbers. */
function casesOf(text: string, reference: (node: MathNode) => (t: number) => number[]): Case[] {
  const root = math.parse(text)
  const found: Case[] = []
  const visit = (node: MathNode, around: readonly { call: Call; position: number }[]) => {
    const call = callOf(node)
    if (call === undefined) {
      node.forEach(child => {
        visit(child, around)
      })
      return
    }
    if (node.type === 'FunctionNode' && !functions.has(call.name)) return
    call.args.forEach((argument, position) => {
      const inside = [{ call, position }, ...around]
      const value = valueOf(argument)
      if (isNumbers(value)) {
        // What is sparse stays so.
        const kind = `${argument}`.startsWith('sparse(') ? 'sparse' : ''
        const varied = math.parse(`${kind}((${argument}) + t * ${weights(value)})`)
        const place = (each: MathNode) => each.transform(inner => (inner === argument ? varied : inner)).toString()
        const replaced = root.transform(each => (each === argument ? varied : each))
        // Of calls around the argument, the innermost that takes constants refuses it.
        const refusing = inside.find(each => isConstant(each.call, each.position))
        const refusedAt = refusing === undefined ? undefined : refusing.call.args[refusing.position]
        found.push({
          title: `${text}: argument ${position + 1} of ${call.name}`,
          name: call.name,
          position,
          node: replaced,
          refusedAt: refusedAt === undefined ? undefined : place(refusedAt),
          reference: reference(replaced),
        })
      }
      visit(argument, inside)
    })
  }
  visit(root, [])
  return found
}

function isConstant({ name, args }: Call, position: number): boolean {
  const entry = functions.get(name)
  if (entry === undefined) return false
  const values = args.map(each => {
    const value = valueOf(each)
    return Array.isArray(value) ? tensor(value as number[]) : value
  })
  return entry.kind === 'constant' || constantAt(entry, position, values) !== undefined
}

function valueOf(node: MathNode): unknown {
  try {
    const value = math.evaluate(`(${node})`, structuredClone(SCOPE)) as { toArray?: () => unknown }
    return math.typeOf(value) === 'Index' ? undefined : (value?.toArray?.() ?? value)
  } catch {
    return undefined
  }
}

function isNumbers(value: unknown): boolean {
  return typeof value === 'number' || (Array.isArray(value) && value.length > 0 && value.every(isNumbers))
}

/** What the registry has beside mathjs, but for what is differentiated otherwise on purpose. */
const own = registry.filter(({ kind, name }) => kind === 'elementwise' && functions.has(name) && !(name in mathjs) && name !== 'stopGradient')
const cases = [
  // Recursion counts to where a condition changes.
  ...[...new Set([...Object.values(SAMPLES).flat(), ...CONSTANT_SAMPLES, ...PROGRAMS.filter(text => !/^f\(.*n\) =/.test(text))])].flatMap(text =>
    casesOf(text, byMathjs),
  ),
  ...own.flatMap(({ name, samples }) =>
    (samples as readonly (readonly number[])[]).slice(0, 2).flatMap(sample => casesOf(`${name}(${sample.map(String).join(', ')})`, byOperators)),
  ),
]

/** mathjs' values are not better than that: it sums or iterates to an error of 1e-12. */
const ROUGH = /^(zeta|sylvester|lyap)/

describe('each argument of each function is differentiated, or refused at its place', () => {
  it.each(cases)('$title', ({ title, node, refusedAt, reference }) => {
    const attempt = () => derivative(node, 't', { ...structuredClone(SCOPE), t: 0 })
    if (refusedAt !== undefined) {
      const error = errorOf(attempt) as ExpressionError
      expect(error).toBeInstanceOf(ExpressionError)
      expect(error.message).toMatch(/depends on what is differentiated by|changes at this very point/)
      // Where a whole function has no derivative, it is the place; or it is a part of the argument.
      const place = node.toString().slice(error.position)
      expect(place.startsWith(refusedAt) || (/has no derivative \(|changes at this/.test(error.message) && place.includes('+ t *')), place).toBe(true)
      return
    }
    let found: unknown
    try {
      found = attempt()
    } catch (error) {
      // A number that only chooses, where it chooses otherwise close by: mathjs' values jump there, or are others in number.
      expect((error as Error).message).toMatch(/changes at this very point|no derivative by the root/)
      expect(error).toBeInstanceOf(ExpressionError)
      expect(() => expectClose(reference(1e-6), reference(-1e-6), 1e-3)).toThrow()
      return
    }
    const [step, tolerance] = ROUGH.test(title) ? [1e-3, 1e-6] : [1e-4, 1e-7]
    expectClose(numbers(found), differencesAtZero(reference, step), tolerance)
  })

  it('for all functions and positions', () => {
    const tried = new Set(cases.map(({ name, position }) => `${name} ${position}`))
    const missing = [...functions.keys()].flatMap(name => {
      const positions = Array.from({ length: functions.get(name)?.kind === 'refused' ? 0 : countOf(name) }, (_, position) => position)
      return positions
        .filter(position => !tried.has(`${name} ${position}`) && !(NO_NUMBERS[name] ?? []).includes(position))
        .map(position => `${name} ${position}`)
    })
    expect(missing).toEqual([])
  })
})

/** Arguments that are functions, texts, truth values or indices, in all of mathjs' signatures. */
const NO_NUMBERS: { readonly [name: string]: readonly number[] } = {
  ...Object.fromEntries(['floor', 'ceil', 'round', 'fix'].map(name => [name, [2]])),
  cbrt: [1],
  number: [1],
  stopGradient: [0],
  setSize: [1],
  std: [2],
  variance: [2],
  partitionSelect: [2],
  sort: [1],
  matrix: [1, 2],
  sparse: [1],
  subset: [1],
  identity: [2],
  range: [3],
  matrixFromFunction: [1, 2, 3],
  map: [2],
  forEach: [1],
  filter: [1],
  mapSlices: [2],
  apply: [2],
  diag: [2],
  rotationMatrix: [2],
  // Of a point and a line: refused.
  distance: [2],
}

/** How many arguments a function takes; of those that take any number, two. */
function countOf(name: string): number {
  const { signatures } = ((mathjs as unknown as Record<string, unknown>)[name] ?? {}) as { signatures?: object }
  if (signatures === undefined) return (registry.find(each => each.name === name) as unknown as { arity?: number } | undefined)?.arity ?? 0
  return Math.max(...Object.keys(signatures).map(each => (each === '' ? 0 : each.includes('...') ? 2 : each.split(',').length)))
}

describe('no argument is passed over', () => {
  const bases = ['0.7', '2', '[0.4, 1.7, 0.9]', '[2, 1; 1, 3]', '[1, 2, 3], 1', '[2, 1; 1, 3], [1, 2]', '[2, 1; 1, 3], [1, 1; 0, 2]', '3, 2', '[1, 2, 3], 0.5']
  const extras = ['2', '0.5', '"other"', '[1, 2]', '[2, 1; 1, 3]']
  /** Where it changes nothing: the norm of a number is its size, and a solution does not depend on how it is found. */
  const harmless = ['norm', 'lusolve', 'eigs']
  const ours = (text: string) => {
    try {
      return JSON.stringify(toOutput(new Expression(text).evaluate({}), 'array'))
    } catch {
      return undefined
    }
  }
  const theirs = (text: string) => {
    try {
      return JSON.stringify(numbers(math.evaluate(text)))
    } catch {
      return 'an error'
    }
  }
  const names = [...functions].filter(([name, { call }]) => call !== undefined && typeof math[name] === 'function' && !harmless.includes(name))

  it.each(names.map(([name]) => name))('by %s', name => {
    for (const base of bases) {
      const without = ours(`${name}(${base})`)
      for (const extra of extras) {
        const text = `${name}(${base}, ${extra})`
        // Entry by entry, the same may come out by chance: where mathjs has a value, too, that is compared.
        if (without !== undefined && ours(text) === without && !/^permutations/.test(text))
          expect([text, theirs(text)]).toEqual([text, theirs(`${name}(${base})`)])
      }
    }
  })
})
