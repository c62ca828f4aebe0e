import { abs, add, compile, cos, div, exp, grad, greater, gt, jacobian, maximum, minimum, mul, sin, square, sub, tanh, where } from '../../src/index.ts'
import { Random } from '../forms/random.ts'
import { numbersOf } from '../results.ts'

/** Traced or not. */
export type Scalar = number

type Where = { rounds: number[]; x: readonly Scalar[]; p: Scalar; states: Scalar[]; work: Scalar[] }
type Term = (at: Where) => Scalar

/** A program of native loops over numbers: f(x, p), for x of some length. Bodies, strides, carried values and peeled rounds are random. */
export interface LoopProgram {
  readonly length: number
  readonly run: (x: readonly Scalar[], p: Scalar) => Scalar[]
  readonly text: string
}

export function randomLoops(seed: number): LoopProgram {
  const numbers = new Random(`loops ${seed}`)
  const random = () => numbers.next()
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const length = pick([64, 120, 230, 230])
  const table = Array.from({ length: 128 }, () => Math.round(8 * (random() - 0.5)) / 4)
  const lines: string[] = []
  const states = 1 + below(3)

  /** A position in a list as an affine function of the rounds, folded back into it. */
  const position = (depth: number, size: number): { at: (rounds: readonly number[]) => number; text: string } => {
    const level = below(depth)
    const stride = pick([1, 1, 1, 1, -1, 2, 0])
    const offset = below(4)
    const other = depth > 1 && random() < 0.4 ? pick([1, 2, 5]) : 0
    const inner = (level + 1) % Math.max(depth, 1)
    return {
      at: rounds => {
        const round = rounds[level] as number
        const index = offset + (stride < 0 ? 60 - round : stride * round) + other * (rounds[inner] ?? 0)
        return index % size
      },
      text: `${offset} + ${stride} i${level} + ${other} i${inner}`,
    }
  }

  const term = (depth: number, deep: number): [Term, string] => {
    const choice = random()
    if (deep === 0 || choice < 0.3) {
      const leaf = below(9)
      if (leaf <= 2) {
        const { at, text } = position(depth, length)
        return [({ x, rounds }) => x[at(rounds)] as Scalar, `x[${text}]`]
      }
      if (leaf <= 4) {
        const k = below(states)
        return [each => each.states[k] as Scalar, `s${k}`]
      }
      if (leaf === 5) {
        const { at, text } = position(depth, length)
        return [({ work, rounds }) => work[at(rounds)] as Scalar, `w[${text}]`]
      }
      if (leaf === 6) return [({ p }) => p, 'p']
      if (leaf === 7) {
        const { at, text } = position(depth, 128)
        return [({ rounds }) => table[at(rounds)] as number, `t[${text}]`]
      }
      const level = below(depth)
      const factor = pick([0.125, 1, 0.5])
      return [({ rounds }) => factor * (rounds[level] as number), `${factor} i${level}`]
    }
    const [a, aText] = term(depth, deep - 1)
    const [b, bText] = term(depth, deep - 1)
    const op = below(14)
    if (op <= 2) return [at => add(a(at), b(at)), `(${aText} + ${bText})`]
    if (op === 3) return [at => sub(a(at), b(at)), `(${aText} - ${bText})`]
    if (op <= 5) return [at => mul(a(at), b(at)), `(${aText} * ${bText})`]
    if (op === 6) return [at => sin(a(at)), `sin(${aText})`]
    if (op === 7) return [at => tanh(a(at)), `tanh(${aText})`]
    if (op === 8) return [at => maximum(a(at), b(at)), `max(${aText}, ${bText})`]
    if (op === 9) return [at => minimum(a(at), b(at)), `min(${aText}, ${bText})`]
    if (op === 10) return [at => div(a(at), add(1.5, square(b(at)))), `(${aText} / (1.5 + ${bText}²))`]
    if (op === 11)
      return [at => where(greater(a(at), b(at)), cos(a(at)), exp(mul(-0.25, abs(b(at))))), `(${aText} > ${bText} ? cos(${aText}) : exp(-|${bText}|/4))`]
    if (op === 12) return [at => square(a(at)), `${aText}²`]
    return [at => (gt(a(at), -3) ? add(a(at), 0.25) : a(at)), `[${aText} > -3 ? …]`]
  }

  type Statement = (at: Where) => void
  const statement = (depth: number, indent: string): Statement => {
    const [value, text] = term(depth, 2 + below(2))
    const bounded: Term = random() < 0.6 ? at => tanh(value(at)) : at => mul(0.5, value(at))
    const kind = random()
    let run: Statement
    if (kind < 0.45) {
      const k = below(states)
      const isSum = random() < 0.5
      lines.push(`${indent}s${k} ${isSum ? '+' : ''}= ${text}`)
      run = at => {
        at.states[k] = isSum ? add(at.states[k] as Scalar, bounded(at)) : bounded(at)
      }
    } else if (kind < 0.85) {
      const { at: place, text: target } = position(depth, length)
      const isSum = random() < 0.5
      lines.push(`${indent}w[${target}] ${isSum ? '+' : ''}= ${text}`)
      run = at => {
        const index = place(at.rounds)
        at.work[index] = isSum ? add(at.work[index] as Scalar, bounded(at)) : bounded(at)
      }
    } else {
      // In some rounds only.
      const level = below(depth)
      const k = below(states)
      const test = pick<(round: number) => boolean>([r => r === 0, r => r > 0, r => r % 2 === 0, r => r > 11])
      lines.push(`${indent}if (${test} of i${level}) s${k} = ${text}`)
      run = at => {
        if (test(at.rounds[level] as number)) at.states[k] = bounded(at)
      }
    }
    return run
  }

  const nest = (depth: number, indent: string): Statement => {
    const count = depth === 1 ? 12 + below(30) : depth === 2 ? 3 + below(12) : 3 + below(6)
    const triangular = depth > 1 && random() < 0.3
    const from = triangular && random() < 0.5
    lines.push(`${indent}for i${depth - 1} ${triangular ? (from ? 'from i0 to 16' : 'up to i0') : `< ${count}`}`)
    const body: Statement[] = []
    const statements = 1 + below(3)
    const inner = depth < 3 && random() < (depth === 1 ? 0.5 : 0.2) ? below(statements + 1) : -1
    for (let k = 0; k < statements; k++) {
      if (k === inner) body.push(nest(depth + 1, `${indent}  `))
      body.push(statement(depth, `${indent}  `))
    }
    if (inner === statements) body.push(nest(depth + 1, `${indent}  `))
    return at => {
      const first = from ? Math.min(at.rounds[0] as number, 16) : 0
      const end = triangular ? (from ? 16 : (at.rounds[0] as number)) : count
      for (let round = first; round < end; round++) {
        at.rounds[depth - 1] = round
        for (const each of body) each(at)
      }
      at.rounds.length = depth - 1
    }
  }

  const nests = Array.from({ length: 1 + below(3) }, () => nest(1, ''))
  const reads = below(3)
  return {
    length,
    text: lines.join('\n'),
    run: (x, p) => {
      const at: Where = { rounds: [], x, p, states: Array.from({ length: states }, (_, k) => (k === 0 ? 0 : k === 1 ? p : (x[3] as Scalar))), work: [...x] }
      if (reads === 0) at.work = x.map((_, i) => table[i % 128] as number)
      for (const each of nests) each(at)
      return reads === 2 ? [...at.states, ...at.work] : at.states
    },
  }
}

