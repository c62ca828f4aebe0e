import { pickEntry } from '../core/dispatch.ts'
import { DualtapeError, describe, ShapeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, zeros } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { leavesOf, mapTree } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { pushDirections } from '../forward/jvp.ts'
import { RecordedCall } from '../reverse/recorded-call.ts'
import type { ProblemSize } from './cost.ts'
import { type Entries, type JacobianOf, type Layout, layoutOf, treeOfJacobian } from './layout.ts'
import { type JacobianOptions, type Mode, readOptions } from './options.ts'
import { decide, explainPlan, type Strategy, sizeOf, strategies } from './plan.ts'
import { inputSlots, outputSlots } from './slots.ts'

/**
 * All derivatives of all outputs of a function with respect to all entries of its argument. The layout is the output's
 * shape, then the input's: a function from number[n] to number[m] gives number[m][n]; trees give the outputs' tree of the
 * inputs' trees. Which mode computes it is planned from the sizes; `planJacobian` shows how.
 *
 * Throws a TreeError for arguments or results that cannot be differentiated, and an OptionError for unknown options.
 *
 * @example
 * jacobian(([x, y]: number[]) => [mul(square(x), y), add(mul(5, x), sin(y))])([1, 2])
 * // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian<Input, Output>(f: (x: Input) => Output, options: JacobianOptions = {}): (x: Input) => JacobianOf<Input, Output> {
  readOptions('jacobian', options)
  checkFunction('jacobian', f)
  let plan: JacobianPlan<Input, Output> | undefined
  return x => {
    if (plan?.fits(x) !== true) plan = new JacobianPlan('jacobian', f, x, options)
    return plan.jacobian(x)
  }
}

/**
 * How the Jacobian of a function would be computed at an argument like `x`, and why. The plan can be used for every
 * argument of the same shapes.
 *
 * @example
 * planJacobian((x: number[]) => sum(square(x)), [1, 2, 3]).mode // 'reverse'
 */
export function planJacobian<Input, Output>(f: (x: Input) => Output, x: Input, options: JacobianOptions = {}): JacobianPlan<Input, Output> {
  return new JacobianPlan('planJacobian', f, x, options)
}

function checkFunction(name: string, f: unknown): void {
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
}

/** A chosen way to compute a Jacobian, with everything that was considered. Made by `planJacobian`. */
export class JacobianPlan<Input, Output> {
  readonly mode: Mode
  readonly inputs: number
  readonly outputs: number
  /** Directions to propagate. */
  readonly passes: number
  /** Directions per sweep. */
  readonly chunk: number
  /** Modelled time in nanoseconds. */
  readonly cost: number
  /** Every strategy considered, cheapest first. */
  readonly alternatives: readonly Strategy[]

  readonly #name: string
  readonly #f: (x: Input) => Output
  readonly #size: ProblemSize
  readonly #chosen: Strategy
  readonly #forced: boolean
  readonly #inputLayout: Layout
  readonly #signature: string
  /** The call that the plan was made from, until it is used or another argument comes. */
  #planned: { x: Input; call: RecordedCall } | undefined

