import { type Definition, type LinearMap, partialsOf } from '../core/definition.ts'
import { ask, below, dispatch, pickEntry, shapeOf } from '../core/dispatch.ts'
import { keptApart } from '../core/lists.ts'
import { growTape, nextRow, tapeRow } from '../core/rows.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { Arena, BOXED, freshLevel, held, isTraced, RETIRED, STEPS, STEPS_TAPE, TAPE, Traced, TracedTensor, type Transform } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { settled, type WaitingCall, waits } from '../core/waiting.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { pick, stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'
import { inspect, inspecting } from './inspect.ts'
import { AssembleNode, LeafNode, MapNode, type TapeNode, UnpackNode } from './nodes.ts'
import { type Buffers, giveBuffers, takeBuffers } from './pool.ts'
import { beginDiversion, diverted, endDiversion } from './running.ts'
import type { StepGraph } from './steps.ts'
import type { Recording } from './sweep.ts'

/** Entries of a tensor that become scalars together when one of them is picked. */
const UNPACKED_TOGETHER = 256
/** The same where rows hold steps of a graph: what is not used leaves no code there. */
const STEPS_TOGETHER = 4096

/** The code of a row without specialised code whose partials do not depend on the operands that are rows. */
export const AFFINE_ROW = -1

/** A fresh tape, for nodes that record. */
export function newTape(): Tape {
  return new Tape()
}

/**
 * The adjoint tape: the linearised computational graph of one call of a function. For each recorded scalar operation it
 * holds the rows its operands came from and its local partials, in typed arrays; for each tensor operation a node with
 * its local linear map. Nothing in it knows an operator.
 */
export class Tape implements Transform {
  readonly level: number
  readonly arena: Arena
  readonly nodes: TapeNode[] = []
  /** The row that each node was added with. */
  readonly rowsOfNodes: number[] = []
  /** Rows of the nodes whose results are rows that follow, in ascending order; and the last of those. */
  readonly stepRows: number[] = []
  readonly stepEnds: number[] = []
  /** The graph whose steps the rows hold, where the function is being traced; see `StepGraph`. */
  readonly graph: StepGraph | undefined
  /** Whether an operation on scalars is a node where its row would not tell the operator. */
  wholeSteps = false
  /** Whether values were looked at, or steps recorded that hide what is in them. */
  observed = false
  /** Where elementwise operators of large tensors may wait until their entries are read: of a tape that ends with the call. */
  waiting: WaitingCall | undefined
  /** What stands for values of this tape while it is diverted. */
  #substitute: ((x: Traced | TracedTensor) => Value) | undefined

  /** Where each row tells its operator, second derivatives follow from the same record. */
  get order(): number {
    return this.wholeSteps ? 2 : 1
  }

  constructor(level = freshLevel(), { values, partials, sources, codes }: Buffers = takeBuffers(), graph?: StepGraph) {
    this.level = level
    this.graph = graph
    this.arena = new Arena(inspecting() ? RETIRED : graph === undefined ? TAPE : STEPS_TAPE, this, values, partials, sources, codes)
    this.arena.count = 1 // row 0 stands for "no source"
  }

  nextPage(): Arena {
    return this.arena
  }

  grown(old: Buffers): void {
    giveBuffers(old)
  }

  /** Ends the recording: values of it that are still around can no longer be used. */
  finish(): Recording {
    const { values, partials, sources, codes, count, nonlinear } = this.arena
    this.arena.close()
    return { values, partials, sources, codes, count, nodes: this.nodes, affine: !nonlinear, observed: this.observed, graph: this.graph }
  }

  /** An input of the recorded function. */
  leaf(primal: Value): Traced | TracedTensor {
    if (primal instanceof Tensor || (isTraced(primal) && !this.#isStep(primal))) return this.#output(primal, () => new LeafNode()) as Traced | TracedTensor
    return this.scalarLeaf(this.#rowValue(primal))
  }

  /** Whether a value is a scalar of the graph below. */
  #isStep(x: Value): boolean {
    return this.graph !== undefined && x instanceof Traced && x.arena === this.graph.arena
  }

  /** A scalar as a row holds it: itself, or its step. */
  #rowValue(x: Value): number {
    return this.graph === undefined ? Number(x) : this.graph.idOf(x)
  }

  /** Inputs that are plain numbers. */
  scalarLeaves(primals: ArrayLike<number>): Traced[] {
    const { arena } = this
    const first = arena.count
    if (first + primals.length > arena.capacity) growTape(arena, primals.length)
    arena.count += primals.length
    const { values, sources, codes } = arena
    const leaves = new Array<Traced>(primals.length)
    for (let i = 0; i < primals.length; i++) {
      const row = first + i
      values[row] = this.#rowValue(primals[i] as number)
      sources[2 * row] = 0
      sources[2 * row + 1] = 0
      codes[row] = 0
      leaves[i] = new Traced(arena, row)
    }
    return keptApart(leaves)
  }

  /** An input that is a plain number, or a step. */
  scalarLeaf(primal: number): Traced {
    const { arena } = this
    const row = nextRow(arena)
    arena.values[row] = primal
    arena.sources[2 * row] = 0
    arena.sources[2 * row + 1] = 0
    arena.codes[row] = 0
    return new Traced(arena, row)
  }

  /**
   * Runs a function whose operations on values of this tape are not recorded here: they are applied to what `substitute`
   * gives for the values. A finished tape can be diverted, too.
   */
  divert<R>(substitute: ((x: Traced | TracedTensor) => Value) | undefined, run: () => R): R {
    const outer = this.#substitute
    const { kind } = this.arena
    this.#substitute = substitute
    this.arena.kind = RETIRED
    beginDiversion(this, substitute)
    try {
      return run()
    } finally {
      endDiversion()
      this.#substitute = outer
      this.arena.kind = kind
    }
  }

  /** What stands for a value of another tape that is being diverted. */
  protected redirect(x: Value): Value {
    let current = x
    while (isTraced(current) && current.arena.owner !== this) {
      const next: Value = current.arena.owner.substituted?.(current) ?? current
      if (next === current) break
      current = next
    }
    return current
  }

  substituted(x: Traced | TracedTensor): Value {
    return this.#substitute?.(x) ?? x
  }

  owns(x: unknown): x is Traced | TracedTensor {
    return isTraced(x) && x.arena.owner === this
  }

  wrap(primal: Value): Value {
    return primal
  }

  isTracked(x: unknown): x is Traced | TracedTensor {
    return this.owns(x)
  }

  /** Where a value's adjoint is kept: its row if above 0, the node −1−k if below, 0 when it is not of this tape. */
  reference(x: Value): number {
    if (!this.owns(x)) return 0
    if (x instanceof TracedTensor) return -1 - (x.box as Boxed).node
    return x.arena.kind === BOXED ? -1 - (x.arena.box as Boxed).node : x.index
  }

  primal(x: Value): Value {
    return settled(this.#unsettled(x))
  }

  #unsettled(x: Value): Value {
    if (!this.owns(x)) return x
    if (this.#substitute !== undefined) return this.#substitute(x)
    if (x instanceof TracedTensor) return (x.box as Boxed).primal
    if (x.arena.kind === BOXED) return (x.arena.box as Boxed).primal
    const held = x.arena.values[x.index] as number
    return this.graph === undefined ? held : this.graph.handle(held)
  }

  /** One or two scalars over a graph: the steps of result and partials, and a row that holds them. */
  applyFew(definition: Definition, x: Value, y: Value | undefined): Value | undefined {
    const a = this.#stepOf(x)
    const b = y === undefined ? 0 : this.#stepOf(y)
    if (a < 0 || b < 0) return undefined
    const graph = this.graph as StepGraph
    const out = graph.step(definition, a, b)
    if (!definition.differentiable) {
      this.observe()
      return graph.handle(out)
    }
    const [rowX, rowY] = [this.#rowOf(x), this.#rowOf(y)]
    const active = (rowX > 0 ? 1 : 0) + (rowY > 0 ? 2 : 0)
    graph.partials(definition, active, a, b, out, partialSteps)
    const [p, q] = partialSteps as unknown as [number, number]
    if (!this.arena.nonlinear && definition.affine?.(active === 1 ? [true] : [rowX > 0, rowY > 0]) !== true) this.arena.nonlinear = true
    if (p < 0 && q < 0) return graph.handle(out)
    // The other operand stands where no partial does, as in rows of numbers.
    const code = hasOrder(definition, active) ? 0 : 8 * (definition as Partial<ElementwiseDefinition>).code! + (p < 0 ? 0 : 1) + (q < 0 ? 0 : 2)
    if (p < 0) return tapeRow(this.arena, out, rowY, q, 0, a, code)
    return tapeRow(this.arena, out, rowX, p, q < 0 ? 0 : rowY, q < 0 ? b : q, code)
  }

  /** The step of a scalar that is of this tape or of the graph below, or plain; −1 for others. */
  #stepOf(x: Value): number {
    if (!(x instanceof Traced)) return typeof x === 'number' ? (this.graph as StepGraph).idOf(x) : -1
    if (x.arena === this.arena) return x.arena.values[x.index] as number
    return x.arena.kind === STEPS && x.arena === this.graph?.arena ? x.index : -1
  }

  #rowOf(x: Value | undefined): number {
    return x instanceof Traced && x.arena === this.arena ? x.index : 0
  }

  apply(definition: Definition, values: readonly Value[], asked: unknown): Value {
    const params = definition.recorded === undefined ? asked : definition.recorded(asked)
    const operands = diverted > 0 ? values.map(each => this.redirect(each)) : values
    const call = definition.ofUser ? undefined : this.waiting
    const given = operands.map(each => held(call === undefined ? this.primal(each) : this.#unsettled(each)))
    const waiting = given.some(isTraced) ? undefined : call
    const primals = waiting === call ? given : given.map(settled)
    const compute = () => dispatch(definition, primals, params)
    const out = waiting === undefined ? compute() : waiting.apply(compute, primals)
    if (this.#substitute !== undefined) return settled(out)
    below(out, this, definition)
    if (!definition.differentiable) {
      this.observe()
      return settled(out)
    }
    const references = operands.map(each => this.reference(each))
    const active = references.map(each => each !== 0)
    const linearize = () => definition.linearize(primals, out, params, active)
    const map = (waiting !== undefined && waits.by?.chained(linearize)) || linearize()
    if (!this.arena.nonlinear && definition.affine?.(active) !== true) this.arena.nonlinear = true
    const place = inspect?.applied(definition, primals, out)
    const row = inspecting() ? undefined : this.scalarRow(definition, primals, out, references, map)
    if (row !== undefined) return row
    const application = { definition, params, inputs: references, shapes: primals.map(shapeOf), outShape: shapeOf(out), note: place }
    return this.#output(out, output => new MapNode(output, application, map, primals, out, newTape))
  }

  /** Takes note that the function's path may depend on its argument. */
  observe(): void {
    this.arena.nonlinear = true
    this.observed = true
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    this.observe()
    return ask(
      definition,
      operands.map(each => this.primal(diverted > 0 ? this.redirect(each) : each)),
    )
  }

  assemble(given: readonly Value[], shape: Shape): Value {
    const scalars = diverted > 0 ? given.map(each => this.redirect(each)) : given
    if (
      this.#substitute !== undefined ||
      this.graph !== undefined ||
      !scalars.every(each => !isTraced(each) || (this.owns(each) && each.arena === this.arena))
    ) {
      return this.apply(stackScalars.definition, scalars, { shape })
    }
    const data = new Float64Array(sizeOfShape(shape))
    const rows = new Int32Array(data.length)
    for (let i = 0; i < data.length; i++) {
      const scalar = scalars[i] as Value
      rows[i] = this.reference(scalar)
      data[i] = Number(this.primal(scalar))
    }
    return this.#output(new Tensor(data, shape), output => new AssembleNode(output, rows, shape))
  }

  /** One entry of a tensor. The entries around it are laid out as rows with it, so that a loop over entries is cheap. */
  pick(x: TracedTensor, position: number): Value {
    if (this.#substitute !== undefined) return pickEntry(this.#substitute(x) as Tensor, position)
    const box = x.box as Boxed
    const { primal } = box
    const { graph } = this
    // While an inspector looks on, every operation is a node.
    if (inspecting() || (isTraced(primal) && primal.arena !== graph?.arena)) return this.apply(pick.definition, [x], { position })
    const together = graph === undefined ? UNPACKED_TOGETHER : STEPS_TOGETHER
    const block = Math.floor(position / together)
    const start = block * together
    box.unpacked ??= new Map()
    let base = box.unpacked.get(block)
    if (base === undefined) {
      const length = Math.min(together, (primal as Tensor).size - start)
      const data =
        graph === undefined
          ? (primal as Tensor).data.subarray(start, start + length)
          : Float64Array.from({ length }, (_, i) => graph.idOf(pickEntry(primal as Tensor, start + i)))
      base = this.#unpack(this.reference(x), x.shape, start, data)
      box.unpacked.set(block, base)
    }
    return new Traced(this.arena, base + position - start)
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  /** Lays entries of a tensor out as rows of their own; the first of them. */
  #unpack(reference: number, shape: Shape, start: number, data: Float64Array): number {
    const { arena } = this
    this.stepRows.push(arena.count)
    this.stepEnds.push(arena.count + data.length)
    tapeRow(arena, 0, this.#add(new UnpackNode(arena.count, reference, shape, start, data.length)), 0, 0, 0)
    const base = arena.count
    if (base + data.length > arena.capacity) growTape(arena, data.length)
    arena.values.set(data, base)
    arena.sources.fill(0, 2 * base, 2 * (base + data.length))
    arena.codes.fill(0, base, base + data.length)
    arena.count += data.length
    return base
  }

  /** A step with several results, whose rows follow its own. What happens inside it is not seen here: it may be anything. */
  addStep(primals: readonly Value[], make: (outputs: readonly number[]) => TapeNode): Value[] {
    this.observe()
    const at = this.nodes.length
    this.stepRows.push(this.arena.count)
    tapeRow(this.arena, 0, this.#add(new LeafNode()), 0, 0, 0)
    const outputs = primals.map(primal => this.leaf(primal))
    this.stepEnds.push(this.arena.count - 1)
    this.nodes[at] = make(outputs.map(output => this.reference(output)))
    return outputs
  }

  /** The row of an elementwise operation on scalars over plain numbers; three sources take two rows. */
  protected scalarRow(definition: Definition, _primals: readonly Value[], out: Value, references: readonly number[], map: LinearMap): Value | undefined {
    const isScalar = (x: Value | undefined) => typeof x === 'number' || x === undefined || this.#isStep(x)
    if (!isScalar(out)) return undefined
    const partials = partialsOf(map)
    if (partials === undefined || !partials.every(isScalar)) return undefined
    const sources = references.flatMap((reference, i) => {
      const partial = partials[i]
      return reference === 0 || partial === undefined ? [] : [[reference, this.#rowValue(partial)] as const]
    })
    if (sources.some(([reference]) => reference < 0)) return undefined
    if (sources.length === 0) return out
    const code = definition.affine?.(references.map(each => each !== 0)) === true ? AFFINE_ROW : 0
    if (code === 0 && this.wholeSteps) return undefined
    const [[a, p], [b, q] = [0, 0], ...others] = sources as [readonly [number, number], ...(readonly [number, number])[]]
    const held = this.#rowValue(out)
    let row = tapeRow(this.arena, held, a, p, b, q, code)
    // A row has two sources: further ones take rows of their own, each of which goes on from the one before.
    for (const [c, r] of others) row = tapeRow(this.arena, held, row.index, this.#rowValue(1), c, r, code)
    return row
  }

  /** A traced value that a node makes: a row where it is a plain number, else the node itself. */
  #output(primal: Value, make: (reference: number) => TapeNode): Value {
    const boxed = primal instanceof Tensor || (isTraced(primal) && !this.#isStep(primal))
    const node = this.nodes.length
    const mark = this.#add(make(boxed ? -1 - node : this.arena.count))
    const row = tapeRow(this.arena, boxed ? Number.NaN : this.#rowValue(primal), mark, 0, 0, 0)
    if (!boxed) return row
    const box: Boxed = { primal, node, unpacked: undefined }
    if (primal instanceof Tensor) return new TracedTensor(this.arena, primal.shape, box, primal.dtype)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, box), 0)
  }

  /** Keeps a node; the mark that its row carries as source. */
  #add(node: TapeNode): number {
    this.nodes.push(node)
    this.rowsOfNodes.push(this.arena.count)
    return -this.nodes.length
  }
}

/** Whether an active operand is one by which there is no derivative, such as an order: no second partials are known then. */
function hasOrder({ operands }: Definition, active: number): boolean {
  return typeof operands === 'object' && [0, 1].some(k => (active & (1 << k)) !== 0 && !operands.includes(k))
}

/** Where a graph writes the steps of partials. */
const partialSteps = new Int32Array(2)

/** What stands behind a traced tensor, or behind a scalar whose payload is itself traced. */
export interface Boxed {
  primal: Value
  node: number
  /** First rows of the blocks of entries that were picked. */
  unpacked: Map<number, number> | undefined
  /** When it was made, on the clock of changes in place, where the imperative tape keeps one. */
  time?: number
}
