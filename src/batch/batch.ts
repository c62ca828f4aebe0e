import type { Definition } from '../core/definition.ts'
import { ask, asValue, atLevel, below, dispatch, shapeOf } from '../core/dispatch.ts'
import { describe, OptionError, ShapeError, TracedValueError, TreeError } from '../core/errors.ts'
import { eye, ones, zeros } from '../core/makers.ts'
import { formatShape, type Shape, sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { Arena, BOXED, beginPassing, countAbstract, endPassing, freshLevel, isTraced, RETIRED, Traced, TracedTensor, type Transform } from '../core/traced.ts'
import { deeper, isPlainObject, leavesLike, mapTree } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { entryAt } from '../ops/indexing.ts'
import { gatherEntries } from '../ops/movement.ts'
import { pick } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'
import { permute, reshape, stack } from '../ops/shape.ts'

/** Which axis of an argument holds the items of the batch; null for an argument that all items share. A tree of them for a tree. */
export type BatchAxes = number | null | readonly BatchAxes[] | { readonly [key: string]: BatchAxes }

/** Batched values: a tensor one level down whose first axis holds the items. It runs until it is closed. */
export class Batch implements Transform {
  readonly level = freshLevel()
  readonly abstract = true
  readonly many = true
  readonly arena: Arena = new Arena(RETIRED, this)
  /** Number of items; −1 while it is not known. */
  size: number
  /** Whether some argument with items is a Tensor. */
  #tensors = false

  constructor(size = -1) {
    this.size = size
    countAbstract(1)
    beginPassing(this.level)
  }

  /** Ends the transform: values of it that are still around can no longer be used. */
  close(): void {
    countAbstract(-1)
    endPassing(this.level)
    this.arena.close()
  }

  nextPage(): Arena {
    return this.arena
  }

  /** An argument as one item sees it. */
  lift(arg: unknown, axis: BatchAxes, role: string, depth = 0): unknown {
    if (axis === null) return arg
    if (arg instanceof Tensor || isNumericTypedArray(arg)) {
      this.#tensors ||= arg instanceof Tensor
      return this.#liftLeaf(asValue('vmap', arg), axis, role)
    }
    if (isNumericArray(arg)) {
      if (!isRegular(arg)) return this.#liftItems(arg, axis, role)
      const value = this.#liftLeaf(asValue('vmap', arg), axis, role)
      return value instanceof TracedTensor ? value.toArray() : value
    }
    const part = (each: unknown, key: number | string, name: string) => this.lift(each, partOf(axis, key), `${role}${name}`, deeper('vmap: an argument', depth))
    if (Array.isArray(arg)) return arg.map((each, i) => part(each, i, `[${i}]`))
    if (isPlainObject(arg)) return Object.fromEntries(Object.entries(arg).map(([key, each]) => [key, part(each, key, `.${key}`)]))
    throw new TreeError(`vmap: ${role} is ${describe(arg)}, which has no axis of items. Give null for it in the option in.`)
  }

  /** Items that are nested arrays of scalars, but no tensors. */
  #liftItems(items: readonly unknown[], axis: BatchAxes, role: string): unknown {
    if (axis !== 0) throw new ShapeError(`vmap: ${role} is a ragged array, which holds its items along its first axis only.`)
    const [first] = items
    if (!Array.isArray(first)) return this.#liftLeaf(asValue('vmap', items), 0, role)
    return first.map((_, i) =>
      this.#liftItems(
        items.map(item => (item as unknown[])[i]),
        0,
        role,
      ),
    )
  }

  #liftLeaf(value: Value, axis: BatchAxes, role: string): Value {
    const shape = shapeOf(value)
    if (typeof axis !== 'number' || !Number.isInteger(axis) || axis >= shape.length || axis < -shape.length) {
      throw new ShapeError(`vmap: ${role} has shape ${formatShape(shape)} and no axis ${JSON.stringify(axis)}.`)
    }
    const at = axis < 0 ? axis + shape.length : axis
    const size = shape[at] as number
    if (this.size >= 0 && size !== this.size) {
      throw new ShapeError(`vmap: ${role} has ${size} items along axis ${at} of shape ${formatShape(shape)}, but others have ${this.size}.`)
    }
    this.size = size
    const front = at === 0 ? value : (permute(value as Tensor, [at, ...shape.map((_, i) => i).filter(i => i !== at)]) as Value)
    return this.wrap(front)
  }

  /** The batched value of a payload with a leading axis of items. */
  wrap(payload: Value): Value {
    const [, ...item] = shapeOf(payload)
    if (item.length > 0) return new TracedTensor(this.arena, item, payload, (payload as Tensor).dtype)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, payload), 0)
  }

  owns(x: Value): x is Traced | TracedTensor {
    return isTraced(x) && x.arena.owner === this
  }

  primal(x: Value): Value {
    if (!this.owns(x)) return x
    return (x instanceof TracedTensor ? x.box : x.arena.box) as Value
  }

  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    if (definition.compose !== undefined && definition.batch === undefined) return definition.compose(operands, params)
    const payloads = operands.map(each => this.primal(each))
    const batched = operands.map(each => this.owns(each))
    if (this.size === 0)
      return this.#none(
        shapeOf(
          dispatch(
            definition,
            payloads.map((payload, i) => (batched[i] ? exampleOf(payload) : payload)),
            params,
          ),
        ),
      )
    if (definition.batch !== undefined) return this.wrap(below(definition.batch(payloads, batched, this.size, params), this, definition))
    const results = Array.from({ length: this.size }, (_, item) =>
      dispatch(
        definition,
        payloads.map((payload, i) => (batched[i] ? itemOf(payload, item) : payload)),
        params,
      ),
    )
    return this.wrap(below(stack(results as number[]) as Value, this, definition))
  }

  /** No items of a shape. */
  #none(shape: Shape): Value {
    return this.wrap(zeros([0, ...shape]))
  }

  /** What all items share, once for each. */
  #repeated(value: Value): Value {
    return this.size === 0 ? zeros([0, ...shapeOf(value)]) : (stack(new Array<Tensor>(this.size).fill(value as Tensor)) as Value)
  }

  observe(): void {
    throw new TracedValueError(
      'value(x) of a batched value would be that of all items at once. Inside vmap, compute with operators, and read the result outside.',
    )
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    if (!operands.some(each => this.owns(each))) return ask(definition, operands)
    throw new TracedValueError(
      `A question was asked about a batched scalar, and its items may give different answers. Inside vmap, a branch is cond(${definition.name}(…), a, b) ` +
        `or where(${definition.name}(…), a, b), on the mask ${definition.name} in place of the question; in marked code, a condition whose sides only compute.`,
    )
  }

  assemble(scalars: readonly Value[], shape: Shape): Value {
    const batched = scalars.map(each => this.owns(each))
    const columns = scalars.map((each, i) => (batched[i] ? this.primal(each) : this.#repeated(each)))
    const payload = columns.length === 0 ? reshape([], [this.size, 0]) : stack(columns as Tensor[], { axis: 1 })
    return this.wrap(reshape(payload, [this.size, ...shape]))
  }

  entryAt(tensor: Tensor, indices: readonly number[]): Value {
    return entryAt(tensor, indices)
  }

  pick(x: TracedTensor, position: number): Value {
    return this.apply(pick.definition, [x], { position })
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  /** Another batch of as many items, whose results have the same form. */
  again(): Batch {
    const batch = new Batch(this.size)
    batch.#tensors = this.#tensors
    return batch
  }

  /** One item of an argument that was lifted. */
  item(lifted: unknown, item: number): unknown {
    return mapTree(lifted, 'vmap: an argument', leaf => (this.owns(leaf as Value) ? itemOf(this.primal(leaf as Value), item) : leaf), { keeps: () => true })
  }

  /** Results of a function for each item, as one that stands for all. */
  gathered(results: readonly unknown[]): unknown {
    const role = "vmap: the function's result"
    const trees = results.map(each => mapTree(each, role, leaf => (isNumericTypedArray(leaf) ? asValue('vmap', leaf) : leaf)))
    const lists = trees.map((each, i) => leavesLike(trees[0], each, 'vmap: the result for the first item', `vmap: the result for item ${i + 1}`))
    let at = 0
    return mapTree(trees[0], role, () => {
      const whole = this.wrap(stack(lists.map(leaves => leaves[at] as Tensor)) as Value)
      at++
      return whole
    })
  }

  /** Nested arrays of scalars that are no tensor: one for each item. */
  #perItem(nested: readonly unknown[]): unknown[] {
    const columns = nested.map(each => (Array.isArray(each) ? this.#perItem(each) : (this.collect(each, 0) as Iterable<unknown>)))
    const lists = columns.map(column => [...column])
    return Array.from({ length: this.size }, (_, item) => lists.map(list => list[item]))
  }

  /** The result for all items, with their axis where it is wanted. */
  collect(result: unknown, axis: number): unknown {
    const role = "vmap: the function's result"
    const whole = (leaf: Value): Value => {
      const payload = this.owns(leaf) ? this.primal(leaf) : this.#repeated(leaf)
      const rank = shapeOf(payload).length
      const to = axis < 0 ? axis + rank : axis
      if (!Number.isInteger(axis) || to < 0 || to >= rank) {
        throw new ShapeError(`vmap: a result of shape ${formatShape(shapeOf(payload).slice(1))} per item has no axis ${axis} for the items.`)
      }
      if (to === 0) return payload
      const order = Array.from({ length: rank - 1 }, (_, i) => i + 1)
      order.splice(to, 0, 0)
      return permute(payload as Tensor, order)
    }
    const convert = (tree: unknown): unknown => {
      if (isNumericArray(tree)) {
        if (!isRegular(tree)) return this.#perItem(tree)
        const value = whole(asValue('vmap', tree))
        return this.#tensors || !(value instanceof Tensor) ? value : value.toArray()
      }
      if (Array.isArray(tree)) return tree.map(convert)
      if (typeof tree === 'boolean') return convert(Number(tree))
      if (isPlainObject(tree)) {
        return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, convert(each)]))
      }
      return mapTree(tree, role, given => {
        const leaf = atLevel(given, this.level)
        const value = whole(asValue('vmap', leaf))
        return this.#tensors || !(value instanceof Tensor) || leaf instanceof Tensor ? value : value.toArray()
      })
    }
    return convert(result)
  }
}

