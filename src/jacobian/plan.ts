import { noMore } from '../core/arguments.ts'
import { DualtapeError, ShapeError } from '../core/errors.ts'
import { MOST_ENTRIES } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { mapTree } from '../core/tree.ts'
import type { Concrete, TensorLike } from '../core/types.ts'
import { RecordedCall } from '../reverse/recorded-call.ts'
import type { ColorGroups } from './coloring/groups.ts'
import type { Entries } from './entries.ts'
import { explainPlan } from './explain.ts'
import { placesIn, placesOf, type Writable, write } from './into.ts'
import type { JacobianResult } from './jacobian.ts'
import { hasBuffers, hasLayout, type Layout, layoutOf, treeOfJacobian } from './layout.ts'
import type { JacobianOptions, Mode, ReadOptions } from './options.ts'
import type { SparsityPattern } from './pattern.ts'
import { makePlan, type Planned } from './planner.ts'
import { type Call, GradientCall } from './second-order/gradient-call.ts'
import { endsOf } from './slots.ts'
import { matrixOf } from './sparse-matrix.ts'
import type { Strategy } from './strategies/strategy.ts'
import { Structure } from './structure.ts'

/** How often a plan is expected to be used that a user keeps, and one behind `jacobian(f)`, which is often made for one step. */
const USES_OF_A_PLAN = 30
const USES_OF_A_CALL = 2
/** Terms for each operation that edge pushing may take over a graph, where a product with the Hessian makes about 6 steps of each. */
const STEPS_OF_PUSHING = 24

/** What a plan is for: a function, the options of its user, and the name that begins every message. */
interface Task<Input, Output> {
  name: string
  f: (x: Input) => Output
  options: ReadOptions
  /** How often the plan is expected to be used, if that is known. */
  uses?: number
  /** Of a Hessian: the scalar function whose gradient `f` is. */
  scalar?: (x: Input) => TensorLike
}

/** What was found out at some argument, and what it holds for. */
interface Made {
  planned: Planned
  input: Layout
  output: Layout
  structure: Structure
  /** Where the entries of the plan's pattern stand among those that the strategy computes, if not in the same places. */
  places: Int32Array | undefined
}

/** What an evaluation gave: the entries are those of the chosen strategy. */
interface Evaluated {
  made: Made
  value: unknown
  entries: Entries
}

interface ValueAndJacobian<Input, Output, Options> {
  value: Concrete<Output>
  jacobian: JacobianResult<Input, Output, Options>
}

/** A chosen way to compute a Jacobian, with everything that was considered. Made by `planJacobian` or `planHessian`. */
export class JacobianPlan<Input, Output, Options = JacobianOptions> {
  readonly #task: Task<Input, Output>
  /** Whether a user holds the plan, who may read it. */
  #shown = false
  #made: Made | undefined
  /** Whether the second derivatives of the function itself are looked for, rather than the derivatives of its gradient. */
  #native = true
  /** How often it was made. */
  #changes = 0

  /** @internal */
  constructor(task: Task<Input, Output>) {
    this.#task = task
  }

  get mode(): Mode {
    return this.#planned.chosen.mode
  }

  get inputs(): number {
    return this.#planned.size.inputs
  }

  get outputs(): number {
    return this.#planned.size.outputs
  }

  /** Entries that can be other than 0, as far as they were looked for. */
  get nonzeros(): number {
    return this.#planned.pattern.nonzeros
  }

  /** Directions to propagate. */
  get passes(): number {
    return this.#planned.chosen.passes
  }

  /** Directions per sweep. */
  get chunk(): number {
    return this.#planned.chosen.chunk
  }

  /** Modelled time in nanoseconds. */
  get cost(): number {
    return this.#planned.chosen.cost
  }

  /** Every strategy considered, cheapest first. */
  get alternatives(): readonly Strategy[] {
    return this.#planned.alternatives.map(({ mode, passes, multiplications, cost, why }) => ({ mode, passes, multiplications, cost, why }))
  }

  /** Which entries can be other than 0; all of them where zeros were not looked for. */
  get pattern(): SparsityPattern {
    return this.#planned.pattern.copy()
  }

  /** The group of each input or output that share a pass (−1: none), and the number of groups. */
  get coloring(): { columns?: number[]; rows?: number[]; count: number } {
    const { columns, rows } = this.#planned.chosen
    const colors = (groups: ColorGroups | undefined) => groups && [...groups.colors]
    return { ...(columns && { columns: colors(columns) as number[] }), ...(rows && { rows: colors(rows) as number[] }), count: this.passes }
  }

