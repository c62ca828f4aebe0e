import { ExpressionError } from '../../src/mathjs/error.ts'
import { functions } from '../../src/mathjs/functions/table.ts'
import { compileExpression, Expression, gradient } from '../../src/mathjs/index.ts'
import { instance } from './mathjs.ts'

/** What came of random expressions. */
export interface FuzzReport {
  expressions: number
  /** mathjs' value. */
  agree: number
  /** A named error with its place. */
  refused: number
  /** A value where mathjs has an error: functions entry by entry, masks of tensors. */
  beyond: number
  /** Gradients, compiled and not, that were compared. */
  gradients: number
  /** Derivatives compared with differences of mathjs' values, where these have a limit. */
  differences: number
  slowest: number
  failures: string[]
}

const SCOPE = {
  x: 0.7,
  y: -1.3,
  n: 3,
  k: 0.3,
  v: [0.4, 1.7, 0.9],
  A: [
    [2.1, 0.4],
    [0.5, 1.7],
  ],
}

/** Functions of another session, with variables of the same names as those of the scope; some define or assign. */
const SESSION =
  'k = 5; x = 2; W = [1, 2; 3, 4]; g(t) = k * t^2 + x; h(s, t) = s > 0 ? g(t) * k : norm(W * [t, k]); m(q) = (r(t) = k * t); c(t) = k = k + t; w(p, t) = p(t) + k'

let definitions: { evaluate(scope: object): unknown } | undefined

/** A fresh scope: functions may assign in their session, as they do in mathjs. */
function freshScope(math: ReturnType<typeof instance>): { [name: string]: unknown } {
  const session: { [name: string]: unknown } = {}
  definitions ??= math.compile(SESSION)
  definitions.evaluate(session)
  const { g, h, m, c, w } = session
  return { ...structuredClone(SCOPE), g, h, m, c, w }
}

/** Words that have led out of expression parsers. */
const TEMPTATIONS = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'import',
  'evaluate',
  'parse',
  'simplify',
  'derivative',
  'createUnit',
  'config',
  'compile',
  'parser',
  'typed',
  'process',
  'globalThis',
  'require',
  'Function',
  'eval',
  'this',
  'hasOwnProperty',
  'isPrototypeOf',
  '"constructor"',
  "'__proto__'",
  'x.constructor',
  'v.map',
  'cos.constructor("return 1")()',
  'f.apply',
  '{a: 1}',
  'null',
  'undefined',
  'unit("5 cm")',
  'format("{}", {})',
  'chain(2)',
  'index',
  'help(sin)',
  'reviver',
  'x["constructor"]',
  'sin["call"]',
  '[].constructor',
  'random()',
]

const NAMES = [...functions.keys()]

