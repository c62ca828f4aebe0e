import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, compile, grad, jacobian, jvp, mul, planJacobian, SparseMatrix, sin, tensor } from '../../src/index.ts'
import type { JacobianOptions, Mode } from '../../src/jacobian/options.ts'
import { numbersOf } from '../results.ts'
import { everyStrategy, everyStrategyOfHessian } from './every-strategy.ts'
import { DATA, type Data, functionOf, type Jet, jetsOf, type Program, programs } from './random-functions.ts'

// biome-ignore lint/suspicious/noExplicitAny: scalars and tensors alike
type Any = any

const number = fc.double({ min: -1, max: 1, noNaN: true })
const cases = (inputs = { min: 1, max: 14 }) =>
  programs(inputs).chain(program =>
    fc.record({
      program: fc.constant(program),
      points: fc.array(fc.array(number, { minLength: program.inputs, maxLength: program.inputs }), { minLength: 2, maxLength: 2 }),
      data: fc.array(fc.array(number, { minLength: DATA, maxLength: DATA }), { minLength: 2, maxLength: 2 }),
      mode: fc.constantFrom<Exclude<Mode, 'pushing'> | 'auto'>('auto', 'auto', 'forward', 'reverse', 'mixed', 'elimination'),
      output: fc.constantFrom<'dense' | 'sparse'>('dense', 'sparse'),
      sparsity: fc.constantFrom('detect', 'dense', 'exact', 'superset'),
      chunk: fc.integer({ min: 1, max: 8 }),
      more: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }),
    }),
  )

const argumentOf = ({ tensors }: Program, x: number[]): Any => (tensors ? tensor(x) : x)
const jacobianOf = (jets: Jet[]) => jets.map(({ gradient }) => gradient)

/** A result as the rows of the whole matrix. */
function rowsOf(result: Any, outputs: number, inputs: number): number[][] {
  const all = result instanceof SparseMatrix ? [...result.toDense().data] : numbersOf(result)
  expect(all.length).toBe(outputs * inputs)
  return Array.from({ length: outputs }, (_, i) => all.slice(i * inputs, (i + 1) * inputs))
}

/** Equal to rounding, entry by entry, on the scale of the numbers that were added up. */
function expectNear(found: number[][], expected: number[][], scale = 1): void {
  expect(found.length).toBe(expected.length)
  found.forEach((row, i) => {
    row.forEach((each, j) => {
      const wanted = expected[i]![j]!
      if (!(Math.abs(each - wanted) <= 1e-9 * (scale + Math.abs(wanted)))) expect([i, j, each]).toEqual([i, j, wanted])
    })
  })
}

/** Programs whose numbers stay moderate, so that one bound on rounding does. */
function moderate(jets: Jet[]): boolean {
  return jets.every(({ value: v, gradient, hessian: h }) => [v, ...gradient, ...h.flat()].every(each => Math.abs(each) < 1e4))
}

/** Where the tape may show an entry: for a given pattern the function's own plan is asked. */
function givenPattern(kind: string, f: Any, x: Any, more: [number, number][]): JacobianOptions['sparsity'] {
  if (kind === 'detect' || kind === 'dense') return kind
  const { pattern } = planJacobian(f, x, { output: 'sparse' })
  const rows = Array.from({ length: pattern.rows }, (_, i) => [...pattern.row(i)])
  if (kind === 'superset' && pattern.rows > 0 && pattern.columns > 0) for (const [i, j] of more) rows[i % rows.length]!.push(j % pattern.columns)
  return rows
}

