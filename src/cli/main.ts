#!/usr/bin/env node
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { DualtapeError } from '../core/errors.ts'
import { runBench } from './bench-command.ts'
import { runCheck, runCompile } from './compile-command.ts'
import { runDerivative } from './derivative.ts'
import { runFit } from './fit-command.ts'
import { UsageError } from './input.ts'
import { outputTo, progressOn } from './output.ts'

const USAGE = `dualtape: exact derivatives of expressions and functions

  dualtape jacobian '[x^2*y; 5x + sin(y)]' --at x=1,y=2   the matrix, and the plan that made it
  dualtape grad 'sum((A*w - b).^2)' --at point.json --wrt w
  dualtape hessian 'x^2*y' --at x=1,y=2
  dualtape plan '[x^2*y; 5x + sin(y)]' --at x=1,y=2       how the Jacobian would be computed, and why
  dualtape check 'x^2*y' --at x=1,y=2                     derivatives against finite differences
  dualtape graph 'x^2*y' --at x=1,y=2 --format svg        the graph: svg, dot, json or text
  dualtape compile model.js#residuals --at point.json --out residuals.js
  dualtape fit 'b1*(1-exp(-b2*x))' --data points.csv --start b1=500,b2=0.0001
  dualtape bench                                          derivatives beside code by hand, or of a function that is given

A function is an expression as mathjs reads it, or file.js#name: a function of the object that --at gives.

  --at POINT      values of the variables: x=1,w=[1,2] or a JSON file
  --wrt NAMES     the variables to differentiate by, in this order (all by default)
  --mode MODE     auto (default), forward, reverse, mixed, elimination or constant
  --sparse        only the entries that can be other than 0: row, column, value
  --format F      of graph: dot (default), svg, json or text
  --out FILE      where graph and compile write (standard output if left out); compile writes WebAssembly to a file.wasm
  --data FILE     CSV: a line of column names, then numbers (without names: x, y)
  --start POINT   where the fit begins: a value for every parameter
  --response NAME what the model predicts: a column, or an expression in columns (y by default)
  --json          results for machines
  --help          this text

Exit status: 0 done, 1 failed on its input, 2 wrong usage. NO_COLOR turns colours off.`

const OPTIONS = {
  at: { type: 'string' },
  wrt: { type: 'string' },
  mode: { type: 'string' },
  sparse: { type: 'boolean' },
  data: { type: 'string' },
  start: { type: 'string' },
  response: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

/** The options of a command line, as text. */
export type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values']

/** Runs one command line; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const output = outputTo(process.stdout)
  try {
    const { values, positionals } = readArguments(args)
    const [command, text, ...rest] = positionals
    if (values.help === true || command === undefined || command === 'help') {
      output.write(`${USAGE}\n`)
      return command === undefined && values.help !== true ? 2 : 0
    }
    if (rest.length > 0) throw new UsageError(`${command} takes one expression, but more was given: ${rest.join(' ')}. Quote the expression.`)
    switch (command) {
      case 'jacobian':
      case 'grad':
      case 'hessian':
      case 'plan':
        await runDerivative(command, text, values, output)
        return 0
      case 'check':
        await runCheck(text, values, output)
        return 0
      case 'graph':
      case 'compile':
        await runCompile(command, text, values, output)
        return 0
      case 'bench':
        await runBench(text, values, output)
        return 0
      case 'fit':
        return runFit(text, values, output, progressOn(process.stderr)) ? 0 : 1
      default:
        throw new UsageError(`there is no command ${command}. Commands: jacobian, grad, hessian, plan, check, graph, compile, fit, bench.`)
    }
  } catch (error) {
    if (!(error instanceof DualtapeError)) throw error
    const usage = error instanceof UsageError
    process.stderr.write(`dualtape: ${error.message}\n${usage ? 'dualtape --help shows how to call it.\n' : ''}`)
    return usage ? 2 : 1
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}
