import { type ParseArgsConfig, parseArgs } from 'node:util'
import { DualtapeError } from '../core/errors.ts'
import { LOSSES } from '../solve/least-squares/loss.ts'

/** A command line that cannot be understood: exit status 2. */
export class UsageError extends DualtapeError {
  override name = 'UsageError'
}

export const USAGE = `dualtape: exact derivatives of expressions and functions

  dualtape jacobian '[x^2*y; 5x + sin(y)]' --at x=1,y=2   the matrix, and the plan that made it
  dualtape grad 'sum((A*w - b).^2)' --at point.json --wrt w
  dualtape hessian 'x^2*y' --at x=1,y=2
  dualtape plan '[x^2*y; 5x + sin(y)]' --at x=1,y=2       how the Jacobian would be computed, and why
  dualtape check 'x^2*y' --at x=1,y=2                     derivatives against finite differences
  dualtape check-source model.ts                          what in marked functions jumps, has kinks, branches or throws
  dualtape graph 'x^2*y' --at x=1,y=2 --format svg        the graph: svg, dot, json or text
  dualtape compile model.js#residuals --at point.json --out residuals.js
  dualtape compile 'x^2*y' --at x=1,y=2 --grad            an ES module of the gradient
  dualtape export model.js#loss --at point.json --grad --out loss.onnx
  dualtape fit 'b1*(1-exp(-b2*x))' --data points.csv --start b1=500,b2=0.0001
  dualtape minimize '(1-x)^2 + 100*(y-x^2)^2' --start x=-1,y=1 --subject-to 'x^2 + y^2 <= 1'
  dualtape root 'x^2 + y^2 = 4; x = y' --start x=1,y=2
  dualtape ode "x'' = -k*x" --at k=4 --start "x=1,x'=0" --span 0,10
  dualtape bench                                          derivatives beside code by hand, or of a function that is given

A function is an expression, or file.js#name (file.js alone: its default export): a function of the object that --at gives, for
fit of one with the parameters and a row of the data, or a function whose parameters are called as the variables are. It is made of
operators, or marked by 'use ad'. Expressions are read by the package mathjs, which has to be installed.

  --at POINT      values of the variables: x=1,w=[1,2] or a JSON file
  --wrt NAMES     the variables to differentiate by, in this order (all by default)
  --mode MODE     auto (default), forward, reverse, mixed, elimination or constant
  --sparse        only the entries that can be other than 0: row, column, value; of compile: with --jacobian or --hessian
  --format F      of graph: dot (default), svg, json or text; svg is drawn by the package @viz-js/viz
  --grad          graph, compile and export: of the gradient in place of the value; --jacobian and --hessian likewise
  --dtype D       of export, and of compile to C: float64 (default) or float32
  --out FILE      where graph, compile and export write (standard output if left out); compile writes WebAssembly to a file.wasm,
                  C99 to a file.c with file.h beside it; ode CSV, or to a file.svg a plot, which is drawn by the package echarts
  --data FILE     CSV: a line of column names, then numbers (without names: x, y)
  --start POINT   where a fit, minimize or root begins: a value for every parameter or unknown; of ode: for every state, x=1,x'=0
  --response NAME what the model predicts: a column, or an expression in columns (y by default)
  --weights NAME  fit: 1 / σ² of each row, a column or an expression in columns
  --loss LOSS     fit: linear (default), huber, softL1 or cauchy, which count outliers less, from residuals of 1 on
  --lower POINT   fit and minimize: bounds of some parameters; --upper likewise
  --subject-to C  of minimize: constraints, parted by semicolons: 'x + y <= 1; x = 2*z'
  --confidence P  fit: of the intervals (0.95 by default)
  --span A,B      of ode: the first and the last time
  --points N      of ode: how many times to show (11) or to write with --out (201)
  --method M      of ode: auto (default), dopri5, rodas or bdf; of minimize: auto, lbfgs, newton, newtonCg or interiorPoint;
                  of root: auto, newton or broyden
  --rtol, --atol  of ode: tolerances of the local error (1e-6 and 1e-9)
  --json          results for machines
  --version       the version of dualtape
  --help          this text

Exit status: 0 done, 1 failed on its input, 2 wrong usage. NO_COLOR turns colours off, DEBUG=dualtape shows where an error arose.`

