import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { type LoopParams, layoutOf } from '../graph/loop/parts.ts'
import { type CarriedSum, carriedText } from './carried-sums.ts'
import { whole, wholes } from './checked.ts'
import { numbersIn } from './places.ts'

/** The code of a loop's body or condition. */
export interface PartWriter {
  /** The statements that compute its outputs. */
  readonly steps: readonly string[]
  read(id: number): string
  /** Whether what a step is read by may stand for an input that is changed later. */
  mayReadInputs(id: number): boolean
  /** A tensor of its own that is made once. */
  buffer(shape: Shape): string
}

/** The code around a loop. */
export interface Around {
  /** An operand of the loop. */
  read(position: number): string
  /** The code of a graph whose inputs have these names, and the entries of some of them those. */
  within(graph: Graph, prefix: string, inputs: readonly string[], entries?: ReadonlyMap<number, string>): PartWriter
}

/**
 * Entries that each round adds up at places: the name of the sum's numbers, and the outputs of the body that are entries and places. Of
 * one that is carried the numbers need not be 0 before, and `check` adds up all of them.
 */
export interface RoundSum {
  readonly to: string
  readonly entries: number
  readonly places: number
  readonly carried: CarriedSum | undefined
  readonly check: string
}

/**
 * A loop of a graph as a loop: its state in variables, what it gives for each round in its result. `own` begins its names; the
 * entries of its result are named by it and an o.
 */
export function roundsText(params: LoopParams, own: string, { read, within }: Around, sums: readonly RoundSum[]): string[] {
  const { body, condition, count, carries, items, reverse, bounded } = params
  const layout = layoutOf(params)
  const out = `${own}o`
  const round = `${own}i`
  const nodesOf = (list: readonly number[]) => list.map(each => body.nodes[each] as GraphNode)
  const inputNodes = nodesOf(body.inputs.slice(1))
  const names = inputNodes.map((node, k) => {
    if (k < carries) return `${own}c${k}`
    if (k >= carries + items) return read(k)
    const from = `${own}x${k - carries}`
    if (isScalarNode(node)) return `${from}[${round}]`
    const size = sizeOfShape(node.shape)
    return `new Tensor(${from}.subarray(${size} * ${round}, ${size} * ${round} + ${size}), [${wholes(node.shape)}])`
  })
  const heads: string[] = []
  for (let k = 0; k < items; k++) heads.push(`const ${own}x${k} = ${read(carries + k)}.data`)
  // Items that are tensors are made once for each round.
  const locals = inputNodes.flatMap((node, k) => (k >= carries && k < carries + items && !isScalarNode(node) ? [`const ${own}t${k} = ${names[k]}`] : []))
  inputNodes.forEach((node, k) => {
    if (k >= carries && k < carries + items && !isScalarNode(node)) names[k] = `${own}t${k}`
  })
  const summed = new Set(sums.flatMap(({ entries, places }) => [entries, places]))
  const numbers = body.outputs.map((id, k) => (k >= carries ? numbersIn(body.nodes, id) : undefined))
  // Of a tensor that is put together from numbers those are written where they belong.
  const needed = body.outputs.flatMap((id, k) => numbers[k] ?? [id])
  // V8 reads a property of what is the same in all rounds anew in each.
  const entries = new Map<number, string>()
  inputNodes.forEach((node, k) => {
    if (k < carries + items || isScalarNode(node)) return
    entries.set(k + 1, `${own}d${k}`)
    heads.push(`const ${own}d${k} = ${read(k)}.data`)
  })
  const writer = within(new Graph(body.nodes, body.inputs, needed), own, [round, ...names], entries)
  const state = inputNodes.slice(0, carries)
  state.forEach((node, k) => {
    const init = read(k)
    if (isScalarNode(node)) heads.push(`let ${own}c${k} = ${init}`)
    else heads.push(`const ${own}c${k} = ${writer.buffer(node.shape)}; ${own}c${k}.data.set(${init}.data)`)
  })
  const most = bounded ? `${own}n` : String(whole(count))
  if (bounded) heads.push(`const ${most} = Math.min(Math.max(Math.trunc(${read(-1)}), 0), ${whole(count)}) || 0`)
  // What rounds would give that are not run is 0.
  if (bounded || condition !== undefined) heads.push(`${out}.fill(0)`)
  const statements = [...locals, ...writer.steps]
  layout.outputs.forEach(({ start, size }, k) => {
    const output = carries + k
    if (summed.has(output)) return
    const at = size === 1 ? `${start} + ${round}` : `${start} + ${size} * ${round}`
    const parts = numbers[output]?.map((id, i) => `${out}[${at}${i === 0 ? '' : ` + ${i}`}] = ${writer.read(id)}`)
    statements.push(...(parts ?? [`${out}.set(${writer.read(body.outputs[output] as number)}.data, ${at})`]))
  })
  const after: string[] = []
  sums.forEach(({ to, entries, places, carried, check }, k) => {
    const [each, place] = [numbers[entries], numbers[places]]
    if (carried !== undefined && each !== undefined) {
      const text = carriedText(carried, params, { to, own: `${own}w${k}_`, round, check }, each.map(writer.read))
      if (text.head !== '') heads.push(text.head)
      statements.push(...text.statements)
      after.push(...text.after)
      return
    }
    const data = (output: number, list: readonly number[] | undefined) =>
      list === undefined ? `${writer.read(body.outputs[output] as number)}.data` : `[${list.map(writer.read).join(', ')}]`
    if (each !== undefined && place !== undefined)
      each.forEach((id, i) => void statements.push(`${to}[${writer.read(place[i] as number)}] += ${writer.read(id)}`))
    else statements.push(`{ const x = ${data(entries, each)}, p = ${data(places, place)}; for (let i = 0; i < p.length; i++) ${to}[p[i]] += x[i] }`)
  })
  // The next state may be made of the one before: it is read as a whole before any of it is put in place.
  const next = state.map((node, k) => {
    const output = body.outputs[k] as number
    const value = writer.read(output)
    if (!writer.mayReadInputs(output)) return value
    statements.push(`const ${own}s${k} = ${isScalarNode(node) ? value : `new Tensor(${value}.data.slice(), ${value}.shape)`}`)
    return `${own}s${k}`
  })
  state.forEach((node, k) => void statements.push(isScalarNode(node) ? `${own}c${k} = ${next[k]}` : `${own}c${k}.data.set(${next[k]}.data)`))
  let head: string
  if (condition === undefined)
    head = reverse ? `for (let ${round} = ${most} - 1; ${round} >= 0; ${round}--)` : `for (let ${round} = 0; ${round} < ${most}; ${round}++)`
  else {
    const test = within(condition, `${own}q`, [round, ...names])
    statements.unshift(...test.steps, `if (!${test.read(condition.outputs[0] as number)}) break`)
    heads.push(`let ${round} = 0`)
    head = `for (; ${round} < ${most}; ${round}++)`
    after.push(`${out}[${layout.rounds}] = ${round}`)
  }
  layout.carries.forEach(
    ({ start }, k) => void after.push(isScalarNode(state[k]) ? `${out}[${start}] = ${own}c${k}` : `${out}.set(${own}c${k}.data, ${start})`),
  )
  return [...heads, `${head} {\n    ${statements.join('\n    ')}\n  }`, ...after]
}