  constructor(name: string, f: (x: Input) => Output, x: Input, options: JacobianOptions) {
    const read = readOptions(name, options)
    checkFunction(name, f)
    const { layout, size: inputs } = layoutOf(x, `${name}: the argument`)
    const call = new RecordedCall(name, f as (...args: never[]) => unknown, [x], [0])
    const { size: outputs } = layoutOf(call.value, `${name}: the function's result`)
    this.#size = sizeOf(call, inputs, outputs)
    this.alternatives = strategies(this.#size, read.chunk)
    this.#chosen = decide(this.alternatives, read)
    this.#name = name
    this.#f = f
    this.#forced = read.mode !== 'auto'
    this.#inputLayout = layout
    this.#signature = JSON.stringify(layout)
    this.#planned = { x, call }
    this.inputs = inputs
    this.outputs = outputs
    this.mode = this.#chosen.mode
    this.passes = this.#chosen.passes
    this.chunk = this.#chosen.chunk
    this.cost = this.#chosen.cost
  }

  /** Whether an argument has the shapes that the plan was made for. */
  fits(x: Input): boolean {
    return JSON.stringify(layoutOf(x, `${this.#name}: the argument`).layout) === this.#signature
  }

  /** The Jacobian at an argument of the same shapes. */
  jacobian(x: Input): JacobianOf<Input, Output> {
    return this.valueAndJacobian(x)[1]
  }

  /** Value and Jacobian at an argument of the same shapes. */
  valueAndJacobian(x: Input): [Concrete<Output>, JacobianOf<Input, Output>] {
    if (!this.fits(x)) {
      throw new ShapeError(`${this.#name}: the plan is for another argument: it has ${this.inputs} inputs in another structure. Make a new plan.`)
    }
    const planned = this.#planned
    this.#planned = undefined
    if (this.#chosen.duals && planned?.x !== x) return this.#byDuals(x)
    const call = planned?.x === x ? planned.call : new RecordedCall(this.#name, this.#f as (...args: never[]) => unknown, [x], [0])
    try {
      return this.#bySweeps(x, call)
    } finally {
      call.release()
    }
  }

  /** The plan in words: sizes, every strategy with its price, and the choice. */
  explain(): string {
    return explainPlan(this.#size, this.alternatives, this.#chosen, this.#forced)
  }

  toString(): string {
    return this.explain()
  }

  toJSON() {
    const { mode, inputs, outputs, passes, chunk, cost, alternatives } = this
    return { mode, inputs, outputs, passes, chunk, cost, alternatives }
  }

  #byDuals(x: Input) {
    const leaves = leavesOf(x, this.#name).flatMap((leaf): Value[] => (isNumericTypedArray(leaf) ? [...leaf] : [leaf as Value]))
    let column = 0
    const seeds = leaves.map(leaf => {
      const first = column
      column += leaf instanceof Tensor ? leaf.size : 1
      return Array.from({ length: this.inputs }, (_, k) => {
        if (!(leaf instanceof Tensor)) return k === first ? 1 : 0
        const seed = zeros(leaf.shape)
        if (k >= first && k < column) seed.data[k - first] = 1
        return seed
      })
    })
    const { value, tangents } = pushDirections(this.#name, this.#f as (...args: never[]) => unknown, [x], seeds, this.inputs)
    const columns = tangents.map(tangent => entriesOf(tangent))
    return this.#result(value, (row, k) => (columns[k] as Value[])[row] as Value)
  }

  #bySweeps(x: Input, call: RecordedCall) {
    const [inputs, outputs] = [inputSlots(call, x), outputSlots(call)]
    const matrix = new Matrix(outputs.size, inputs.size)
    const { mode, chunk } = this.#chosen
    const count = mode === 'forward' ? inputs.size : outputs.size
    for (let start = 0; start < count; start += chunk) {
      const directions = Math.min(chunk, count - start)
      const seed = (sweep: Parameters<typeof inputs.seed>[0]) => {
        for (let k = 0; k < directions; k++) (mode === 'forward' ? inputs : outputs).seed(sweep, k, [start + k])
      }
      const sweep = mode === 'forward' ? call.pushMany(directions, seed) : call.pullMany(directions, seed)
      for (let k = 0; k < directions; k++) {
        if (mode === 'forward') for (let row = 0; row < outputs.size; row++) matrix.set(row, start + k, outputs.read(sweep, k, row))
        else for (let column = 0; column < inputs.size; column++) matrix.set(start + k, column, inputs.read(sweep, k, column))
      }
      sweep.release()
    }
    return this.#result(call.value, (row, column) => matrix.get(row, column))
  }

  #result(value: unknown, entries: Entries): [Concrete<Output>, JacobianOf<Input, Output>] {
    const { layout } = layoutOf(value, this.#name)
    return [value as Concrete<Output>, treeOfJacobian(layout, this.#inputLayout, entries) as JacobianOf<Input, Output>]
  }
}

/** A dense matrix of numbers, or of traced values where the derivative is nested in another. */
class Matrix {
  readonly #columns: number
  readonly #numbers: Float64Array
  #traced: Map<number, Value> | undefined

  constructor(rows: number, columns: number) {
    this.#columns = columns
    this.#numbers = new Float64Array(rows * columns)
  }

  get(row: number, column: number): Value {
    const at = row * this.#columns + column
    return this.#traced?.get(at) ?? (this.#numbers[at] as number)
  }

  set(row: number, column: number, value: Value): void {
    const at = row * this.#columns + column
    if (isTraced(value)) {
      this.#traced ??= new Map()
      this.#traced.set(at, value)
    } else this.#numbers[at] = Number(value)
  }
}

/** All entries of a tree in order. */
function entriesOf(tree: unknown): Value[] {
  const entries: Value[] = []
  mapTree(tree, 'jacobian', leaf => {
    if (leaf instanceof Tensor) for (let i = 0; i < leaf.size; i++) entries.push(pickEntry(leaf, i))
    else if (isNumericTypedArray(leaf)) entries.push(...leaf)
    else entries.push(leaf as Value)
  })
  return entries
}
