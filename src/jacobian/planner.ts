import { OptionError } from '../core/errors.ts'
import { CHUNK } from '../core/traced.ts'
import { isBatchable } from './batched-sweep.ts'
import { visitsOf } from './coloring/columns.ts'
import type { Constants } from './constants.ts'
import { costs, type ProblemSize } from './cost.ts'
import { type MatrixKind, MODES, MOST_DIRECTIONS, type ReadOptions } from './options.ts'
import type { SparsityPattern } from './pattern.ts'
import { type Call, GradientCall } from './second-order/gradient-call.ts'
import type { Ends } from './slots.ts'
import { DECISIVE, findZeros, type Purpose } from './sparsity.ts'
import { bicoloredSweeps } from './strategies/bicolored.ts'
import { constant } from './strategies/constant.ts'
import { duals } from './strategies/duals.ts'
import { elimination, whyNotEliminated } from './strategies/elimination.ts'
import { pushing, whyNotPushed } from './strategies/pushing.ts'
import { separateOutputs } from './strategies/separate.ts'
import { type Executable, type Problem, priceOf } from './strategies/strategy.ts'
import { substitutedSweeps } from './strategies/substituted.ts'
import { coloredSweeps, denseSweeps } from './strategies/sweeps.ts'

/** Everything that was found out for a recorded call. */
export interface Planned {
  kind: MatrixKind
  /** Whether it is a Hessian that is computed as the Jacobian of a recorded gradient. */
  ofGradient: boolean
  size: ProblemSize
  ends: Ends
  /** The entries that can be other than 0: as detected or given, else those that the chosen strategy computes. */
  pattern: SparsityPattern
  /** Whether zeros were looked for, so that the pattern depends on what is inside checkpoints and rules. */
  detected: boolean
  /** The constants to which the pattern is owed. */
  constants: Constants | undefined
  /** Why no pattern was looked for, or what came of looking. */
  sparsity: string
  /** Every strategy considered, cheapest first. */
  alternatives: readonly Executable[]
  chosen: Executable
  forced: boolean
}

/** From so many inputs on a matrix of which a quarter is not 0 is not colored where there is another way. */
const CROWDED = 64

/** Entries that a sweep holds in all directions, where there are more than CHUNK. */
const MOST_HELD = 1 << 21

/** Tangents forwards, adjoints and their tangents back. */
const WALKS_OF_PRODUCTS = 3

/** Prices every strategy for a recorded call and picks one. */
export function makePlan(call: Call, ends: Ends, purpose: Purpose): Planned {
  const { name, kind, options, uses } = purpose
  const size: ProblemSize = {
    inputs: ends.inputs.size,
    outputs: ends.outputs.size,
    operations: Math.max(1, call.operations),
    edges: edgesOf(call),
    walks: call instanceof GradientCall ? WALKS_OF_PRODUCTS : 1,
  }
  const setting = { name, kind, call, ends, size, most: options.chunk ?? mostDirections(call), uses, mode: options.mode }
  const { pattern, symmetric = false, detected = false, constants, sparsity } = findZeros(setting, purpose)
  const written = options.output === 'sparse' && pattern !== undefined ? pattern.nonzeros : size.inputs * size.outputs
  const problem: Problem = { ...setting, pattern, constants, symmetric, written }
  const alternatives = consider(problem, options)
  const chosen = choose(problem, alternatives, options)
  return {
    kind,
    ofGradient: kind === 'Hessian' && !(call instanceof GradientCall),
    size,
    ends,
    pattern: pattern ?? chosen.pattern,
    detected,
    constants,
    sparsity,
    alternatives,
    chosen,
    forced: options.mode !== 'auto',
  }
}

/**
 * The most directions per sweep. Where most of what is computed is tensors, calls of operators are saved by more than the rows of a tape
 * would gain, as long as all that a sweep holds stays small.
 */
function mostDirections({ recording, operations }: Call): number {
  if (!isBatchable(recording) || 2 * recording.count > operations) return CHUNK
  return Math.max(CHUNK, Math.min(MOST_DIRECTIONS, Math.floor(MOST_HELD / operations)))
}

