import { pickEntry } from '../core/dispatch.ts'
import { DualtapeError, describe, ShapeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, zeros } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { leavesOf, mapTree, Unbuilt } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { pushDirections } from '../forward/jvp.ts'
import { RecordedCall } from '../reverse/recorded-call.ts'
import type { ColorGroups } from './coloring.ts'
import { Entries, executeDense, executeSparse } from './execute.ts'
import { type JacobianOf, type Layout, layoutOf, treeOfJacobian } from './layout.ts'
import { type JacobianOptions, type Mode, type ReadOptions, readOptions } from './options.ts'
import { SparsityPattern } from './pattern.ts'
import { explainPlan, makePlan, type Planned, type Problem, type Strategy } from './plan.ts'
import { inputSlots, outputSlots } from './slots.ts'
import { SparseMatrix } from './sparse-matrix.ts'
import { coefficientsOf, structureOf } from './structure.ts'

/** What comes back: the outputs' tree of the inputs' trees, or a SparseMatrix with the option output: 'sparse'. */
export type JacobianResult<Input, Output, Options> = Options extends { output: 'sparse' } ? SparseMatrix : JacobianOf<Input, Output>

/**
 * All derivatives of all outputs of a function with respect to all entries of its argument. The layout is the output's
 * shape, then the input's: a function from number[n] to number[m] gives number[m][n]; trees give the outputs' tree of the
 * inputs' trees. How it is computed is planned from the sizes and the structure; `planJacobian` shows how.
 *
 * Throws a TreeError for arguments or results that cannot be differentiated, and an OptionError for options that do not
 * exist or cannot be met.
 *
 * @example
 * jacobian(([x, y]: number[]) => [mul(square(x), y), add(mul(5, x), sin(y))])([1, 2])
 * // [[4, 1], [5, -0.4161468365471424]]
 */
export function jacobian<Input, Output, const Options extends JacobianOptions = JacobianOptions>(
  f: (x: Input) => Output,
  options: Options = {} as Options,
): (x: Input) => JacobianResult<Input, Output, Options> {
  readOptions('jacobian', options)
  checkFunction('jacobian', f)
  let plan: JacobianPlan<Input, Output, Options> | undefined
  return x => {
    if (plan?.fits(x) !== true) plan = new JacobianPlan('jacobian', f, x, options)
    return plan.jacobian(x)
  }
}

/**
 * How the Jacobian of a function would be computed at an argument like `x`, and why. The plan can be used for every
 * argument of the same shapes; where the function's structure changes with the argument, it plans again.
 *
 * @example
 * planJacobian((x: number[]) => sum(square(x)), [1, 2, 3]).mode // 'reverse'
 */
export function planJacobian<Input, Output, const Options extends JacobianOptions = JacobianOptions>(
  f: (x: Input) => Output,
  x: Input,
  options: Options = {} as Options,
): JacobianPlan<Input, Output, Options> {
  return new JacobianPlan('planJacobian', f, x, options)
}

function checkFunction(name: string, f: unknown): void {
  if (typeof f !== 'function') throw new DualtapeError(`${name}: takes a function, but ${describe(f)} was given.`)
}

/** A chosen way to compute a Jacobian, with everything that was considered. Made by `planJacobian` or `planHessian`. */
export class JacobianPlan<Input, Output, Options = JacobianOptions> {
  readonly #name: string
  readonly #f: (x: Input) => Output
  readonly #options: ReadOptions
  readonly #symmetric: boolean
  readonly #inputLayout: Layout
  readonly #signature: string
  #planned: Planned
  #structure: number
  #constant: { entries: Entries; coefficients: number } | undefined
  /** The call that the plan was made from, until it is used or another argument comes. */
  #first: { x: Input; call: RecordedCall } | undefined

  constructor(name: string, f: (x: Input) => Output, x: Input, options: JacobianOptions, symmetric = false) {
    this.#options = readOptions(name, options)
    checkFunction(name, f)
    this.#name = name
    this.#f = f
    this.#symmetric = symmetric
    const { layout } = layoutOf(x, `${name}: the argument`)
    this.#inputLayout = layout
    this.#signature = JSON.stringify(layout)
    const call = this.#record(x)
    this.#first = { x, call }
    this.#structure = structureOf(call)
    this.#planned = makePlan(this.#problem(call, x), this.#options)
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
    return this.#planned.pattern?.nonzeros ?? this.inputs * this.outputs
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
    return this.#planned.pattern ?? SparsityPattern.dense(this.outputs, this.inputs)
  }

  /** The group of each input or output that share a pass (−1: none), and the number of groups. */
  get coloring(): { columns?: number[]; rows?: number[]; count: number } {
    const { columns, rows } = this.#planned.chosen
    const colors = (groups: ColorGroups | undefined) => groups && [...groups.colors]
    return { ...(columns && { columns: colors(columns) as number[] }), ...(rows && { rows: colors(rows) as number[] }), count: this.passes }
  }

  /** Whether an argument has the shapes that the plan was made for. */
  fits(x: Input): boolean {
    return JSON.stringify(layoutOf(x, `${this.#name}: the argument`).layout) === this.#signature
  }

  /** The Jacobian at an argument of the same shapes. */
  jacobian(x: Input): JacobianResult<Input, Output, Options> {
    return this.valueAndJacobian(x)[1]
  }

