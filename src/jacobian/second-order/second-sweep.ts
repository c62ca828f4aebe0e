import { strongProduct } from '../../core/rows.ts'
import { isTraced } from '../../core/traced.ts'
import type { Value } from '../../core/types.ts'
import { Forward } from '../../forward/dual.ts'
import { secondPartials } from '../../ops/generated-second.ts'
import { type ElementwiseDefinition, elementwiseByCode } from '../../ops/kinds/elementwise.ts'
import { CheckpointNode } from '../../reverse/checkpoint.ts'
import { AssembleNode, LeafNode, MapNode, type TapeNode, UnpackNode } from '../../reverse/nodes.ts'
import { giveBuffers } from '../../reverse/pool.ts'
import type { StepGraph } from '../../reverse/steps.ts'
import { type Recording, Sweep, sweepForward } from '../../reverse/sweep.ts'
import { AFFINE_ROW, newTape, type Tape } from '../../reverse/tape.ts'
import { TransposedPush } from '../../reverse/transpose.ts'

/**
 * Whether the second derivatives of every step are known: rows by their operators' rules, nodes over plain numbers; over a graph rows alone,
 * and with `byEntries` nodes, too. Checkpoints are recorded again to see.
 */
export function isTwiceDifferentiable({ sources, codes, count, nodes, graph }: Recording, byEntries = false): boolean {
  if (graph === undefined ? !nodes.every(isPlain) : !(byEntries ? nodes.every(node => isOf(graph, node)) : nodes.length === 0)) return false
  for (let row = 1; row < count; row++) if (codes[row] === 0 && ((sources[row << 1] as number) > 0 || (sources[(row << 1) + 1] as number) > 0)) return false
  return true
}

function isPlain(node: TapeNode): boolean {
  if (node instanceof CheckpointNode) {
    if (!node.isWhole) return false
    const { recording } = node.recorded(wholeTape())
    const known = isTwiceDifferentiable(recording)
    giveBuffers(recording)
    return known
  }
  if (node instanceof MapNode) return !isTraced(node.out) && !node.primals.some(isTraced)
  return node instanceof AssembleNode || node instanceof UnpackNode || node instanceof LeafNode
}

/** Whether a node is over values of a graph, and not of a transform above it. */
function isOf(graph: StepGraph, node: TapeNode): boolean {
  return !(node instanceof MapNode) || [node.out, ...node.primals].every(each => !isTraced(each) || each.arena === graph.arena)
}

/**
 * A walk back over a recording with the tangents of its adjoints, which are added to `products`: for a row i with the partial p
 * of its source a, adjoint v and tangents t,
 *
 *   v̇_a += p v̇_i + v Σ_b ∂²i/∂a∂b t_b,
 *
 * so that the inputs are left with the product of the Hessian with the tangents that they were given. Where the adjoints are
 * not known yet (`both`), they are pulled on the same walk.
 *
 * Source: Griewank and Walther, Evaluating Derivatives, section 5.3 (second-order adjoints).
 */
export function pullTangents(recording: Recording, adjoints: Sweep, tangents: Sweep, products: Sweep, both: boolean): void {
  const { values, partials, sources, codes, nodes, count } = recording
  const { width, rows } = products
  const t = tangents.rows
  const adjointRows = adjoints.rows
  const h = new Float64Array(3)
  for (let row = count - 1; row > 0; row--) {
    const pair = row << 1
    const a = sources[pair] as number
    if (a < 0) {
      pullNode(nodes[-1 - a] as TapeNode, adjoints, tangents.ofNodes, products.ofNodes, both)
      continue
    }
    const b = sources[pair + 1] as number
    if (a + b === 0) continue
    const p = partials[pair] as number
    const q = partials[pair + 1] as number
    const from = row * width
    const toA = a * width
    const toB = b * width
    for (let k = 0; k < width; k++) {
      const dot = rows[from + k] as number
      if (dot === 0) continue
      if (a !== 0) rows[toA + k] = (rows[toA + k] as number) + strongProduct(dot, p)
      if (b !== 0) rows[toB + k] = (rows[toB + k] as number) + strongProduct(dot, q)
    }
    const v = adjointRows[row] as number
    if (v === 0) continue
    if (both) {
      if (a !== 0) adjointRows[a] = (adjointRows[a] as number) + strongProduct(v, p)
      if (b !== 0) adjointRows[b] = (adjointRows[b] as number) + strongProduct(v, q)
    }
    const rule = secondPartials[codes[row] as number]
    if (rule === undefined) continue
    h[0] = 0
    h[1] = 0
    h[2] = 0
    rule.write(values, partials, sources, row, h)
    const xx = strongProduct(v, h[0])
    const xy = strongProduct(v, h[1])
    const yy = strongProduct(v, h[2])
    for (let k = 0; k < width; k++) {
      const s = t[toA + k] as number
      if (b === 0) {
        rows[toA + k] = (rows[toA + k] as number) + strongProduct(xx, s)
        continue
      }
      const u = t[toB + k] as number
      rows[toA + k] = (rows[toA + k] as number) + strongProduct(xx, s) + strongProduct(xy, u)
      rows[toB + k] = (rows[toB + k] as number) + strongProduct(xy, s) + strongProduct(yy, u)
    }
  }
}

/** A tape whose rows all tell their operators. */
function wholeTape(): Tape {
  const tape = newTape()
  tape.wholeSteps = true
  return tape
}