/** Whether nested arrays have the shape of a tensor. */
function isRegular(nested: readonly unknown[]): boolean {
  const shapes = nested.map(each => (Array.isArray(each) ? shapeOf(each).join() : ''))
  return shapes.every(shape => shape === shapes[0]) && nested.every(each => !Array.isArray(each) || isRegular(each))
}

/** An item where there is none, for the shapes of what is computed from it: a unit matrix where it can be one, else ones. */
function exampleOf(payload: Value): Value {
  const [, ...shape] = shapeOf(payload)
  const [n, m] = shape.slice(-2)
  if (shape.length === 0) return 1
  return shape.length > 1 && n === m ? (broadcastTo(eye(n as number), shape) as Value) : ones(shape)
}

function itemOf(payload: Value, item: number): Value {
  const [, ...shape] = shapeOf(payload)
  const size = sizeOfShape(shape)
  if (shape.length === 0) return pick(payload as Tensor, item) as unknown as Value
  return gatherEntries(payload as Tensor, { shape, indices: Int32Array.from({ length: size }, (_, i) => item * size + i) })
}

/** The axes of a part of an argument. */
function partOf(axis: BatchAxes, key: number | string): BatchAxes {
  if (typeof axis === 'number' || axis === null) return axis
  const part = (axis as Record<string | number, BatchAxes>)[key]
  if (part === undefined) throw new OptionError(`vmap: the option in says nothing for ${key}. Give an axis, or null.`)
  return part
}

/** Nested arrays of scalars, or of none. */
function isNumericArray(x: unknown): x is unknown[] {
  return Array.isArray(x) && x.every(each => typeof each === 'number' || each instanceof Traced || isNumericArray(each))
}
