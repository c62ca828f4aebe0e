import {
  checkpoint,
  compile,
  derivative,
  grad,
  jacobian,
  jvp,
  linearize,
  mul,
  planJacobian,
  SparseMatrix,
  valueAndGrad,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'
import { numbersOf, structureOf } from '../results.ts'
import {
  type Any,
  argnums,
  cotangents,
  distinct,
  few,
  gradient,
  itemsOf,
  type Mode,
  named,
  relike,
  requires,
  stacked,
  tree,
  weightedItems,
  weightsLike,
} from './leaves.ts'
import { basis, directions, leavesOf, masked, rowsOf } from './problem.ts'
import { weighted } from './weights.ts'

/** Ways to values and first derivatives. */
export const FIRST: { [name: string]: Mode } = {
  value: ({ f, args }, judge) => judge.value('value', numbersOf(f(...args))),

  jvp: ({ f, args, like, inputs }, judge) => {
    for (const j of few(inputs)) judge.column('jvp', j, numbersOf(jvp(f, args as [], like(basis(inputs, j)) as [])[1]))
    const [value, tangent] = jvp(f, args as [], like(directions(inputs)) as [])
    judge.tangent('jvp along a direction', numbersOf(tangent))
    // Tangents of integers are doubles.
    judge.structure('jvp: the tangent', structureOf(tangent), JSON.parse(JSON.stringify(structureOf(value)).replaceAll('int32', 'float64')))
  },

  derivative: ({ f, args }, judge) => {
    if (args.length === 1 && typeof args[0] === 'number') judge.column('derivative', 0, numbersOf(derivative(f as (x: number) => unknown)(args[0])))
  },

  vjp: ({ f, args }, judge) => {
    const [value, pullback] = vjp(f, ...args)
    const { unflattened } = cotangents(value)
    for (const k of few(judge.outputs)) judge.row('vjp', k, numbersOf(pullback(unflattened(basis(judge.outputs, k)) as never)))
  },

  grad: (problem, judge) => {
    const { total, args } = problem
    const found = gradient(problem)(...args)
    judge.gradient('grad', numbersOf(found))
    judge.structure('grad', structureOf(found), structureOf(args))
    const [, again] = valueAndGrad(total as Any, argnums(problem) as Any)(...(args as [])) as [unknown, unknown]
    judge.gradient('valueAndGrad', numbersOf(again))
    if (args.length > 1) {
      const single = args.map((_, i) => grad(total as Any, { argnum: i })(...(args as [])))
      judge.gradient('grad of one argument at a time', numbersOf(single))
    }
    const asTree = grad((at: { a: unknown; rest: unknown[] }) => total(at.a, ...at.rest) as number)({ a: args[0], rest: args.slice(1) })
    judge.gradient('grad of a tree', numbersOf(asTree))
  },

  linearize: ({ f, args, like, inputs }, judge) => {
    const [, pushforward] = linearize(f, ...args)
    for (const j of few(inputs)) judge.column('linearize', j, numbersOf((pushforward as Any)(...like(basis(inputs, j)))))
  },

  jacobian: (problem, judge, attempt) => {
    const { args, inputSizes, outputSizes, inputs } = problem
    const f = tree(problem)
    // What is given is the structure; entries that happen to be 0 are in it.
    const { pattern } = planJacobian(f, args, { output: 'sparse' })
    judge.covers('the detected pattern', pattern)
    const exact = Array.from({ length: pattern.rows }, (_, i) => [...pattern.columnIndices.subarray(pattern.rowPointers[i], pattern.rowPointers[i + 1])])
    const superset = exact.map((row, i) => [...new Set([...row, ...(inputs > 0 ? [(i * 5 + 2) % inputs, (i * 3 + 1) % inputs] : [])])].sort((a, b) => a - b))
    const full = exact.map(() => Array.from({ length: inputs }, (_, j) => j))
    const patterns = distinct([
      ['detected', 'detect'],
      ['dense', 'dense'],
      ['given', exact],
      ['given with more', superset],
      ['given full', full],
    ])
    for (const mode of ['auto', 'forward', 'reverse', 'mixed', 'elimination'] as const) {
      // Of tensors elimination is refused, whatever the pattern is.
      let refused = false
      for (const [how, sparsity] of patterns) {
        for (const output of ['dense', 'sparse'] as const) {
          const what = `jacobian ${mode}, ${how}, ${output}`
          if (refused) continue
          attempt(what, () => {
            refused = mode === 'elimination'
            const found = jacobian(f, { mode, sparsity, output })(args)
            refused = false
            judge.matrix(
              what,
              (found as unknown) instanceof SparseMatrix ? (found as SparseMatrix).toDense().data : rowsOf(numbersOf(found), outputSizes, inputSizes),
            )
          })
        }
      }
    }
  },

  'plan used again': (problem, judge, attempt) => {
    const { args, inputSizes, outputSizes, other } = problem
    for (const mode of ['auto', 'forward', 'reverse', 'mixed'] as const) {
      for (const output of ['dense', 'sparse'] as const) {
        const what = `planJacobian ${mode}, ${output}, made at another point`
        attempt(what, () => {
          const plan = planJacobian(tree(problem), other, { mode, output })
          plan.jacobian(other)
          for (const time of ['once', 'twice']) {
            const found = plan.jacobian(args) as unknown
            judge.matrix(
              `${what}, ${time}`,
              found instanceof SparseMatrix ? (found as SparseMatrix).toDense().data : rowsOf(numbersOf(found), outputSizes, inputSizes),
            )
          }
        })
      }
    }
  },

  checkpoint: (problem, judge, attempt) => {
    const { f, total, args, other, like, inputs, inputSizes, outputSizes } = problem
    attempt('grad of checkpoint', () => judge.gradient('grad of checkpoint', numbersOf(gradient(problem, checkpoint(total))(...args))))
    attempt('jvp of checkpoint', () => judge.tangent('jvp of checkpoint', numbersOf(jvp(checkpoint(f), args as [], like(directions(inputs)) as [])[1])))
    attempt('jacobian of checkpoint', () => {
      const J = jacobian(checkpoint(tree(problem)))
      J(other)
      judge.matrix('jacobian of checkpoint, at a second point', rowsOf(numbersOf(J(args)), outputSizes, inputSizes))
    })
  },

  variables: (problem, judge, attempt) => {
    const { total, args, each } = problem
    const run = (what: string, f: (...variables: Any[]) => Any) =>
      attempt(what, () => {
        const variables = args.flatMap(leavesOf).map(leaf => variable(leaf as number))
        const loss = f(...relike(args, variables))
        // What depends on no variable leaves no gradient, which counts as 0.
        if (requires(loss)) loss.backward()
        judge.gradient(
          what,
          variables.flatMap((v, i) => (v.grad === null ? new Array(numbersOf(args.flatMap(leavesOf)[i]).length).fill(0) : numbersOf(v.grad))),
        )
      })
    run('variables', total as Any)
    // The operator as a method of its first operand.
    const at = each.name === 'where' || each.name === 'einsum' ? 1 : 0
    if (each.name.includes(' ') || each.name === 'stackScalars' || !each.active.includes(at)) return
    run('variables, by method', (...active: Any[]) => {
      const all = each.args.map((arg, i) => (each.active.includes(i) ? active[each.active.indexOf(i)] : arg))
      // Of an operator on a list, the first of the list has the method, and takes the others.
      const isList = ['concat', 'stack', 'meshgrid'].includes(each.name)
      const [self, ...others] = isList ? all[at] : [all[at]]
      const rest = [...all.slice(0, at), ...(isList ? [others] : []), ...all.slice(at + 1)]
      const result = self[each.name](...rest)
      return weighted(masked(each) ? mul(result, 1) : result)
    })
  },

  vmap: (problem, judge, attempt) => {
    const { f, args, other, inputs, form } = problem
    // Empty arrays hold no leaf that could have an axis of items.
    if (inputs === 0 && form === 'plain') return
    const many = args.map((arg, i) => stacked([arg, other[i], arg]))
    attempt('vmap of grad', () => {
      const found = vmap((...at: unknown[]) => named(gradient(problem)(...at)))(...many)
      for (const item of [0, 2]) judge.gradient(`vmap of grad, item ${item}`, itemsOf(found, item))
    })
    attempt('grad of vmap', () => {
      const all = (...batched: unknown[]) => weightedItems(vmap(f)(...batched))
      const found = gradient(problem, all)(...many)
      for (const item of [0, 2]) judge.gradient(`grad of vmap, item ${item}`, itemsOf(found, item))
    })
    attempt('vmap of vjp', () => {
      const found = vmap((...at: unknown[]) => {
        const [value, pullback] = vjp(f, ...at)
        return named(pullback(weightsLike(value) as never))
      })(...many)
      judge.gradient('vmap of vjp', itemsOf(found, 0))
    })
    if (args.length > 1)
      attempt('vmap of grad, one argument batched', () => {
        const axes = args.map((_, i) => (i === 0 ? 0 : null))
        const found = vmap((...at: unknown[]) => named(gradient(problem)(...at)), { in: axes })(many[0], ...args.slice(1))
        judge.gradient('vmap of grad, one argument batched', itemsOf(found, 0))
      })
  },

  compile: (problem, judge, attempt) => {
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      attempt(`compiled to ${target}`, () => {
        const fast = compile(gradient(problem), { target })
        judge.gradient(`grad compiled to ${target}`, numbersOf(fast(...problem.args)))
      })
    }
  },
}