/** A generator of numbers from 0 to 1: xorshift. */
export function generator(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** A random expression in mathjs' grammar, now and then with something that is not in it. */
export function randomExpression(random: () => number): string {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const number = () => one(['0', '1', '2', '3', '0.5', '1e3', '-1', '1e-3', '7', '1e12', '.25', '0x1f'])
  const expression = (depth: number): string => {
    if (depth <= 0)
      return random() < 0.03
        ? one([...TEMPTATIONS, 'i', 'cm', 'true', '"s"', 'q', 'end'])
        : one(['x', 'y', 'n', 'v', 'A', 'x', 'y', number(), number(), 'pi', 'e', 'x', 'v', 'k', 'n'])
    const next = () => expression(depth - 1 - Math.floor(random() * 2))
    const kinds: (() => string)[] = [
      () =>
        `${next()} ${one(['+', '-', '*', '/', '^', '.*', './', '.^', '%', 'mod', '==', '<', '>', '<=', '>=', '!=', 'and', 'or', 'xor', '??', '&', '|', '<<', '>>', 'to', ''])} ${next()}`,
      () => `${next()} ${one(['+', '-', '*', '/', '^'])} ${next()}`,
      () => `(${next()})`,
      () => `${one(['-', '+', 'not ', '~'])}${next()}`,
      () => `${next()}${one(["'", '!', '%', ''])}`,
      () => `${one(NAMES)}(${Array.from({ length: 1 + Math.floor(random() * 2.4) }, next).join(', ')})`,
      () => `${one(['sin', 'cos', 'exp', 'sqrt', 'log', 'abs', 'sum', 'max', 'min', 'mean', 'norm', 'det', 'inv', 'transpose', 'square', 'atan2'])}(${next()})`,
      () => `[${next()}, ${next()}]`,
      () => `[${next()}, ${next()}; ${next()}, ${next()}]`,
      () => `${one(['v', 'A', next()])}[${one([number(), 'end', ':', '1:2', next(), `${number()}, ${number()}`, ':, 1', '[1, 2]'])}]`,
      () => `${next()} ? ${next()} : ${next()}`,
      () => `${next()}:${next()}`,
      () => `map(${next()}, f(t) = norm(${next()}))`,
      () => `${next()} < ${next()} < ${next()}`,
      () => `${one(['g', 'c', 'w'])}(${next()})`,
      () => `h(${next()}, ${next()})`,
      () => `w(${one(['g', 'sin', 'q(t) = k * t', 'm(1)'])}, ${next()})`,
      () => `${one(['filter', 'map'])}(${next()}, ${one(['s > 0', 's + k', 'f(s, i) = s * i[1]', 'g'])})`,
    ]
    return one(kinds)()
  }
  // Statements stand at the outside.
  const next = () => expression(Math.floor(random() * 3))
  const programs: (() => string)[] = [
    () => `t = ${next()}; t ${one(['+', '*'])} ${next()}`,
    () => `f(t) = ${next()} * t; f(${next()})`,
    () => `f(t) = t > 3 ? t : f(t + 1); f(${next()})`,
    () => `t = ${one(['v', 'A', next()])} + 0; t[${number()}] = ${next()}; t`,
    () => `q = m(${next()}); q(${next()})`,
    () => `k = ${next()}; g(${next()}) ${one(['+', '*'])} k`,
    () => `f(k) = ${next()} + k; f(${next()}) + g(${next()})`,
    () => `c(${next()}); c(${next()}) + g(${next()})`,
    () => `f(p) = p(${next()}); f(g) + f(${one(['sin', 'c', 'm(x)', 'q(t) = t * k'])})`,
  ]
  const text = random() < 0.3 ? one(programs)() : expression(1 + Math.floor(random() * 4))
  if (random() > 0.03) return text
  // Something damaged: a character is lost, doubled or strange.
  const at = Math.floor(random() * text.length)
  return text.slice(0, at) + one(['', '((', ']', '"', '\\', '=', ';', '…', '\n', '#', '::']) + text.slice(at + 1)
}

/** Random expressions, each evaluated here and by mathjs, and differentiated where the value is a number. */
export function fuzz(count: number, seed: number, onProgress: (done: number) => void = () => {}): FuzzReport {
  const math = instance()
  const random = generator(seed)
  const report: FuzzReport = { expressions: 0, agree: 0, refused: 0, beyond: 0, gradients: 0, differences: 0, slowest: 0, failures: [] }
  for (let i = 0; i < count; i++) {
    const text = randomExpression(random)
    report.expressions++
    const start = performance.now()
    try {
      check(text, math, report)
    } catch (error) {
      report.failures.push(`${text}\n    ${(error as Error).stack?.split('\n').slice(0, 4).join('\n    ')}`)
    }
    report.slowest = Math.max(report.slowest, performance.now() - start)
    if (i % 1000 === 999) onProgress(i + 1)
  }
  return report
}

/** Functions by which mathjs goes through numbers that overflow, to NaN. */
const OVERFLOWING = /coth|norm|hypot/

const LIMITS = { recursion: 50, operations: 20_000, entries: 10_000, time: 2000 }

function check(text: string, math: ReturnType<typeof instance>, report: FuzzReport): void {
  const before = Object.getOwnPropertyNames(Object.prototype).length
  const scope = freshScope(math)
  const form = report.expressions % 3 === 0 ? new Map(Object.entries(scope)) : scope
  const found = attempt(() => compileExpression(text, { limits: LIMITS, target: 'interpreter' }).value(form))
  const direct = attempt(() => new Expression(text, { limits: LIMITS }).evaluate(form))
  if (Object.getOwnPropertyNames(Object.prototype).length !== before) throw new Error('Object.prototype was changed')
  if (found.error !== undefined) {
    report.refused++
    if (!(found.error instanceof ExpressionError)) throw found.error
    if (found.error.message.length === 0) throw new Error('an error without words')
    return
  }
  if (direct.error !== undefined && !(direct.error instanceof ExpressionError)) throw direct.error
  const byMathjs = (change: { x?: number; n?: number } = {}) => attempt(() => math.evaluate(text, { ...freshScope(math), ...change }))
  const wanted = byMathjs()
  if (wanted.error !== undefined) report.beyond++
  else {
    // mathjs shows no result where the last statement ends with a semicolon.
    const hidden = (wanted.value as { entries?: unknown[] } | null)?.entries?.length === 0
    const overflow = OVERFLOWING.test(text) && flat(wanted.value).some(Number.isNaN)
    const difference = hidden || overflow ? undefined : compare(found.value, wanted.value)
    if (difference !== undefined) throw new Error(`the value is ${difference}`)
    report.agree++
  }
  if (typeof found.value !== 'number') return
  // Whole numbers, which count and choose, are among the variables now and then.
  const withRespectTo = report.expressions % 4 === 0 ? ['x', 'y', 'n', 'k', 'v', 'A'] : ['x', 'y', 'k', 'v', 'A']
  const options = { limits: LIMITS, withRespectTo }
  const eager = attempt(() => gradient(text, form, options))
  const compiled = attempt(() => compileExpression(text, { ...options, target: 'interpreter' }).gradient(form))
  for (const each of [eager, compiled]) if (each.error !== undefined && !(each.error instanceof ExpressionError)) throw each.error
  if (eager.error !== undefined || compiled.error !== undefined) {
    if ((eager.error === undefined) !== (compiled.error === undefined)) throw new Error(`one gradient only: ${(eager.error ?? compiled.error) as Error}`)
    return
  }
  const difference = compare(Object.values(eager.value as object), Object.values(compiled.value as object))
  if (difference !== undefined) throw new Error(`the gradient is ${difference} (eager against compiled)`)
  report.gradients++
  if (wanted.error !== undefined) return
  for (const name of ['x', 'n'] as const) {
    const slope = slopeOf(t => flat(byMathjs({ [name]: SCOPE[name] + t }).value)[0])
    const given = (eager.value as { [name: string]: number })[name]
    if (slope === undefined || given === undefined) continue
    if (Math.abs(slope - given) > 1e-3 * Math.max(1, Math.abs(slope))) throw new Error(`the derivative by ${name} is ${given} against ${slope} by differences`)
    report.differences++
  }
}

/** A derivative by differences on both sides; undefined where these have no common limit. */
function slopeOf(f: (t: number) => number | undefined): number | undefined {
  const at = f(0) as number
  const slopes = [1e-4, -1e-4, 1e-5, -1e-5, 3e-6].map(h => ((f(h) ?? Number.NaN) - at) / h)
  const [first = Number.NaN] = slopes
  // Beside a large value, a difference of the last digits says nothing.
  if (Math.abs(at) > 1e6) return undefined
  return slopes.every(each => Math.abs(each - first) <= 1e-4 * Math.max(1, Math.abs(first))) ? first : undefined
}

function attempt(f: () => unknown): { value?: unknown; error?: unknown } {
  try {
    return { value: f() }
  } catch (error) {
    return { error }
  }
}

/** How two results differ; undefined where they do not. */
function compare(found: unknown, wanted: unknown): string | undefined {
  const [a, b] = [flat(found), flat(wanted)]
  if (a.length !== b.length) return `${JSON.stringify(found)} against ${JSON.stringify(wanted)}`
  const size = Math.max(1, ...b.filter(Number.isFinite).map(Math.abs))
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    if (Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-9 * size) continue
    return `${JSON.stringify(found)} against ${JSON.stringify(wanted)}`
  }
  return undefined
}

function flat(result: unknown): number[] {
  const { entries, type } = (result ?? {}) as { entries?: unknown[]; type?: string }
  if (type === 'ResultSet') return flat((entries as unknown[]).at(-1))
  const plain = (result as { toArray?: () => unknown } | undefined)?.toArray?.() ?? result
  if (Array.isArray(plain)) return plain.flatMap(flat)
  if (typeof plain === 'object' && plain !== null && !('re' in plain)) return Object.values(plain).flatMap(flat)
  return [Number(plain)]
}