  /** Whether an argument has the shapes that the plan was made for. */
  fits(x: Input): boolean {
    return hasLayout(x, this.#known.input)
  }

  /** The Jacobian at an argument of the same shapes. Throws a ShapeError for another. */
  jacobian(x: Input, ...more: []): JacobianResult<Input, Output, Options> {
    noMore(`${this.#task.name}: the plan`, 1, more)
    return this.#result(this.#at(x)).jacobian
  }

  /** Value and Jacobian at an argument of the same shapes. Throws a ShapeError for another. */
  valueAndJacobian(x: Input, ...more: []): [Concrete<Output>, JacobianResult<Input, Output, Options>] {
    noMore('valueAndJacobian', 1, more)
    const { value, jacobian } = this.#result(this.#at(x))
    return [value, jacobian]
  }

  /**
   * Writes the Jacobian at an argument of the same shapes into a matrix that exists, and gives that back: a SparseMatrix with the
   * plan's entries, as a plan with output 'sparse' makes it, or with more, which are 0 then; a Tensor or arrays of outputs by inputs, or
   * of the Jacobian's own shape; or a Float64Array of all entries, row by row. Throws a ShapeError for another argument or matrix;
   * nothing is written then.
   */
  into<M extends Writable>(matrix: M, x: Input, ...more: []): M {
    noMore(`${this.#task.name}: into`, 2, more)
    const { made, entries } = this.#at(x)
    if (entries.traced !== undefined) {
      throw new DualtapeError(`${this.#task.name}: into writes numbers, but this derivative is nested in another. Use the plan's jacobian.`)
    }
    const rows = this.#task.scalar === undefined ? made.output : made.input
    write(`${this.#task.name}: into`, made.planned, [rows, made.input], entries.numbers, matrix)
    return matrix
  }

  /** The plan in words: sizes, zeros, every strategy with its price and reason, and the choice. */
  explain(): string {
    return explainPlan(this.#planned)
  }

  /** What `explain` says. */
  toString(): string {
    return this.explain()
  }

  /** The plan as plain data. */
  toJSON() {
    const { mode, inputs, outputs, nonzeros, passes, chunk, cost, alternatives, coloring } = this
    return { mode, inputs, outputs, nonzeros, passes, chunk, cost, alternatives, coloring }
  }

  /** Makes the plan at an argument, for a user to read and keep. @internal */
  prepare(x: Input): this {
    this.#shown = true
    const call = this.#record(x)
    try {
      this.#make(call, x)
    } finally {
      call.release()
    }
    return this
  }

  /**
   * Value and Jacobian at any argument. The function is evaluated anew each time, and what was found out for another
   * evaluation is used where it has the same structure.
   */
  #evaluate(x: Input): Evaluated {
    const { name, f } = this.#task
    const made = this.#made
    const evaluate = made?.planned.chosen.evaluate
    if (made !== undefined && evaluate !== undefined && hasLayout(x, made.input)) {
      const { value, entries } = evaluate(name, f as (...args: never[]) => unknown, x)
      if (agrees(made, value, entries)) return { made, value, entries }
    }
    const call = this.#record(x)
    try {
      const holding = this.#held(call, x) ?? this.#make(call, x)
      const { chosen, ends } = holding.planned
      return { made: holding, value: call.value, entries: chosen.run(call, ends) }
    } finally {
      call.release()
    }
  }

  /** The same at an argument of the shapes that the plan was made for. */
  #at(x: Input): Evaluated {
    if (!this.fits(x)) {
      throw new ShapeError(`${this.#task.name}: the plan is for an argument of ${this.inputs} inputs in another structure. Make a new plan.`)
    }
    return this.#evaluate(x)
  }

  /** The Jacobian at any argument. @internal */
  jacobianAt(x: Input): JacobianResult<Input, Output, Options> {
    return this.#result(this.#evaluate(x)).jacobian
  }

  get #known(): Made {
    if (this.#made === undefined) throw new DualtapeError(`${this.#task.name}: the plan was not made.`)
    return this.#made
  }

