import * as ops from '../ops/index.ts'
import { registry } from '../ops/registry.ts'

/** A registry operator as expressions call it. */
// biome-ignore lint/suspicious/noExplicitAny: expressions are typed at run time only
export type ExpressionFunction = (...args: any[]) => unknown

/** mathjs' names for operators that the registry calls otherwise. */
const OTHER_NAMES: { [mathjsName: string]: ExpressionFunction } = {
  subtract: ops.sub,
  multiply: ops.mul,
  divide: ops.div,
  unaryMinus: ops.neg,
  unaryPlus: (x: unknown) => x,
  dotMultiply: ops.mul,
  dotDivide: ops.div,
  dotPow: ops.pow,
  larger: ops.greater,
  largerEq: ops.greaterEqual,
  smaller: ops.less,
  smallerEq: ops.lessEqual,
  unequal: ops.notEqual,
  log: (x: number, base?: number) => (base === undefined ? ops.log(x) : ops.div(ops.log(x), ops.log(base))),
  cube: (x: number) => ops.mul(x, ops.square(x)),
  ctranspose: ops.transpose,
}

/** Reductions take a list of numbers as well as an array. */
const REDUCTIONS = ['sum', 'mean', 'prod', 'max', 'min']

const functions = new Map<string, ExpressionFunction>()
for (const definition of registry) {
  const operator = ops[definition.name as keyof typeof ops] as ExpressionFunction
  if (definition.kind === 'elementwise' || ['dot', 'transpose'].includes(definition.name)) functions.set(definition.name, operator)
  if (REDUCTIONS.includes(definition.name)) functions.set(definition.name, (...args) => operator(args.length === 1 ? args[0] : args))
}
for (const [name, operator] of Object.entries(OTHER_NAMES)) functions.set(name, operator)

/** The function that an expression calls by this name; undefined where there is none. */
export function functionNamed(name: string): ExpressionFunction | undefined {
  return functions.get(name)
}

export function functionNames(): string[] {
  return [...functions.keys()].sort()
}
