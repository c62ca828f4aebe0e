import { abs, add, cos, div, exp, greater, gt, maximum, mul, sin, sqrt, square, sub, tanh, where } from '../../src/index.ts'
import { Random } from '../forms/random.ts'
import type { LoopProgram, Scalar } from './native-loops.ts'

/** What a call reads. */
type Call = { x: readonly Scalar[]; nodes: readonly Scalar[]; sums: readonly Scalar[]; p: Scalar; i: number; j: number; c: number }
type Term = (call: Call) => Scalar

/**
 * A program of a few random functions that are called in no order, with entries from anywhere: f(x, p). What they give is added to a total
 * and to sums from anywhere, which functions of a second phase read.
 */
export function randomCalls(seed: number): LoopProgram {
  const numbers = new Random(`calls ${seed}`)
  const random = () => numbers.next()
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const length = pick([12, 40, 90])
  const lines: string[] = []

  const leaf = (phase: number): [Term, string] =>
    pick<[Term, string]>([
      [({ x, i }) => x[i] as Scalar, 'x[i]'],
      [({ x, j }) => x[j] as Scalar, 'x[j]'],
      [({ x, i }) => x[(i + 1) % length] as Scalar, 'x[i + 1]'],
      [({ c }) => c, 'c'],
      [({ p }) => p, 'p'],
      [({ nodes, j }) => nodes[j] as Scalar, 'v[j]'],
      phase === 0 ? [({ x, j }) => x[j] as Scalar, 'x[j]'] : [({ sums, i }) => sums[i] as Scalar, 's[i]'],
    ])
  const term = (phase: number, deep: number): [Term, string] => {
    if (deep === 0 || random() < 0.2) return leaf(phase)
    const [a, aText] = term(phase, deep - 1)
    const [b, bText] = term(phase, deep - 1)
    const op = below(13)
    if (op <= 1) return [at => add(a(at), b(at)), `(${aText} + ${bText})`]
    if (op <= 3) return [at => sub(a(at), b(at)), `(${aText} - ${bText})`]
    if (op <= 5) return [at => mul(a(at), b(at)), `(${aText} * ${bText})`]
    if (op === 6) return [at => sin(a(at)), `sin(${aText})`]
    if (op === 7) return [at => maximum(a(at), b(at)), `max(${aText}, ${bText})`]
    if (op === 8) return [at => div(a(at), add(1.5, square(b(at)))), `(${aText} / (1.5 + ${bText}²))`]
    if (op === 9)
      return [at => where(greater(a(at), b(at)), cos(a(at)), exp(mul(-0.25, abs(b(at))))), `(${aText} > ${bText} ? cos(${aText}) : exp(-|${bText}|/4))`]
    if (op === 10) return [at => sqrt(add(square(a(at)), 0.5)), `sqrt(${aText}² + 0.5)`]
    // Other ways for other calls: questions, each with its answer.
    if (op === 11) return [at => (gt(a(at), 0.5) ? mul(a(at), b(at)) : a(at)), `[${aText} > 0.5 ? ${aText} * ${bText} : ${aText}]`]
    return [at => tanh(a(at)), `tanh(${aText})`]
  }

  const phases = [0, 1].slice(0, 1 + below(2)).map(phase =>
    Array.from({ length: 1 + below(3) }, (_, k) => {
      const [value, text] = term(phase, 2 + below(3))
      const target = pick(['total', 'sum', 'sums'] as const)
      const isProduct = random() < 0.1
      lines.push(`${phase}.${k}: ${target} ${isProduct ? '*' : '+'}= ${text}`)
      return { value, target, isProduct }
    }),
  )
  const [node, nodeText] = term(0, 2)
  lines.push(`v = ${nodeText}, n = ${length}`)
  const calls = phases.map(functions =>
    Array.from({ length: 100 + below(600) }, () => ({ f: pick(functions), i: below(length), j: below(length), c: Math.round(8 * (random() - 0.5)) / 4 })),
  )
  const isWhole = random() < 0.5
  return {
    length,
    text: lines.join('\n'),
    run: (x, p) => {
      const nodes: Scalar[] = x.map((_, k) => node({ x, nodes: x, sums: x, p, i: k, j: (3 * k) % length, c: 0.5 }))
      let total: Scalar = 0
      let sums: Scalar[] = x.map(() => 0)
      for (const phase of calls) {
        const next: Scalar[] = sums.map(each => tanh(each))
        for (const { f, ...at } of phase) {
          const value = tanh(f.value({ x, nodes, sums, p, ...at }))
          const put = (all: Scalar) => (f.isProduct ? mul(all, add(1.25, value)) : add(all, value))
          if (f.target === 'total') total = put(total)
          else next[at.i] = put(next[at.i] as Scalar)
          if (f.target === 'sums') next[at.j] = sub(next[at.j] as Scalar, value)
        }
        sums = next
      }
      return isWhole ? [total, ...sums] : [total, sums[0] as Scalar]
    },
  }
}

export const NODES = 24
const draws = new Random('edges')
const edges = Array.from({ length: 400 }, () => [0, 1].map(() => Math.floor(NODES * draws.next())) as [number, number])

/** Nodes pulled along edges in no order: what one gains, another loses. */
export function flowOnEdges(x: readonly Scalar[]): Scalar[] {
  const sums: Scalar[] = x.map(() => 0)
  for (const [i, j] of edges) {
    const pull = mul(sin(sub(x[i] as Scalar, x[j] as Scalar)), 0.25)
    sums[i] = add(sums[i] as Scalar, pull)
    sums[j] = sub(sums[j] as Scalar, pull)
  }
  return sums.map((each, k) => add(x[k] as Scalar, tanh(each)))
}