  get #planned(): Planned {
    return this.#known.planned
  }

  #record(x: Input): Call {
    const { name, scalar, options } = this.#task
    if (
      scalar !== undefined &&
      (this.#native || options.mode === 'pushing') &&
      options.mode !== 'elimination' &&
      GradientCall.takes(x, options.mode === 'auto' || options.mode === 'pushing')
    ) {
      const call = GradientCall.of(name, scalar, x, this.#made !== undefined, options.mode === 'pushing')
      if (call !== undefined && (call.recording.graph === undefined ? !needsPattern(options) || call.isScalar : isPushed(call, options))) return call
      // What has been found not to go once is not tried again and again.
      this.#native = false
      call?.release()
    }
    return new RecordedCall(this.#task.name, this.#task.f as (...args: never[]) => unknown, [x], [0], this.#made !== undefined)
  }

  #make(call: Call, x: Input): Made {
    const { name, options, scalar, uses = USES_OF_A_PLAN } = this.#task
    const kept = this.#shown || call.recording.graph !== undefined
    const output = layoutOf(call.value, `${name}: the function's result`)
    // A function whose structure changes may change it again.
    const changes = this.#changes++
    const planned = makePlan(call, endsOf(call, x), {
      name,
      options,
      kind: scalar === undefined ? 'Jacobian' : 'Hessian',
      shown: this.#shown,
      uses: kept ? Math.max(USES_OF_A_CALL, uses >> changes) : USES_OF_A_CALL,
      constants: changes === 0,
    })
    this.#made = {
      planned,
      input: layoutOf(x, `${name}: the argument`),
      output,
      structure: Structure.of(call, planned.detected),
      places: options.output === 'sparse' ? placesIn(planned) : undefined,
    }
    return this.#made
  }

  /**
   * What is known, if it holds for a call: a function may take another path for another argument, or with other data around it.
   */
  #held(call: Call, x: Input): Made | undefined {
    const made = this.#made
    if (made === undefined || !hasLayout(x, made.input) || !hasLayout(call.value, made.output) || !made.structure.fits(call)) return undefined
    const { chosen, constants } = made.planned
    if (constants?.hold(call.recording) === false) return undefined
    // Over a graph there are no products with a Hessian.
    if (chosen.takes?.(call) === false || (call instanceof GradientCall && call.recording.graph !== undefined && chosen.mode !== 'pushing')) return undefined
    return chosen.mode !== 'constant' || call.recording.affine ? made : undefined
  }

  /** Value, and entries in the form that was asked for. Nothing of it is kept here. */
  #result({ made: { planned, places, input, output }, value, entries }: Evaluated): ValueAndJacobian<Input, Output, Options> {
    const { name, options, scalar } = this.#task
    const { pattern, chosen, size } = planned
    let jacobian: unknown
    if (options.output === 'sparse') jacobian = matrixOf(name, pattern, places === undefined ? entries : entries.gather(places))
    else {
      checkDense(name, size)
      const all = chosen.pattern.isDense ? entries : entries.spread(placesOf(chosen.pattern), size.inputs * size.outputs)
      // A gradient has the argument's tree, though typed arrays in it are lists while the function runs.
      jacobian = treeOfJacobian(scalar !== undefined ? input : output, input, all, size.inputs)
    }
    return { value: (hasBuffers(output) ? ownValue(value, name) : value) as Concrete<Output>, jacobian: jacobian as JacobianResult<Input, Output, Options> }
  }
}

/** Refuses a matrix of more entries than there can be, before they are asked for. */
function checkDense(name: string, { inputs, outputs }: { inputs: number; outputs: number }): void {
  if (inputs * outputs <= MOST_ENTRIES) return
  throw new ShapeError(
    `${name}: a matrix of ${outputs} rows and ${inputs} columns has too many entries to write each. Ask for those that are not 0: { output: 'sparse' }.`,
  )
}

/** Whether a Hessian over a graph is computed by edge pushing: where it takes fewer steps than a few products would. */
function isPushed(call: GradientCall, { mode }: ReadOptions): boolean {
  return call.lowerEntries(mode === 'pushing' ? Number.POSITIVE_INFINITY : STEPS_OF_PUSHING * call.operations + call.inputs.length ** 2) !== undefined
}

/** Whether the zeros must be known. */
function needsPattern({ mode, output, sparsity }: ReadOptions): boolean {
  return output === 'sparse' || mode === 'mixed' || mode === 'pushing' || typeof sparsity === 'object'
}

/** Whether an evaluation without a tape shows nothing against what is known. */
function agrees({ planned: { pattern }, output }: Made, value: unknown, entries: Entries): boolean {
  if (!hasLayout(value, output)) return false
  if (pattern.isDense) return true
  // A traced entry has no number to be told by.
  return entries.numbers.every((each, k) => each === 0 || pattern.indexOf(Math.floor(k / pattern.columns), k % pattern.columns) >= 0)
}

/** A function's result in buffers of its own: the function may have given back its argument, or what it keeps. */
function ownValue(value: unknown, name: string): unknown {
  return mapTree(value, name, leaf => {
    if (leaf instanceof Tensor && !isTraced(leaf)) return new Tensor(leaf.data.slice(), leaf.shape, leaf.dtype)
    return isNumericTypedArray(leaf) ? leaf.slice() : leaf
  })
}