/** The same for what a checkpoint dropped, which is recorded again. */
function pullCheckpoint(node: CheckpointNode, adjoints: Sweep, tangents: Sweep, products: Sweep, both: boolean): void {
  const { recording, inputs, outputs } = node.recorded(wholeTape())
  const { width } = products
  const inner = { adjoints: new Sweep(recording, 1), tangents: new Sweep(recording, width), products: new Sweep(recording, width) }
  const move = (from: Sweep, sources: readonly number[], to: Sweep, targets: readonly number[]) => {
    targets.forEach((target, i) => {
      for (let k = 0; k < to.width; k++) to.add(target, k, from.get(sources[i] as number, k))
    })
  }
  move(tangents, node.inputs, inner.tangents, inputs)
  sweepForward(recording, inner.tangents, 1)
  move(adjoints, node.outputs, inner.adjoints, outputs)
  move(products, node.outputs, inner.products, outputs)
  pullTangents(recording, inner.adjoints, inner.tangents, inner.products, true)
  if (both) move(inner.adjoints, inputs, adjoints, node.inputs)
  move(inner.products, inputs, products, node.inputs)
  for (const sweep of Object.values(inner)) sweep.release()
  giveBuffers(recording)
}

/** The same for a node: what is linear passes the tangents on, other operators' pullbacks are differentiated. */
function pullNode(node: TapeNode, adjoints: Sweep, tangents: Sweep, products: Sweep, both: boolean): void {
  if (node instanceof CheckpointNode) {
    pullCheckpoint(node, adjoints, tangents, products, both)
    return
  }
  const { width } = products
  const cotangent = node instanceof MapNode ? adjoints.get(node.output, 0) : undefined
  if (!(node instanceof MapNode) || isAffine(node) || cotangent === undefined || cotangent === 0) {
    if (both) node.pull(adjoints, 0)
    for (let k = 0; k < width; k++) node.pull(products, k)
    return
  }
  const { definition, inputs, params } = node.application
  const directions = Array.from({ length: width }, (_, k) => k)
  const tangentsOf = (sweep: Sweep, reference: number) => directions.map(k => (reference === 0 ? undefined : sweep.get(reference, k)))
  const forward = new Forward(width)
  try {
    const primals = node.primals.map((primal, i) => forward.lift(primal, tangentsOf(tangents, inputs[i] as number)))
    const out = forward.lift(node.out, tangentsOf(tangents, node.output))
    const active = inputs.map(input => input !== 0)
    const map = definition.linearize(primals, out, params, active)
    const lifted = forward.lift(cotangent, tangentsOf(products, node.output))
    const pulled = map.pull === undefined ? new TransposedPush(newTape(), map.push, primals, active).pull(lifted) : map.pull(lifted)
    inputs.forEach((input, i) => {
      if (input === 0) return
      if (both && pulled[i] !== undefined) adjoints.add(input, 0, forward.primal(pulled[i]))
      for (const k of directions) products.add(input, k, forward.tangent(pulled[i] as Value, k))
    })
  } finally {
    forward.close()
  }
}

export function isAffine({ application: { definition, inputs } }: MapNode): boolean {
  return definition.affine?.(inputs.map(input => input !== 0)) === true
}

/** Whether a recorded function is known to be a polynomial of degree 2 at most, so that its second derivatives are the same everywhere. */
export function isQuadratic({ sources, codes, count, nodes, observed }: Recording, inputs: readonly number[]): boolean {
  if (observed) return false
  const rows = new Uint8Array(count)
  const ofNodes = new Uint8Array(nodes.length)
  const degreeOf = (reference: number) => (reference < 0 ? (ofNodes[-1 - reference] as number) : (rows[reference] as number))
  const set = (reference: number, degree: number) => {
    if (reference < 0) ofNodes[-1 - reference] = degree
    else rows[reference] = degree
  }
  for (const input of inputs) set(input, 1)
  for (let row = 1; row < count; row++) {
    const [a, b] = [sources[row << 1] as number, sources[(row << 1) + 1] as number]
    if (a >= 0) {
      if (a + b === 0) continue
      const code = codes[row] as number
      const degrees = [rows[a] as number, rows[b] as number] as const
      if (code === AFFINE_ROW || elementwiseByCode[code >> 3]?.affine?.(maskOf(code)) === true) rows[row] = Math.max(...degrees)
      else if (secondPartials[code]?.constant === true) rows[row] = productDegree(b === 0 ? [degrees[0]] : degrees)
      else return false
      if ((rows[row] as number) > 2) return false
      continue
    }
    const node = nodes[-1 - a] as TapeNode
    if (node instanceof AssembleNode)
      set(
        node.output,
        node.rows.reduce((most, row) => Math.max(most, degreeOf(row)), 0),
      )
    else if (node instanceof UnpackNode) rows.fill(degreeOf(node.input), row + 1, row + 1 + node.length)
    else if (node instanceof MapNode) {
      const degrees = node.application.inputs.map(degreeOf)
      const degree = isAffine(node) ? Math.max(0, ...degrees) : isProduct(node) ? productDegree(degrees) : 3
      if (degree > 2) return false
      set(node.output, degree)
    }
  }
  return true
}

/** The degree of a product of two operands, or of one with itself. */
function productDegree(degrees: readonly number[]): number {
  return degrees.length === 1 ? 2 * (degrees[0] as number) : degrees.reduce((sum, each) => sum + each, 0)
}

function maskOf(code: number): boolean[] {
  return [(code & 1) !== 0, (code & 2) !== 0, (code & 4) !== 0]
}

/** Whether the second partials are constants, other than 0 for all operands. */
function isProduct({ application: { definition, inputs } }: MapNode): boolean {
  const mask = inputs.reduce((sum, input, i) => sum + (input === 0 ? 0 : 1 << i), 0)
  return definition.kind === 'multilinear' || secondPartials[8 * ((definition as Partial<ElementwiseDefinition>).code ?? 0) + mask]?.constant === true
}
