export type { Evaluations, SolvePlan, SolveResult, SolveState, Status } from './result.ts'
export type { Signal, WatchOptions } from './watch.ts'
