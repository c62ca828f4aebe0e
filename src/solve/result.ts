/** How a solver ended. Only `'converged'` means that its tolerances are met. */
export type Status =
  /** The conditions of the problem hold to the tolerances, or as closely as rounding lets them. */
  | 'converged'
  /** The largest number of iterations was reached. */
  | 'limit'
  /** No step brings progress, though the conditions do not hold. */
  | 'stalled'
  /** The `signal` was aborted: the result is the best point so far. */
  | 'aborted'
  /** The constraints cannot be met near the point. */
  | 'infeasible'
  /** The function has no lower bound. */
  | 'unbounded'
  /** A matrix that has to be inverted is singular. */
  | 'singular'

/** How often what was evaluated; what a method does not use is left out. */
export interface Evaluations {
  /** Values of the function. */
  values: number
  gradients?: number
  jacobians?: number
  hessians?: number
  /** Products of a Hessian or Jacobian with a vector. */
  products?: number
}

/** Which method ran. */
export interface SolvePlan {
  method: string
  /** Why this one: the sizes and the structure that it was chosen by, or that it was asked for. */
  why: string
}

/** What callbacks get and `history` keeps of each iteration. */
export interface SolveState<X, V = number> {
  /** 0 is the start. */
  iteration: number
  x: X
  /** Of the function, at x. */
  value: V
  /** How far the conditions of the problem are from holding, in the measure that is compared with the tolerance. */
  optimality: number
}

/** What solvers give. */
export interface SolveResult<X, V = number> {
  /** The solution, or the best point so far, in the structure of the start. */
  x: X
  /** Of the function, at x. */
  value: V
  status: Status
  /** How it ended, for people. */
  message: string
  iterations: number
  evaluations: Evaluations
  plan: SolvePlan
  /** The iterations, if `history: true` was given. */
  history?: SolveState<X, V>[]
}
