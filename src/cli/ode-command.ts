import { counted } from '../core/counted.ts'
import { DualtapeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, tensor } from '../core/tensor.ts'
import { jvp } from '../forward/jvp.ts'
import { type IvpResult, solveIvp } from '../solve/ivp/solve-ivp.ts'
import type { Values } from './equations.ts'
import { readPoint, writeOut } from './input.ts'
import { asJson, type Output, type Progress, paint, showNumber, table } from './output.ts'
import { type Curve, plotSvg } from './plot.ts'
import { expressions } from './problem.ts'
import { type Options, UsageError } from './usage.ts'

/** A solution in numbers: a column for each state, and for its derivatives by what --wrt names. */
interface Columns {
  readonly names: readonly string[]
  readonly rows: readonly (readonly number[])[]
}

const [POINTS_SHOWN, POINTS_WRITTEN] = [11, 201]

/** Solves differential equations and prints or writes the solution; false when it ended early. */
export async function runOde(text: string | undefined, options: Options, output: Output, progress: Progress): Promise<boolean> {
  if (text === undefined) throw new UsageError(`ode needs equations, for example "x'' = -x".`)
  if (options.start === undefined || options.span === undefined) throw new UsageError(`ode needs --start "x=1,x'=0" and --span 0,10.`)
  const equations = (await expressions()).readEquations(text)
  const start = valuesOf(readPoint('--start', options.start))
  const parameters = valuesOf(options.at === undefined ? {} : readPoint('--at', options.at))
  checkNames('--start', 'state', equations.states, start)
  checkNames('--at', 'parameter', equations.parameters, parameters)
  const span = numbersOf('--span', options.span, 2) as [number, number]
  const written = options.out !== undefined
  const times = timesOf(
    span,
    options.points === undefined ? (written ? POINTS_WRITTEN : POINTS_SHOWN) : (numbersOf('--points', options.points, 1)[0] as number),
  )
  const solve = (start: Values, parameters: Values, watched: boolean) =>
    solveIvp((t, y: Values, p: Values) => equations.rates(t, y, p), span, inOrder(start, equations.states), {
      parameters,
      evaluateAt: times,
      ...settingsOf(options),
      ...(watched && { callback: ({ step, t }) => progress.show(`step ${step}, t = ${showNumber(t)}`) }),
    }) as IvpResult<Values>
  const solution = solve(start, parameters, true)
  const columns = columnsOf(solution, derivativesOf(options.wrt, start, parameters, solve))
  progress.done()
  const { status, message, plan, steps, evaluations } = solution
  if (options.out !== undefined) writeOut(options.out, /\.svg$/i.test(options.out) ? await plotOf(columns) : csvOf(columns))
  if (options.json === true) {
    const values = Object.fromEntries(columns.names.map((name, j) => [name, columns.rows.map(row => row[j])]))
    output.write(asJson({ status, message, plan, steps, evaluations, ...values }))
  } else {
    if (!written) output.write(`${table([columns.names, ...columns.rows.map(row => row.map(showNumber))])}\n`)
    output.write(`${message} ${counted(steps, 'step')}, ${counted(evaluations.values, 'evaluation')}.\n`)
    output.write(`${paint(output, 'dim', `${plan.method}: ${plan.why}`)}\n`)
  }
  if (status !== 'converged') process.stderr.write(`dualtape: the solution ended early: ${message}\n`)
  return status === 'converged'
}

/** Columns of numbers, entry by entry of states that are arrays. */
function columnsOf(solution: IvpResult<Values>, derivatives: readonly { name: string; y: readonly Values[] }[]): Columns {
  const rows = solution.t.map((t, i) => [t, ...entriesOf(solution.y[i] as Values), ...derivatives.flatMap(({ y }) => entriesOf(y[i] as Values))])
  const names = namesOf(solution.y[0] as Values)
  return { names: ['t', ...names, ...derivatives.flatMap(({ name }) => names.map(state => `d${state}/d${name}`))], rows }
}