const OPTIONS = {
  at: { type: 'string' },
  wrt: { type: 'string' },
  mode: { type: 'string' },
  sparse: { type: 'boolean' },
  data: { type: 'string' },
  start: { type: 'string' },
  response: { type: 'string' },
  weights: { type: 'string' },
  loss: { type: 'string' },
  lower: { type: 'string' },
  upper: { type: 'string' },
  confidence: { type: 'string' },
  'subject-to': { type: 'string' },
  span: { type: 'string' },
  points: { type: 'string' },
  method: { type: 'string' },
  rtol: { type: 'string' },
  atol: { type: 'string' },
  format: { type: 'string' },
  grad: { type: 'boolean' },
  jacobian: { type: 'boolean' },
  hessian: { type: 'boolean' },
  dtype: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

type OptionName = keyof typeof OPTIONS

/** The options of a command line, as text. */
export type Options = { readonly [name in OptionName]?: (typeof OPTIONS)[name]['type'] extends 'string' ? string : boolean }

/** The options that each command takes. */
const COMMANDS = {
  jacobian: ['at', 'wrt', 'mode', 'sparse', 'json'],
  grad: ['at', 'wrt', 'json'],
  hessian: ['at', 'wrt', 'mode', 'sparse', 'json'],
  plan: ['at', 'wrt', 'mode', 'sparse', 'json'],
  check: ['at', 'wrt', 'json'],
  'check-source': ['json'],
  graph: ['at', 'wrt', 'mode', 'format', 'grad', 'jacobian', 'hessian', 'out', 'json'],
  export: ['at', 'wrt', 'mode', 'grad', 'jacobian', 'hessian', 'dtype', 'out', 'json'],
  compile: ['at', 'wrt', 'mode', 'sparse', 'grad', 'jacobian', 'hessian', 'dtype', 'out', 'json'],
  fit: ['data', 'start', 'response', 'weights', 'loss', 'lower', 'upper', 'confidence', 'mode', 'json'],
  minimize: ['at', 'start', 'subject-to', 'lower', 'upper', 'method', 'json'],
  root: ['at', 'start', 'method', 'json'],
  ode: ['at', 'start', 'span', 'wrt', 'points', 'method', 'rtol', 'atol', 'out', 'json'],
  bench: ['at', 'wrt', 'json'],
} as const satisfies { [command: string]: readonly OptionName[] }

export type Command = keyof typeof COMMANDS

/** Values of options of which there are few. */
const CHOICES = {
  mode: ['auto', 'forward', 'reverse', 'mixed', 'elimination', 'constant'],
  format: ['svg', 'dot', 'json', 'text'],
  loss: LOSSES,
  dtype: ['float64', 'float32'],
} as const satisfies { [name in OptionName]?: readonly string[] }

/** Methods of the commands that have some. */
const METHODS: { readonly [command in Command]?: readonly string[] } = {
  minimize: ['auto', 'lbfgs', 'newton', 'newtonCg', 'interiorPoint'],
  root: ['auto', 'newton', 'broyden'],
  ode: ['auto', 'dopri5', 'rodas', 'bdf'],
}

/** A command line that has been read. */
export interface CommandLine {
  /** Undefined where help or the version is asked for, or nothing. */
  readonly command: Command | undefined
  /** The expression or function. */
  readonly text: string | undefined
  readonly options: Options
}

/** Reads a command line. Throws a UsageError that says what is wrong with it. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { positionals, options } = separate(args)
  const [command, text, ...rest] = positionals
  if (options.help === true || options.version === true || command === undefined || command === 'help') {
    return { command: undefined, text: undefined, options: command === 'help' ? { ...options, help: true } : options }
  }
  if (!isCommand(command)) throw new UsageError(`there is no command ${command}. Commands: ${Object.keys(COMMANDS).join(', ')}.`)
  if (rest.length > 0)
    throw new UsageError(
      `${command} takes one ${command === 'check-source' ? 'file' : 'expression'}, but more was given: ${rest.join(' ')}.${command === 'check-source' ? '' : ' Quote the expression.'}`,
    )
  const allowed: readonly string[] = COMMANDS[command]
  for (const name of Object.keys(options)) {
    if (!allowed.includes(name)) throw new UsageError(`${command} takes no --${name}. It takes ${allowed.map(each => `--${each}`).join(', ')}.`)
  }
  for (const [name, choices] of Object.entries({ ...CHOICES, method: METHODS[command] ?? [] })) {
    const given = options[name as OptionName] as string | undefined
    if (given !== undefined && !(choices as readonly string[]).includes(given))
      throw new UsageError(`--${name}: there is no ${name} ${given}. There are: ${choices.join(', ')}.`)
  }
  return { command, text, options }
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(COMMANDS, text)
}

/** Options and the rest. What begins with one dash, as -x^2 does, is an expression. */
function separate(args: readonly string[]): { positionals: string[]; options: Options } {
  const hidden = args.map(arg => (/^-[^-]/.test(arg) && !['-h', '-v'].includes(arg) ? `${HIDDEN}${arg}` : arg))
  const shown = (text: string) => (text.startsWith(HIDDEN) ? text.slice(HIDDEN.length) : text)
  try {
    const { values, positionals, tokens } = parseArgs({ args: hidden, options: OPTIONS, allowPositionals: true, tokens: true })
    const names = tokens.flatMap(token => (token.kind === 'option' ? [token.name] : []))
    const twice = names.find((name, i) => names.indexOf(name) < i)
    if (twice !== undefined) throw new UsageError(`--${twice} is given twice.`)
    const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? shown(value) : value]))
    return { positionals: positionals.map(shown), options }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError((error as Error).message)
  }
}

/** Stands before an expression that could be taken for an option. */
const HIDDEN = '\0'