  /** Value and Jacobian at an argument of the same shapes. */
  valueAndJacobian(x: Input): [Concrete<Output>, JacobianResult<Input, Output, Options>] {
    if (!this.fits(x)) {
      throw new ShapeError(`${this.#name}: the plan is for an argument of ${this.inputs} inputs in another structure. Make a new plan.`)
    }
    const first = this.#first
    this.#first = undefined
    if (this.#planned.chosen.duals === true && this.mode === 'forward' && this.#options.output === 'dense' && first?.x !== x) return this.#byDuals(x)
    const call = first?.x === x ? first.call : this.#record(x)
    try {
      if (call !== first?.call) this.#planAgainIfChanged(call, x)
      return this.#compute(call, x)
    } finally {
      call.release()
    }
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

  #record(x: Input): RecordedCall {
    return new RecordedCall(this.#name, this.#f as (...args: never[]) => unknown, [x], [0])
  }

  #problem(call: RecordedCall, x: Input): Problem {
    return {
      name: this.#name,
      recording: call.recording,
      operations: call.operations,
      inputs: inputSlots(call, x),
      outputs: outputSlots(call),
      symmetric: this.#symmetric,
      shown: this.#name.startsWith('plan'),
    }
  }

  /** A function may take another path for another argument: what was found out for the old one is then found out anew. */
  #planAgainIfChanged(call: RecordedCall, x: Input): void {
    const structure = structureOf(call)
    if (structure === this.#structure && (this.mode !== 'constant' || call.recording.affine)) return
    this.#planned = makePlan(this.#problem(call, x), this.#options)
    this.#structure = structure
    this.#constant = undefined
  }

  #compute(call: RecordedCall, x: Input): [Concrete<Output>, JacobianResult<Input, Output, Options>] {
    const { chosen, pattern } = this.#planned
    const sparse = this.#isSparse()
    const compute = () => {
      const [inputs, outputs] = [inputSlots(call, x), outputSlots(call)]
      return sparse ? executeSparse(call, inputs, outputs, pattern as SparsityPattern, chosen) : executeDense(call, inputs, outputs, chosen)
    }
    if (chosen.mode !== 'constant') return this.#result(call.value, compute(), sparse)
    const coefficients = coefficientsOf(call)
    if (this.#constant?.coefficients !== coefficients) this.#constant = { entries: compute(), coefficients }
    return this.#result(call.value, this.#constant.entries, sparse)
  }

  #isSparse(): boolean {
    const { chosen, pattern } = this.#planned
    return pattern !== undefined && (chosen.columns !== undefined || chosen.rows !== undefined || chosen.elimination !== undefined)
  }

  #byDuals(x: Input): [Concrete<Output>, JacobianResult<Input, Output, Options>] {
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
    const columns = tangents.map(entriesOf)
    const outputs = columns[0]?.length ?? 0
    const entries = new Entries(outputs * this.inputs)
    columns.forEach((each, j) => {
      each.forEach((entry, i) => {
        entries.set(i * this.inputs + j, entry)
      })
    })
    return this.#result(value, entries, false)
  }

  /** Entries in the form that was asked for. */
  #result(value: unknown, entries: Entries, sparse: boolean): [Concrete<Output>, JacobianResult<Input, Output, Options>] {
    const pattern = this.#planned.pattern
    if (this.#options.output === 'sparse') {
      const known = pattern as SparsityPattern
      const all = sparse ? entries : this.#gather(known, entries)
      if (all.traced === undefined)
        return [value as Concrete<Output>, SparseMatrix.ofPattern(known, all.numbers.slice()) as JacobianResult<Input, Output, Options>]
      const list = Array.from(known.columnIndices, (_, k) => all.get(k))
      if (!list.every(each => !isTraced(each) || (each.arena.owner.abstract === true && each.arena.owner.many !== true)))
        throw new DualtapeError(`${this.#name}: a sparse matrix holds plain numbers, but this derivative is nested in another. Use output 'dense'.`)
      // Of a function that is traced the matrix is made when the numbers are there.
      const matrix = new TracedSparseMatrix(
        list,
        values => SparseMatrix.ofPattern(known, values),
        { shape: [known.rows, known.columns], rowPointers: known.rowPointers, columns: known.columnIndices },
        'values',
      )
      return [value as Concrete<Output>, matrix as unknown as JacobianResult<Input, Output, Options>]
    }
    const { layout } = layoutOf(value, this.#name)
    const at = (row: number, column: number) => (sparse ? (pattern as SparsityPattern).indexOf(row, column) : row * this.inputs + column)
    const read = (row: number, column: number) => {
      const place = at(row, column)
      return place < 0 ? 0 : entries.get(place)
    }
    return [value as Concrete<Output>, treeOfJacobian(layout, this.#inputLayout, read) as JacobianResult<Input, Output, Options>]
  }

  /** The entries of a pattern out of all entries. */
  #gather({ rows, rowPointers, columnIndices }: SparsityPattern, all: Entries): Entries {
    const entries = new Entries(columnIndices.length)
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) entries.set(k, all.get(i * this.inputs + (columnIndices[k] as number)))
    }
    return entries
  }
}

/** A sparse matrix in a function that is traced: a result whose numbers are not known yet. */
class TracedSparseMatrix extends Unbuilt {
  get values(): never {
    throw new DualtapeError(
      "The numbers of a sparse matrix are not known while a function is traced. Give the matrix back as the function's result, or compute with output 'dense'.",
    )
  }

  multiply(): never {
    return this.values
  }

  toDense(): never {
    return this.values
  }

  toMathjs(): never {
    return this.values
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