/** A program, its gradient, and where it is not too large its Jacobian, compiled: whether they give the same bits at two points. */
export function* compileTwice(
  seed: number,
  { run, length, text }: LoopProgram = randomLoops(seed),
): Generator<{ what: string; same: boolean; hasLoops: boolean }> {
  const numbers = new Random(`points ${seed}`)
  const random = () => numbers.next()
  const total = (x: readonly Scalar[], p: Scalar) => run(x, p).reduce((all, each, k) => add(all, mul(each, 1 + (k % 3))), 0)
  const points = [0, 1].map(() => [Array.from({ length }, () => 4 * random() - 2), random()] as const)
  const functions = {
    value: run,
    gradient: grad(total as never, { argnum: [0, 1] } as never),
    ...(length < 100 && { jacobian: jacobian(((x: number[]) => run(x, 0.375)) as never, { mode: 'reverse' }) }),
  } as unknown as Record<string, (...args: readonly unknown[]) => unknown>
  for (const [name, f] of Object.entries(functions)) {
    const fast = compile(f, { target: 'js' })
    const same = points.every(([x, p]) => {
      const [a, b] = [fast, f].map(each => numbersOf(each(x, p))) as [number[], number[]]
      return a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
    })
    const isRight = !/did not give/.test(fast.explain())
    yield { what: `${name} of\n${text}`, same: same && isRight, hasLoops: /\/\/ found: /.test(fast.source ?? '') }
  }
}
