import { DualtapeError, OptionError } from '../core/errors.ts'
import { flag, fraction, nonNegative, real } from '../core/option-kinds.ts'
import { type Option, type OptionKind, optionReader } from '../core/options.ts'
import type { Concrete } from '../core/types.ts'
import { Adam } from './adam-kernel.ts'
import { Parameters, type Part } from './parameters.ts'
import type { Schedule } from './schedules.ts'

/** An optimiser that is given gradients. */
export interface Optimizer<P> {
  /** The parameters as they are now. Variables are changed in place; plain values are replaced. */
  readonly params: P
  /** Steps taken. */
  readonly steps: number
  /** The learning rate of the next step. */
  readonly learningRate: number
  /**
   * One step: with the gradients of the variables, or with a tree of gradients like the parameters. Gives the parameters.
   * Throws a DualtapeError for missing gradients and for gradients that are not finite; no parameter has changed then.
   */
  step(grads?: Concrete<P>): P
  /** Forgets the gradients of the variables. */
  zeroGrad(): void
  /** What it has gathered, as plain data to be kept. */
  state(): OptimizerState
  /** Goes on from a state that was kept. */
  restore(state: OptimizerState): void
}

/** What an optimiser has gathered, as plain data. */
export interface OptimizerState {
  steps: number
  moments: number[][]
}

/** Options of `sgd`. */
export interface SgdOptions {
  /** A number, or a schedule: a function of the number of steps taken. */
  learningRate?: number | Schedule
  momentum?: number
  nesterov?: boolean
  /** L2 penalty: added to the gradient as weightDecay · parameter. */
  weightDecay?: number
}

const rates: OptionKind<number | Schedule> = {
  wants: 'a number of at least 0, or a function of the number of steps taken',
  accepts: (given): given is number | Schedule => nonNegative.accepts(given) || typeof given === 'function',
}
const belowOne: OptionKind<number> = { wants: 'a number of at least 0 and below 1', accepts: (given): given is number => fraction.accepts(given) && given < 1 }

const readSgd = /* @__PURE__ */ optionReader({
  learningRate: { is: rates, default: 0.01 },
  momentum: { is: nonNegative, default: 0 },
  nesterov: { is: flag, default: false },
  weightDecay: { is: real, default: 0 },
})

/**
 * Stochastic gradient descent: v ← μ v + g, p ← p − η v, where v = g at first; with Nesterov's momentum p ← p − η (g + μ v).
 *
 * `params` is a tree of variables, which steps change in place, or of plain values.
 * Source: Sutskever, Martens, Dahl and Hinton, ICML 2013, in the form that PyTorch uses.
 *
 * @names `torch.optim.SGD`, `tf.train.sgd`
 *
 * @example
 * const opt = sgd([1, 2], { learningRate: 0.1 })
 * opt.step([10, 0]) // [0, 2]
 */
export function sgd<P>(params: P, options?: SgdOptions, ...more: []): Optimizer<P> {
  const { learningRate, momentum, nesterov, weightDecay } = readSgd('sgd', [options, ...more])
  if (nesterov && !(momentum > 0)) throw new OptionError('sgd: nesterov needs a momentum above 0.')
  return firstOrder('sgd', params, learningRate, size => {
    const velocities = new Float64Array(size)
    const update: Rule['update'] = ({ p, g, next, at }, rate, steps) => {
      for (let i = 0, k = at; i < p.length; i++, k++) {
        const gradient = (g[i] as number) + weightDecay * (p[i] as number)
        const velocity = steps === 0 ? gradient : momentum * (velocities[k] as number) + gradient
        velocities[k] = velocity
        next[i] = (p[i] as number) - rate * (momentum === 0 ? gradient : nesterov ? gradient + momentum * velocity : velocity)
      }
    }
    return { moments: [velocities], update }
  })
}

/** Options of `adam` and `adamW`. */
export interface AdamOptions {
  learningRate?: number | Schedule
  beta1?: number
  beta2?: number
  epsilon?: number
  /** adam: an L2 penalty, added to the gradient; adamW: decay of the parameters by themselves (0.01 by default). */
  weightDecay?: number
}

const learningRate = { is: rates, default: 0.001 } as const satisfies Option
const beta1 = { is: belowOne, default: 0.9 } as const satisfies Option
const beta2 = { is: belowOne, default: 0.999 } as const satisfies Option
const epsilon = { is: nonNegative, default: 1e-8 } as const satisfies Option
const readAdam = /* @__PURE__ */ optionReader({ learningRate, beta1, beta2, epsilon, weightDecay: { is: real, default: 0 } })
const readAdamW = /* @__PURE__ */ optionReader({ learningRate, beta1, beta2, epsilon, weightDecay: { is: real, default: 0.01 } })