/** Edges of the linearised graph: sources of scalar rows, and one per entry and operand of tensor operations. */
function edgesOf({ recording: { sources, count: rows, nodes } }: Call): number {
  let edges = 0
  for (let k = 2; k < 2 * rows; k++) if ((sources[k] as number) > 0) edges++
  return nodes.reduce((total, node) => total + 2 * node.entries, edges)
}

/** The cheapest strategy of every mode that can be used or is asked for, cheapest first. */
function consider(problem: Problem, { mode, output }: ReadOptions): Executable[] {
  const { call, symmetric } = problem
  const pushed = pushing(problem)
  // There are no products over a graph: without this strategy the gradient itself is recorded.
  if (call instanceof GradientCall && call.recording.graph !== undefined) return pushed
  // No coloring is looked for that could not be cheaper than what is found.
  // Nor for a matrix that is nearly full, where one takes long and saves little.
  const crowded = pushed.length > 0 && problem.pattern !== undefined && 4 * problem.pattern.nonzeros > problem.size.inputs ** 2 && problem.size.inputs > CROWDED
  const separate = separateOutputs(problem)
  const decided = crowded || (mode === 'auto' && (separate.length > 0 || pushed.some(({ cost }) => cost < leastColored(problem))))
  const oneWay = [...denseSweeps(problem), ...separate, ...(decided ? [] : coloredSweeps(problem))]
  // Without a tape a change of the structure is not noticed, on which a sparse result depends.
  if (output === 'dense' && !(call instanceof GradientCall)) oneWay.push(...duals(problem))
  // Products with a Hessian are the same in either direction.
  const considered = bestOfEachMode(call instanceof GradientCall && mode !== 'reverse' ? oneWay.filter(each => each.mode !== 'reverse') : oneWay)
  if (mode === 'mixed' || (!symmetric && !decided)) considered.push(...bicoloredSweeps(problem, considered[0] as Executable))
  considered.sort(byCost)
  const direct = considered[0] as Executable
  // What is made once is not worth its rounding.
  if (!call.recording.affine && !decided) considered.push(...substitutedSweeps(problem, direct))
  considered.push(...pushed)
  considered.sort(byCost)
  const cheapest = considered[0] as Executable
  if (!(call instanceof GradientCall) && (mode === 'elimination' || direct.passes > DECISIVE)) considered.push(...elimination(problem, cheapest.cost))
  considered.sort(byCost)
  if (call.recording.affine || mode === 'constant') considered.push(constant(problem, considered[0] as Executable))
  return considered
}

/** What a colored Hessian costs at least: two passes, and in each of the expected uses its part of some ten orders of coloring. */
function leastColored(problem: Problem): number {
  const { pattern, uses } = problem
  return pattern === undefined ? 0 : priceOf(problem, 2, pattern.nonzeros).cost + (10 * costs().visit * visitsOf(pattern)) / uses
}

function bestOfEachMode(strategies: readonly Executable[]): Executable[] {
  const best = new Map<string, Executable>()
  for (const each of strategies) if (each.cost < (best.get(each.mode)?.cost ?? Number.POSITIVE_INFINITY)) best.set(each.mode, each)
  return [...best.values()].sort(byCost)
}

function byCost(a: Executable, b: Executable): number {
  return a.cost - b.cost || MODES.indexOf(a.mode) - MODES.indexOf(b.mode)
}

function choose(problem: Problem, considered: readonly Executable[], { mode }: ReadOptions): Executable {
  const found = considered.find(each => each.mode === mode)
  if (found !== undefined) return found
  if (mode !== 'auto')
    throw new OptionError(`${problem.name}: mode '${mode}' cannot be used here: ${mode === 'pushing' ? whyNotPushed(problem) : whyNotEliminated(problem)}.`)
  // A single gradient or curve is one sweep, and keeps its name.
  const single = Math.min(problem.size.inputs, problem.size.outputs) === 1
  return considered.find(each => each.mode === 'constant' && !single) ?? (considered[0] as Executable)
}