/** Derivatives of all states by parameters and starts, in forward mode. */
function derivativesOf(
  wrt: string | undefined,
  start: Values,
  parameters: Values,
  solve: (start: Values, parameters: Values, watched: boolean) => IvpResult<Values>,
) {
  return (wrt?.split(',') ?? []).map(each => {
    const name = each.trim()
    const value = parameters[name] ?? start[name]
    if (typeof value !== 'number') {
      throw new DualtapeError(`--wrt: ${name} is no number of --at or --start, which have ${[...Object.keys(parameters), ...Object.keys(start)].join(', ')}.`)
    }
    const moved = (x: number) =>
      name in parameters ? solve(start, { ...parameters, [name]: x }, false).y : solve({ ...start, [name]: x }, parameters, false).y
    return { name, y: jvp(moved, [value], [1])[1] as Values[] }
  })
}

function entriesOf(values: Values): number[] {
  return Object.values(values).flatMap(value => (value instanceof Tensor ? Array.from(value.data as Float64Array) : [value as number]))
}

function namesOf(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value instanceof Tensor ? Array.from(value.data, (_, i) => `${name}[${i + 1}]`) : [name]))
}

/** Arrays as tensors, which equations compute with. */
function valuesOf(point: Values): Values {
  return Object.fromEntries(
    Object.entries(point).map(([name, value]) => [name, Array.isArray(value) || isNumericTypedArray(value) ? tensor(value as number[]) : value]),
  )
}

function inOrder(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map(name => [name, values[name]]))
}

function checkNames(option: string, what: string, wanted: readonly string[], given: Values): void {
  const missing = wanted.filter(name => !Object.hasOwn(given, name))
  if (missing.length > 0)
    throw new UsageError(`${option}: the ${what}${missing.length > 1 ? 's' : ''} ${missing.join(', ')} need${missing.length > 1 ? '' : 's'} a value.`)
  const unknown = Object.keys(given).find(name => !wanted.includes(name))
  if (unknown !== undefined) throw new UsageError(`${option}: the equations have no ${what} ${unknown}. They have ${wanted.join(', ') || 'none'}.`)
}

function settingsOf({ method, rtol, atol }: Options) {
  return {
    ...(method !== undefined && { method: method as 'auto' }),
    ...(rtol !== undefined && { rtol: numbersOf('--rtol', rtol, 1)[0] as number }),
    ...(atol !== undefined && { atol: numbersOf('--atol', atol, 1)[0] as number }),
  }
}

function numbersOf(option: string, text: string, count: number): number[] {
  const numbers = text.split(',').map(each => (each.trim() === '' ? Number.NaN : Number(each)))
  if (numbers.length !== count || numbers.some(Number.isNaN)) {
    throw new UsageError(`${option}: takes ${count === 1 ? 'a number' : `${counted(count, 'number')}, as in 0,10`}, but ${JSON.stringify(text)} was given.`)
  }
  return numbers
}

function timesOf([from, to]: readonly [number, number], points: number): number[] {
  if (!Number.isInteger(points) || points < 2) throw new UsageError(`--points: takes an integer from 2, but ${points} was given.`)
  return Array.from({ length: points }, (_, i) => (i === points - 1 ? to : from + ((to - from) * i) / (points - 1)))
}

/** A plot of all columns over the time. */
function plotOf({ names, rows }: Columns): Promise<string> {
  const curves = names.map((name, j): Curve => ({ name, values: rows.map(row => row[j] as number) }))
  return plotSvg(curves[0] as Curve, curves.slice(1))
}

/** Comma-separated values, with a line of names; names with a prime stand in quotes. */
function csvOf({ names, rows }: Columns): string {
  return [names.map(name => (/^\w+$/.test(name) ? name : `"${name}"`)).join(','), ...rows.map(row => row.join(','))].map(line => `${line}\n`).join('')
}