/**
 * Adam: m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², p ← p − η m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁ᵗ) and ŝ likewise.
 * Source: Kingma and Ba, ICLR 2015, Algorithm 1.
 *
 * @names `torch.optim.Adam`, `tf.train.adam`
 *
 * @example
 * const opt = adam({ w: [1, 2] }, { learningRate: 0.1 })
 * opt.step({ w: [3, -3] }) // w is about [0.9, 2.1]
 */
export function adam<P>(params: P, options?: AdamOptions, ...more: []): Optimizer<P> {
  return adamLike('adam', params, readAdam('adam', [options, ...more]), false)
}

/**
 * Adam with decoupled weight decay: p ← p − η λ p before each of Adam's steps.
 * Source: Loshchilov and Hutter, ICLR 2019, Algorithm 2.
 *
 * @names `torch.optim.AdamW`
 */
export function adamW<P>(params: P, options?: AdamOptions, ...more: []): Optimizer<P> {
  return adamLike('adamW', params, readAdamW('adamW', [options, ...more]), true)
}

function adamLike<P>(
  name: string,
  params: P,
  { learningRate, beta1, beta2, epsilon, weightDecay }: ReturnType<typeof readAdam>,
  decoupled: boolean,
): Optimizer<P> {
  return firstOrder(name, params, learningRate, size => {
    const kernel = new Adam(size)
    const update: Rule['update'] = ({ p, g, next, at }, rate, steps) => {
      // p − (η / c₁) m / (√s / c₂ + ε), with one division for each entry.
      const correction = Math.sqrt(1 - beta2 ** (steps + 1))
      const [size, small] = [(rate * correction) / (1 - beta1 ** (steps + 1)), epsilon * correction]
      kernel.step(p, g, next, at, { beta1, beta2, size, small, kept: decoupled ? 1 - rate * weightDecay : 1, decay: decoupled ? 0 : weightDecay })
    }
    return { moments: kernel.moments, update, isFinite: g => kernel.isFinite(g) }
  })
}

/** Whether all entries are finite: 0 times others is NaN. Four sums do not wait for each other. */
function areFinite(entries: ArrayLike<number>): boolean {
  let [a, b, c, d, i] = [0, 0, 0, 0, 0]
  for (; i + 3 < entries.length; i += 4) {
    a += (entries[i] as number) * 0
    b += (entries[i + 1] as number) * 0
    c += (entries[i + 2] as number) * 0
    d += (entries[i + 3] as number) * 0
  }
  for (; i < entries.length; i++) a += (entries[i] as number) * 0
  return a + b + c + d === 0
}

/** The first entry that is NaN or infinite; −1: none. */
function firstInfinite(entries: ArrayLike<number>, isFinite?: Rule['isFinite']): number {
  if (isFinite?.(entries) ?? areFinite(entries)) return -1
  for (let i = 0; i < entries.length; i++) if ((entries[i] as number) - (entries[i] as number) !== 0) return i
  return -1
}

/** What an optimiser does with its parameters, of which it keeps moments: as many of each as there are parameters. */
interface Rule {
  readonly moments: readonly Float64Array[]
  /** One step of some parameters, after so many steps before. */
  readonly update: (part: Part, rate: number, steps: number) => void
  /** Whether gradients are finite, where a faster look than that of all is at hand. */
  readonly isFinite?: (g: ArrayLike<number>) => boolean | undefined
}

function firstOrder<P>(name: string, tree: P, learningRate: number | Schedule, ruleFor: (size: number) => Rule): Optimizer<P> {
  const parameters = new Parameters(name, tree)
  const { moments, update, isFinite } = ruleFor(parameters.size)
  let steps = 0
  const rateNow = () => {
    const rate = typeof learningRate === 'function' ? learningRate(steps) : learningRate
    if (!(rate >= 0 && Number.isFinite(rate))) throw new OptionError(`${name}: the learning rate is a number from 0, but it is ${rate}.`)
    return rate
  }
  rateNow()
  return {
    get params() {
      return parameters.tree
    },
    get steps() {
      return steps
    },
    get learningRate() {
      return rateNow()
    },
    step(grads) {
      const parts = parameters.parts(name, grads)
      for (const { g, at } of parts) {
        const bad = firstInfinite(g, isFinite)
        if (bad >= 0)
          throw new DualtapeError(`${name}: entry ${at + bad} of the gradients is ${g[bad]}; nothing was changed. detectAnomaly(() => …) says where it arose.`)
      }
      const rate = rateNow()
      for (const part of parts) update(part, rate, steps)
      steps++
      parameters.take(parts)
      return parameters.tree
    },
    zeroGrad() {
      for (const each of parameters.variables) each.zeroGrad()
    },
    state: () => ({ steps, moments: moments.map(each => [...each]) }),
    restore(state) {
      if (state.moments.length !== moments.length || state.moments.some(each => each.length !== parameters.size)) {
        throw new DualtapeError(`${name}: this state belongs to another optimiser or to parameters of another size (${parameters.size} here).`)
      }
      steps = state.steps
      for (const [k, each] of state.moments.entries()) moments[k]?.set(each)
    },
  }
}
