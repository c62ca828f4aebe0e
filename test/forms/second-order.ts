import { checkpoint, compile, hessian, hvp, jvp, planHessian, type SparseMatrix, Tensor, variable, vmap } from '../../src/index.ts'
import { numbersOf } from '../results.ts'
import {
  type Any,
  along,
  alongVariables,
  distinct,
  few,
  gradient,
  itemsOf,
  type Mode,
  named,
  relike,
  requires,
  stacked,
  tracedLeaves,
  treeTotal,
} from './leaves.ts'
import { basis, directions, leavesOf, rowsOf } from './problem.ts'

/** Ways to second derivatives. */
export const SECOND: { [name: string]: Mode } = {
  hessian: (problem, judge, attempt) => {
    const { args, inputSizes, inputs } = problem
    const total = treeTotal(problem) as (args: unknown[]) => number
    if (!judge.hasHessian)
      attempt('hessian', () =>
        judge.takeHessian(problem.each, rowsOf(numbersOf(hessian(total, { mode: 'forward', sparsity: 'dense' })(args)), inputSizes, inputSizes)),
      )
    if (!judge.hasHessian) return
    const found = planHessian(total, args, { output: 'sparse' }).pattern
    const pattern = Array.from({ length: found.rows }, (_, i) => [...found.columnIndices.subarray(found.rowPointers[i], found.rowPointers[i + 1])])
    const full = pattern.map(() => Array.from({ length: inputs }, (_, j) => j))
    const patterns = distinct([
      ['detected', 'detect'],
      ['dense', 'dense'],
      ['given', pattern],
      ['given full', full],
    ])
    for (const mode of ['auto', 'forward', 'reverse'] as const) {
      for (const [how, sparsity] of patterns) {
        attempt(`hessian ${mode}, ${how}`, () => {
          judge.hessian(`hessian ${mode}, ${how}`, rowsOf(numbersOf(hessian(total, { mode, sparsity })(args)), inputSizes, inputSizes))
        })
        attempt(`planHessian ${mode}, ${how}, sparse`, () => {
          const found = planHessian(total, args, { mode, sparsity, output: 'sparse' }).jacobian(args) as unknown as SparseMatrix
          judge.hessian(`planHessian ${mode}, ${how}, sparse`, found.toDense().data)
        })
      }
    }
  },

  hvp: (problem, judge) => {
    const { args, like, inputs } = problem
    const total = treeTotal(problem) as (args: unknown[]) => number
    judge.hessianProduct('hvp', numbersOf(hvp(total, args, like(directions(inputs)) as never)))
    for (const j of few(inputs)) judge.hessianRow('hvp', j, numbersOf(hvp(total, args, like(basis(inputs, j)) as never)))
  },

  'reverse over forward': (problem, judge) => {
    const { total, like, inputs, args } = problem
    for (const j of few(inputs)) {
      const slope = (...at: unknown[]) => jvp(total, at as [], like(basis(inputs, j)) as [])[1]
      judge.hessianRow('grad of jvp', j, numbersOf(gradient(problem, slope)(...args)))
    }
  },

  'forward over forward': (problem, judge) => {
    const { total, like, inputs, args } = problem
    for (const j of few(inputs).slice(0, 4)) {
      const slope = (...at: unknown[]) => jvp(total, at as [], like(basis(inputs, j)) as [])[1]
      const along = (direction: Float64Array) => numbersOf(jvp(slope, args as [], like(direction) as [])[1])[0] as number
      const columns = few(inputs)
      judge.hessianRow(
        'jvp of jvp',
        j,
        columns.map(i => along(basis(inputs, i))),
        columns,
      )
      // Those that were not taken one by one are in the sum.
      if (columns.length < inputs) judge.hessianRowProduct('jvp of jvp along a direction', j, along(directions(inputs)))
    }
  },

  'reverse over reverse': (problem, judge) => {
    const slope = (...at: unknown[]) => along(gradient(problem)(...at), problem)
    judge.hessianProduct('grad of grad', numbersOf(gradient(problem, slope)(...problem.args)))
  },

  'variables, twice': (problem, judge, attempt) => {
    const { args, total } = problem
    const gradientOf = (variables: Any[]) =>
      variables.flatMap((v, i) => (v.grad === null ? new Array(numbersOf(args.flatMap(leavesOf)[i]).length).fill(0) : numbersOf(v.grad)))
    const made = () => args.flatMap(leavesOf).map(leaf => variable(leaf as number)) as Any[]
    attempt('variables, graph of the gradient', () => {
      const variables = made()
      const loss = total(...relike(args, variables)) as Any
      if (!requires(loss)) return judge.hessianProduct('variables, constant', new Array(problem.inputs).fill(0))
      loss.backward(null, { createGraph: true })
      const slope = alongVariables(
        variables.map(v => v.grad),
        problem,
      ) as Any
      for (const v of variables) v.zeroGrad()
      if (requires(slope)) slope.backward()
      judge.hessianProduct('variables, graph of the gradient', gradientOf(variables))
    })
    attempt('variables around grad', () => {
      const variables = made()
      const slope = along(gradient(problem)(...relike(args, variables)), problem) as Any
      if (requires(slope)) slope.backward()
      judge.hessianProduct('variables around grad', gradientOf(variables))
    })
    attempt('variables inside grad', () => {
      const slope = (...at: unknown[]) => {
        const leaves = at.flatMap((traced, i) => tracedLeaves(traced, args[i]))
        // Where an argument has no numbers, nothing of it is traced: a variable would not belong to what is differentiated.
        const sizes = args.flatMap(leavesOf).map(leaf => numbersOf(leaf).length)
        const variables = leaves.map((leaf, i) => (sizes[i] === 0 && !(leaf instanceof Tensor) ? leaf : variable(leaf as number))) as Any[]
        const loss = total(...relike(args, variables)) as Any
        if (!requires(loss)) return 0
        loss.backward()
        return alongVariables(
          variables.map(v => v.grad),
          problem,
        )
      }
      judge.hessianProduct('variables inside grad', numbersOf(gradient(problem, slope)(...args)))
    })
  },

  'checkpoint, twice': (problem, judge) => {
    const { args, like, inputs, total } = problem
    const kept = checkpoint((at: unknown[]) => total(...at) as number)
    judge.hessianProduct('hvp of checkpoint', numbersOf(hvp(kept, args, like(directions(inputs)) as never)))
  },

  'vmap, twice': (problem, judge, attempt) => {
    const { args, other, like, inputs, form } = problem
    if (inputs === 0 && form === 'plain') return
    const total = treeTotal(problem) as (args: unknown[]) => number
    const many = args.map((arg, i) => stacked([other[i], arg]))
    attempt('vmap of hvp', () => {
      const found = vmap((...at: unknown[]) => named(hvp(total, at, like(directions(inputs)) as never)))(...many)
      judge.hessianProduct('vmap of hvp', itemsOf(found, 1))
    })
    attempt('vmap over tangents of hvp', () => {
      if (args.some(arg => leavesOf(arg).length > 1)) return
      const tangents = args.map((_, i) => stacked(few(inputs).map(j => like(basis(inputs, j))[i])))
      if (inputs === 0) return
      const found = vmap((...d: unknown[]) => named(hvp(total, args, d as never)))(...tangents)
      few(inputs).forEach((j, item) => void judge.hessianRow('vmap over tangents of hvp', j, itemsOf(found, item)))
    })
  },

  'compile, twice': (problem, judge, attempt) => {
    const { args, like, inputs } = problem
    const total = treeTotal(problem) as (args: unknown[]) => number
    for (const target of ['js', 'wasm'] as const)
      attempt(`hvp compiled to ${target}`, () => {
        const fast = compile((...at: unknown[]) => hvp(total, at, like(directions(inputs)) as never), { target })
        judge.hessianProduct(`hvp compiled to ${target}`, numbersOf(fast(...args)))
      })
  },
}