describe('a random function', () => {
  it('has one Jacobian, in every mode and form, also when the plan is used again', () => {
    fc.assert(
      fc.property(cases(), ({ program, points, data: [before, after], mode, output, sparsity, chunk, more }) => {
        const data: Data = [...before!]
        const f = functionOf(program, data)
        const [x, y] = points as [number[], number[]]
        const expected = jetsOf(program, data, x)
        fc.pre(moderate(expected) && moderate(jetsOf(program, after!, y)) && moderate(jetsOf(program, data, y)))
        if (mode === 'elimination' && (program.tensors || hasNodes(program))) return
        const at = argumentOf(program, x)
        const given = givenPattern(sparsity, f, at, more)
        const options = { mode, output, chunk, sparsity: given } as JacobianOptions
        const plan = planJacobian(f, at, options)
        const check = (point: number[], argument: Any) => {
          const jets = jetsOf(program, data, point)
          let result: [Any, Any]
          try {
            result = plan.valueAndJacobian(argument) as [Any, Any]
          } catch (error) {
            // The pattern was given for one path through the function, and this is another.
            expect(String(error)).toMatch(/the given pattern/)
            expect(typeof given).toBe('object')
            return
          }
          expectNear(rowsOf(result[1], jets.length, point.length), jacobianOf(jets))
          expectNear([numbersOf(result[0])], [jets.map(jet => jet.value)])
        }
        check(x, at)
        check(x, at)
        check(y, argumentOf(program, y))
        // The data around the function, and then the argument itself, change in place.
        data.splice(0, DATA, ...after!)
        check(y, argumentOf(program, y))
        if (program.tensors) at.data.set(y)
        else at.splice(0, y.length, ...y)
        check(y, at)
      }),
      { numRuns: 250 },
    )
  })

  it('has one Jacobian, whichever transform is around it', () => {
    fc.assert(
      fc.property(cases({ min: 1, max: 11 }), ({ program, points: [x, y], data: [data], mode, sparsity }) => {
        const f = functionOf(program, data!)
        const jets = jetsOf(program, data!, x!)
        fc.pre(moderate(jets) && moderate(jetsOf(program, data!, y!)))
        const J = jacobian(f, { mode: mode === 'elimination' || mode === 'mixed' ? 'auto' : mode, sparsity: sparsity === 'dense' ? 'dense' : 'detect' })
        const at = argumentOf(program, x!)
        const weight = (i: number, j: number) => Math.sin(1 + i + 2 * j)
        const weighed = (v: Any) => entriesOf(J(v)).reduce((total: Any, each, k) => add(total, mul(weight(Math.floor(k / x!.length), k % x!.length), each)), 0)
        const expected = x!.map((_, k) => jets.reduce((total, { hessian: h }, i) => total + h.reduce((part, row, j) => part + weight(i, j) * row[k]!, 0), 0))
        expectNear([numbersOf(grad(weighed)(at))], [expected], jets.length)
        const along = x!.map((_, j) => Math.cos(j))
        const [, tangent] = jvp(weighed, [at], [argumentOf(program, along)])
        expectNear([[Number(tangent)]], [[expected.reduce((total, each, k) => total + each * along[k]!, 0)]], jets.length)
        const compiled = compile(J)
        expectNear(rowsOf(compiled(at), jets.length, x!.length), jacobianOf(jets))
        // A branch may have other outputs there.
        const others = jetsOf(program, data!, y!)
        expectNear(rowsOf(compiled(argumentOf(program, y!)), others.length, x!.length), jacobianOf(others))
        expectNear(rowsOf(J(at), jets.length, x!.length), jacobianOf(jets))
      }),
      { numRuns: 150 },
    )
  })
})

describe('every strategy that is considered', () => {
  const seen = new Set<string>()
  const expectEach = (all: { name: string; matrix: Float64Array }[], expected: number[][]) => {
    for (const { name, matrix } of all) {
      seen.add(name)
      const width = expected[0]?.length ?? 0
      expectNear(
        expected.map((_, i) => [...matrix.subarray(i * width, (i + 1) * width)]),
        expected,
      )
    }
  }

  it('gives the same matrix of first and of second derivatives of a random function', () => {
    fc.assert(
      fc.property(cases(), ({ program, points: [x], data: [data], chunk }) => {
        const f = functionOf(program, data!)
        const jets = jetsOf(program, data!, x!)
        fc.pre(moderate(jets))
        const at = argumentOf(program, x!)
        expectEach(everyStrategy(f, at, chunk), jacobianOf(jets))
        const total = (v: Any) => entriesOf(f(v)).reduce((a: Any, b) => add(a, b), 0)
        const second = x!.map((_, i) => x!.map((__, j) => jets.reduce((part, { hessian: h }) => part + h[i]![j]!, 0)))
        expectEach(everyStrategyOfHessian(total, at, chunk), second)
      }),
      { numRuns: 200 },
    )
  })

  it('gives the same Hessian of a random sparse function, Σ aₖ sin xᵢ sin xⱼ', () => {
    const sparse = fc.integer({ min: 2, max: 30 }).chain(n =>
      fc.record({
        x: fc.array(number, { minLength: n, maxLength: n }),
        terms: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), number), { minLength: n, maxLength: 10 * n }),
      }),
    )
    fc.assert(
      fc.property(sparse, ({ x, terms }) => {
        const expected = x.map(() => x.map(() => 0))
        for (const [i, j, a] of terms) {
          if (i === j) {
            expected[i]![i]! += 2 * a * Math.cos(2 * x[i]!)
            continue
          }
          const [si, sj, cc] = [Math.sin(x[i]!), Math.sin(x[j]!), Math.cos(x[i]!) * Math.cos(x[j]!)]
          expected[i]![i]! -= a * si * sj
          expected[j]![j]! -= a * si * sj
          expected[i]![j]! += a * cc
          expected[j]![i]! += a * cc
        }
        const f = (v: number[]) => terms.reduce((total, [i, j, a]) => add(total, mul(a, mul(sin(v[i]!), sin(v[j]!)))), 0)
        expectEach(everyStrategyOfHessian(f, x), expected)
      }),
      { numRuns: 200 },
    )
    for (const each of ['forward', 'reverse', 'mixed', 'star', 'acyclic', 'pushing', 'all rows at once']) expect([...seen]).toContain(each)
  })
})

/** The entries of a Jacobian that may be traced. */
const entriesOf = (tree: Any): Any[] => (Array.isArray(tree) || tree?.shape?.length > 0 ? [...tree].flatMap(entriesOf) : [tree])

/** Whether a program of scalars leaves a tape that elimination does not read. */
const hasNodes = ({ steps }: Program) => steps.some(({ kind }) => /checkpoint|hidden|rule/.test(kind))
