import { noMore } from '../../core/arguments.ts'
import { forItems } from '../../core/by-items.ts'
import { value } from '../../core/dispatch.ts'
import { DualtapeError, describe, OptionError, ShapeError } from '../../core/errors.ts'
import { positive } from '../../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../../core/options.ts'
import { isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { isTraced, someAbstract } from '../../core/traced.ts'
import { checkFunction, isTree } from '../../core/tree.ts'
import type { Concrete, NumericTypedArray } from '../../core/types.ts'
import { isAbstractTree, orderOf, PlainRuns } from '../plain.ts'
import type { Evaluations, SolvePlan, Status } from '../result.ts'
import { plainTree, Structure } from '../structure.ts'
import { type Signal, watchOptions } from '../watch.ts'
import { type IvpEvent, numberOf, readEvents, Watcher } from './events.ts'
import { integrate, METHODS, type MethodName, type Trajectory } from './integrate.ts'
import { loopedSolution } from './looped.ts'
import type { Step } from './method.ts'
import { derivedSolution, type Problem, plainSolution, type Solution } from './solution.ts'
import { UserSystem } from './system.ts'

/** How `solveIvp` solves. */
export interface IvpOptions<Y, P> {
  /** 'auto' begins with dopri5, and goes on with a method for stiff problems where one is needed. */
  method?: MethodName | undefined
  /** Relative tolerance of the local error: 1e-6 by default. */
  rtol?: number | undefined
  /** Absolute tolerance, one for all or with the structure of y0: 1e-9 by default. */
  atol?: number | Y | undefined
  /** The third argument of the function and of events: any tree. */
  parameters?: P | undefined
  /** Times to give the solution at, in the order in which they are reached; all ends of steps by default. */
  evaluateAt?: readonly number[] | NumericTypedArray | Tensor | undefined
  /** What to look for along the solution. */
  events?: IvpEvent<Y, P> | readonly IvpEvent<Y, P>[] | undefined
  /** Size of the first step; chosen by default. */
  firstStep?: number | undefined
  /** The largest step. */
  maxStep?: number | undefined
  /** Steps after which to stop: 100,000 by default. */
  maxSteps?: number | undefined
  /** Stops the solution where it is when it is aborted. */
  signal?: Signal | undefined
  /** Called after each step. What it throws ends the solution; the error then has what it was called with as `error.state`. */
  callback?: ((state: IvpState<Y>) => void) | undefined
}

/** What callbacks get after a step. */
export interface IvpState<Y> {
  /** Steps so far. */
  step: number
  t: number
  y: Y
}

/** What `solveIvp` gives. */
export interface IvpResult<Y> {
  /** Times, and the state at each. */
  t: number[]
  y: Y[]
  /** 'converged' at the end of the span or at a terminal event; otherwise why it ended before. Inside `compile` and `vmap` it is 'unknown'. */
  status: Status | 'unknown'
  message: string
  /** Which methods were used, in their order, and why. */
  plan: SolvePlan
  /** Steps that were taken, and those that were tried and not taken. */
  steps: number
  rejected: number
  /** Of the function, and of its Jacobian. */
  evaluations: Evaluations
  /** Of a matrix. */
  factorisations: number
  /** For each event the times at which it was found, and the states there. Inside `compile` as many as its `terminal` lets come, NaN for those that were not found. */
  events: { t: number[]; y: Y[] }[]
  /** The solution at any time between its ends, by interpolation. */
  at(t: number): Y
}

const positiveReal: OptionKind<number> = { wants: 'a number above 0', accepts: (given): given is number => typeof given === 'number' && given > 0 }
const anything: OptionKind<unknown> = { wants: 'anything', traced: true, accepts: (given): given is unknown => given !== undefined }
const times: OptionKind<readonly number[] | NumericTypedArray | Tensor> = {
  wants: 'a list of times',
  traced: true,
  accepts: (given): given is number[] => Array.isArray(given) || isNumericTypedArray(given) || (given instanceof Tensor && given.rank === 1),
}
const trees: OptionKind<unknown> = { wants: 'a number above or at 0, or a tree of them like y0', accepts: (given): given is unknown => isTree(given) }

const read = /* @__PURE__ */ optionReader({
  method: { is: METHODS, default: 'auto' },
  rtol: { is: positiveReal, default: 1e-6 },
  atol: { is: trees, default: 1e-9 },
  parameters: { is: anything },
  evaluateAt: { is: times },
  events: { is: anything },
  firstStep: { is: positiveReal },
  maxStep: { is: positiveReal, default: Number.POSITIVE_INFINITY },
  maxSteps: { is: positive, default: 100_000 },
  signal: watchOptions.signal,
  callback: watchOptions.callback,
})

const NAME = 'solveIvp'

/**
 * Solves y′ = f(t, y, parameters) from y(t₀) = y₀ to t₁, which may lie before t₀. The state is any tree; f gives a tree like it.
 *
 * Local errors are held below atol + rtol |y|, in the root mean square over all entries. Methods: `'dopri5'` (Dormand and Prince, order
 * 5, explicit), `'rodas'` (Rosenbrock, order 4, for stiff problems of few equations) and `'bdf'` (order 1 to 5, for stiff problems of many). Jacobians are
 * planned once, and exact.
 *
 * Within transforms the result is differentiable by y₀, the parameters, what f closes over, t₀, t₁, `evaluateAt`, in every mode and
 * order; so are times of events. The derivative is that of the discrete solution with its steps as they are; its error falls with the
 * tolerances as that of the solution does. Reverse mode stores √n of n steps and takes the others again.
 *
 * Throws a TreeError or ShapeError for what is no state, and an OptionError for options that do not exist. What happens on the way
 * is in `status` and `message`: nothing is thrown where the steps end early.
 *
 * Sources: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I and II; Shampine and Reichelt, The MATLAB ODE Suite (1997).
 *
 * @names `scipy.integrate.solve_ivp`, `scipy.integrate.odeint`, `jax.experimental.ode.odeint`
 *
 * @example
 * const decay = solveIvp((t, y, k: number) => [mul(mul(-1, k), y[0]!)], [0, 1], [1], { parameters: 2 })
 * decay.y.at(-1) // [0.1353…], which is exp(−2)
 */
export function solveIvp<Y, P = undefined>(
  f: (t: number, y: Concrete<Y>, parameters: P) => unknown,
  span: readonly [start: number, end: number],
  y0: Y,
  options?: IvpOptions<Concrete<Y>, P>,
  ...more: []
): IvpResult<Concrete<Y>> {
  noMore('solveIvp', 4, more)
  const given = read(NAME, [options])
  checkFunction(NAME, f)
  const structure = new Structure(y0, `${NAME}: y0`)
  const events = readEvents(NAME, given.events)
  const parameters = given.parameters
  const absolute = absoluteOf(structure, given.atol)
  if (isWithoutNumbers({ f, span, y0, events }, given)) {
    const asked = given.evaluateAt === undefined ? undefined : listOf(given.evaluateAt)
    if (asked !== undefined && !isAbstractTree([span, asked])) timesOf(asked, ...spanOf(span))
    const watched = (['callback', 'signal'] as const).find(name => given[name] !== undefined)
    if (watched !== undefined)
      throw forItems(new OptionError(`${NAME}: inside compile nothing is watched, but a ${watched} was given. Solve outside of it, or without.`))
    const solution = loopedSolution({ f, span, y0, parameters, structure, asked, events }, { ...given, atol: absolute }) as Solution<Concrete<Y>>
    const method = given.method === 'auto' ? 'dopri5' : given.method
    return { ...solution, ...LOOPED, plan: { method, why: 'as one loop of operators, since inside compile and vmap there are no numbers' } }
  }
  const [from, to] = spanOf(span)
  const system = new UserSystem(f, structure, parameters, { relative: given.rtol, absolute })
  const start = structure.vector(y0, `${NAME}: y0`)
  const plainAt = (event: (typeof events)[number], t: number, y: Float64Array) =>
    system.plain.run(() => numberOf(NAME, event.when(t, structure.tree(y), system.parameters)))
  const watcher = events.length === 0 ? undefined : new Watcher(events, plainAt, from, start)
  const asked = given.evaluateAt === undefined ? undefined : timesOf(given.evaluateAt, from, to)
  const { callback } = given as IvpOptions<unknown, P>
  const onStep = callback && ((step: Step, number: number) => told(callback, { step: number, t: step.to, y: structure.tree(step.end) }))
  const trajectory = integrate(system, { from, to, start, ...given, onStep }, watcher)
  const order = Math.max(orderOf([span, y0]), orderOf(asked), orderOf(parameters), system.plain.order)
  const problem = { f, span, y0, parameters, events, structure, system, start, order, asked }
  const solution = (order === 0 ? withTracedTimes(problem, trajectory) : derivedSolution(problem, trajectory)) as Solution<Concrete<Y>>
  const { status, message, plan, steps } = trajectory
  const { evaluations: values, jacobians, factorisations, rejected } = system.counts
  const ending = { ...problem, events: events.filter(each => each.terminal > 0) }
  const at = (t: number): Concrete<Y> => (isAbstractTree(t) ? (loopedSolution(ending, { ...given, atol: absolute }).at(t) as Concrete<Y>) : solution.at(t))
  return { ...solution, at, status, message, plan, steps: steps.length, rejected, evaluations: { values, jacobians }, factorisations }
}

/** A solution in numbers, of which `at` can be differentiated by its time. */
function withTracedTimes(problem: Problem, trajectory: Trajectory): Solution {
  const plain = plainSolution(problem, trajectory)
  let derived: Solution | undefined
  const at = (t: number): unknown => {
    if (!isTraced(t)) return plain.at(t)
    derived ??= derivedSolution(problem, trajectory)
    return derived.at(t)
  }
  return { ...plain, at }
}

/** Tells the user's function of a step. */
function told(callback: (state: IvpState<unknown>) => void, state: IvpState<unknown>): void {
  try {
    callback(state)
  } catch (error) {
    if (error instanceof Error && Object.isExtensible(error)) throw Object.assign(error, { state })
    throw Object.assign(new DualtapeError(`${NAME}: the callback threw ${describe(error)} after step ${state.step}.`, { cause: error }), { state })
  }
}

/** What is not known inside `compile` and `vmap`. */
const LOOPED = {
  status: 'unknown',
  message: 'Inside compile and vmap the steps are chosen where the result is used; a state is NaN at a time that is not reached, or lies outside of the span.',
  ...{ steps: Number.NaN, rejected: Number.NaN, evaluations: { values: Number.NaN, jacobians: 0 }, factorisations: 0 },
} as const

/** Whether something that the solution depends on stands for many numbers, or for none yet. */
function isWithoutNumbers(
  { f, span, y0, events }: Pick<Problem, 'f' | 'span' | 'y0' | 'events'>,
  { parameters, evaluateAt }: { parameters?: unknown; evaluateAt?: unknown },
) {
  if (!someAbstract()) return false
  if (isAbstractTree([span, y0, parameters, evaluateAt])) return true
  const { run } = new PlainRuns()
  const functions = [f, ...events.map(event => event.when)]
  return functions.some(each => isAbstractTree(run(() => each(value(span[0]), value(y0), plainTree(parameters, NAME)))))
}

/** The span in numbers, checked. */
function spanOf(span: unknown): [number, number] {
  const plain = value(span) as unknown
  if (!Array.isArray(plain) || plain.length !== 2 || !plain.every(each => typeof each === 'number')) {
    throw new OptionError(`${NAME}: the span is [start, end], two numbers, but ${describe(span)} was given.`)
  }
  if (!plain.every(Number.isFinite)) throw new OptionError(`${NAME}: the span is from ${plain[0]} to ${plain[1]}, but both are finite numbers.`)
  return plain as [number, number]
}

/** Times that lie in the span in the order in which they are reached. */
function timesOf(given: readonly number[] | NumericTypedArray | Tensor, from: number, to: number): number[] {
  const list = listOf(given)
  const numbers = value(list)
  const direction = to >= from ? 1 : -1
  numbers.forEach((t, i) => {
    if (typeof t !== 'number' || !(direction * (t - from) >= 0 && direction * (to - t) >= 0)) {
      throw new OptionError(`${NAME}: evaluateAt lies in the span from ${from} to ${to}, but entry ${i} is ${t}.`)
    }
    if (i > 0 && direction * (t - (numbers[i - 1] as number)) < 0) {
      throw new OptionError(`${NAME}: evaluateAt is in the order from ${from} to ${to}, but ${t} follows ${numbers[i - 1]}.`)
    }
  })
  return list
}

function listOf(times: readonly number[] | NumericTypedArray | Tensor): number[] {
  return times instanceof Tensor ? (times.toArray() as number[]) : Array.from(times as readonly number[])
}

/** The absolute tolerance of each entry. */
function absoluteOf(structure: Structure, atol: unknown): Float64Array {
  const absolute = typeof atol === 'number' ? new Float64Array(structure.size).fill(atol) : structure.vector(atol, `${NAME}: atol`)
  if (!absolute.every(each => each >= 0)) throw new ShapeError(`${NAME}: absolute tolerances are numbers of at least 0.`)
  return absolute
}
