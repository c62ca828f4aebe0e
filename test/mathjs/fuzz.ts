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
  slowest: number
  failures: string[]
}

const SCOPE = {
  x: 0.7,
  y: -1.3,
  n: 3,
  v: [0.4, 1.7, 0.9],
  A: [
    [2.1, 0.4],
    [0.5, 1.7],
  ],
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

const NAMES = [...functions.keys()].filter(
  name => !/^(zeros|ones|identity|resize|bellNumbers|catalan|stirlingS2|composition|setPowerset|setCartesian)$/.test(name),
)

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
        : one(['x', 'y', 'n', 'v', 'A', 'x', 'y', number(), number(), 'pi', 'e', 'x', 'v'])
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
      () => `t = ${next()}; t ${one(['+', '*'])} ${next()}`,
      () => `f(t) = ${next()}; f(${next()})`,
      () => `f(t) = t > 3 ? t : f(t + 1); f(${next()})`,
      () => `map(${next()}, f(t) = norm(${next()}))`,
      () => `t = ${one(['v', 'A', next()])} + 0; t[${number()}] = ${next()}; t`,
      () => `${next()} < ${next()} < ${next()}`,
    ]
    return one(kinds)()
  }
  const text = expression(1 + Math.floor(random() * 4))
  if (random() > 0.03) return text
  // Something damaged: a character is lost, doubled or strange.
  const at = Math.floor(random() * text.length)
  return text.slice(0, at) + one(['', '((', ']', '"', '\\', '=', ';', '…', '\n', '#', '::']) + text.slice(at + 1)
}

/** Random expressions, each evaluated here and by mathjs, and differentiated where the value is a number. */
export function fuzz(count: number, seed: number, onProgress: (done: number) => void = () => {}): FuzzReport {
  const math = instance()
  const random = generator(seed)
  const report: FuzzReport = { expressions: 0, agree: 0, refused: 0, beyond: 0, gradients: 0, slowest: 0, failures: [] }
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
  const found = attempt(() => compileExpression(text, { limits: LIMITS, target: 'interpreter' }).value(SCOPE))
  const direct = attempt(() => new Expression(text, { limits: LIMITS }).evaluate(SCOPE))
  if (Object.getOwnPropertyNames(Object.prototype).length !== before) throw new Error('Object.prototype was changed')
  if (found.error !== undefined) {
    report.refused++
    if (!(found.error instanceof ExpressionError)) throw found.error
    if (found.error.message.length === 0) throw new Error('an error without words')
    return
  }
  if (direct.error !== undefined && !(direct.error instanceof ExpressionError)) throw direct.error
  const wanted = attempt(() => math.evaluate(text, structuredClone(SCOPE)))
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
  const eager = attempt(() => gradient(text, SCOPE, { limits: LIMITS }))
  const compiled = attempt(() => compileExpression(text, { limits: LIMITS, target: 'interpreter' }).gradient(SCOPE))
  for (const each of [eager, compiled]) if (each.error !== undefined && !(each.error instanceof ExpressionError)) throw each.error
  if (eager.error !== undefined || compiled.error !== undefined) {
    if ((eager.error === undefined) !== (compiled.error === undefined)) throw new Error(`one gradient only: ${(eager.error ?? compiled.error) as Error}`)
    return
  }
  const difference = compare(Object.values(eager.value as object), Object.values(compiled.value as object))
  if (difference !== undefined) throw new Error(`the gradient is ${difference} (eager against compiled)`)
  report.gradients++
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
