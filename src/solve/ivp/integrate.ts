import { counted } from '../../core/counted.ts'
import { TracedValueError } from '../../core/errors.ts'
import type { SolvePlan } from '../result.ts'
import { isFinite } from '../vectors.ts'
import type { Signal } from '../watch.ts'
import { Bdf } from './bdf.ts'
import { Dopri5 } from './dopri5.ts'
import type { Crossing, Watcher } from './events.ts'
import { firstStepSize, type Method, type Start, type Step, type System } from './method.ts'
import { Rodas } from './rodas.ts'

export const METHODS = ['auto', 'dopri5', 'bdf', 'rodas'] as const
export type MethodName = (typeof METHODS)[number]

/** How far and how a solution goes. */
export interface Route {
  readonly from: number
  readonly to: number
  readonly start: Float64Array
  readonly method: MethodName
  readonly firstStep: number | undefined
  readonly maxStep: number
  readonly maxSteps: number
  readonly signal: Signal | undefined
  /** Called after each step. */
  readonly onStep: ((step: Step, number: number) => void) | undefined
}

/** Steps from the start as far as it went. */
export interface Trajectory {
  readonly steps: readonly Step[]
  /** Where it ended: the end of the last step, or the event that ended it. */
  readonly end: number
  readonly status: 'converged' | 'limit' | 'stalled' | 'aborted'
  readonly message: string
  readonly plan: SolvePlan
  readonly crossings: readonly Crossing[]
}

const KINDS = { dopri5: { Method: Dopri5, order: 4 }, rodas: { Method: Rodas, order: 3 }, bdf: { Method: Bdf, order: 1 } }
/** The most equations, and the least tolerance, for which a stiff problem is solved at order 4, with a factorisation in each step. */
const [MOST_FOR_RODAS, FINEST_FOR_RODAS] = [60, 1e-6]

/**
 * The way back to the explicit method: steps of |h λ| below a bound, one after the other, as many as that; the first steps of bdf are short
 * whatever the problem is. Each way back doubles them, so that a problem in between does not change its method for ever.
 */
const CALM = 1
const CALM_STEPS = { dopri5: 0, rodas: 10, bdf: 60 }

/** Takes steps from the start to the end, or to where something ends them earlier. */
export function integrate(system: System, route: Route, watcher: Watcher | undefined): Trajectory {
  const { to, signal } = route
  const steps: Step[] = []
  const crossings: Crossing[] = []
  let kind: keyof typeof KINDS = route.method === 'auto' ? 'dopri5' : route.method
  const methods: string[] = [kind]
  const why = [route.method === 'auto' ? 'explicit to begin with' : 'as was asked for']
  let canSwitch = route.method === 'auto'
  let [calm, patience] = [0, 1]
  let t = route.from
  const ending = (status: Trajectory['status'], message: string): Trajectory => ({
    steps,
    end: t,
    status,
    message: watcher?.unseen === undefined ? message : `${message} ${watcher.unseen}`,
    plan: { method: methods.join(', '), why: why.join('; ') },
    crossings,
  })
  const rates = system.rates(t, route.start)
  if (!isFinite(route.start) || !isFinite(rates)) {
    return ending('stalled', `The state or its rate of change is not finite at the start, t = ${t}.`)
  }
  if (to === t) return ending('converged', 'The span has no length.')
  let method = begin(system, kind, route, { t, y: route.start, rates, size: route.firstStep })
  for (;;) {
    if (signal?.aborted) return ending('aborted', `Aborted at t = ${t}.`)
    if (steps.length >= route.maxSteps) {
      const hint = kind === 'dopri5' ? ' Where the problem is stiff, bdf and rodas take fewer.' : ''
      return ending('limit', `No end within ${counted(route.maxSteps, 'step')}: t = ${t} of ${to}.${hint} Raise maxSteps, or the tolerances.`)
    }
    const step: Step | undefined = method.step(to)
    if (step !== undefined) {
      steps.push(step)
      t = step.to
      const found = watcher?.crossings(step) ?? []
      crossings.push(...found)
      const last = found.at(-1)
      route.onStep?.(step, steps.length)
      if (last?.terminal) {
        t = last.t
        return ending('converged', `Event ${last.event} ended it at t = ${t}.`)
      }
      if (t === to) return ending('converged', `Reached t = ${to}.`)
    }
    const change = (next: typeof kind, reason: string, size?: number) => {
      kind = next
      methods.push(kind)
      why.push(`${kind} from t = ${t}, since ${reason}`)
      const y = steps.at(-1)?.end ?? route.start
      method = begin(system, kind, route, { t, y, rates: system.rates(t, y), size })
    }
    if (step !== undefined && method.stiffness !== undefined) {
      calm = method.stiffness < CALM ? calm + 1 : 0
      if (calm >= patience * CALM_STEPS[kind]) {
        change('dopri5', `${calm} steps were short enough for it (|h λ| < ${CALM}): the problem is not stiff there`, Math.abs(step.to - step.from))
        ;[calm, patience, canSwitch] = [0, 2 * patience, true]
        continue
      }
    }
    const complaint = step === undefined ? 'its steps became too small' : method.complaint
    if (complaint === undefined) continue
    if (canSwitch && !isDifferentiable(system, t, steps.at(-1)?.end ?? route.start)) {
      canSwitch = false
      why.push(`${complaint}, but a method for that needs derivatives, and the function computes with plain numbers instead of operators`)
    }
    if (!canSwitch) {
      if (step !== undefined) continue
      return ending('stalled', stallMessage(system, t, steps.at(-1)))
    }
    canSwitch = false
    const { kind: next, why: reason } = stiffMethod(system)
    change(next, complaint + reason)
  }
}

function begin(system: System, kind: keyof typeof KINDS, route: Route, at: Pick<Start, 't' | 'y' | 'rates'> & { size: number | undefined }): Method {
  const { Method, order } = KINDS[kind]
  const length = route.to - at.t
  const limited = Math.sign(length) * Math.min(Math.abs(length), route.maxStep)
  const size = Math.min(at.size ?? firstStepSize(system, at.t, at.y, at.rates, limited, order), Math.abs(length))
  return new Method(system, { ...at, size, direction: length > 0 ? 1 : -1, maxStep: route.maxStep }, route.method === 'auto')
}

/** The method for stiff problems of a size at a tolerance, and why it is bdf. */
function stiffMethod({ size, tolerance: { relative } }: System): { kind: 'rodas' | 'bdf'; why: string } {
  if (size > MOST_FOR_RODAS) return { kind: 'bdf', why: ` (bdf and not rodas for ${counted(size, 'equation')}: it factorises seldom)` }
  if (relative < FINEST_FOR_RODAS) return { kind: 'bdf', why: ` (bdf and not rodas for rtol = ${relative}: its order goes up to 5)` }
  return { kind: 'rodas', why: '' }
}

/** Whether a function can be evaluated with derivatives. Other errors than that it cannot are its own. */
function isDifferentiable(system: System, t: number, y: Float64Array): boolean {
  try {
    system.linearised(t, y)
    return true
  } catch (error) {
    if (error instanceof TracedValueError) return false
    throw error
  }
}

function stallMessage(system: System, t: number, last: Step | undefined): string {
  const sizes = last === undefined ? '' : ` The state there has entries up to ${Math.max(...last.end.map(Math.abs)).toPrecision(3)}.`
  return (
    `No step beyond t = ${t} was small enough: the solution, or the function, has no finite values there, or changes by a jump.${sizes} ` +
    `An event can end the solution before, and a solution with jumps is solved from one to the next.${system.counts.rejected > 0 ? '' : ' No step was rejected before.'}`
  )
}
