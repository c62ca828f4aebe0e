import { sizeOfShape } from '../../core/shape.ts'
import { Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { type LoopParams, layoutOf } from '../../graph/loop/parts.ts'
import { whole } from '../checked.ts'
import { numbersIn } from '../places.ts'
import type { Memory } from './memory.ts'
import type { Given, Steps } from './steps.ts'

/** The code around a loop. */
export interface Around {
  /** What the loop's own names begin with. */
  readonly own: string
  /** Where its result begins. */
  readonly out: string
  /** Entries that each round adds up at places: where the sum begins, and the outputs of the body that are entries and places. */
  readonly sums: readonly { readonly to: string; readonly size: number; readonly entries: number; readonly places: number }[]
  readonly memory: Memory
  /** An operand of the loop. */
  read(position: number): string
  /** The steps of a graph whose inputs are given. */
  within(graph: Graph, prefix: string, given: readonly Given[]): Steps
}

/** A loop of a graph as a loop: its state in variables and in the work vector, what it gives for each round in its result. */
export function roundLines(params: LoopParams, { own, out: result, sums, memory, read, within }: Around): string[] {
  const { body, condition, count, carries, items, reverse, bounded } = params
  const layout = layoutOf(params)
  const [out, round] = [`${own}o`, `${own}i`]
  const inputNodes = body.inputs.slice(1).map(each => body.nodes[each] as GraphNode)
  const state = inputNodes.slice(0, carries)
  const reserved: [number, number][] = []
  const room = (size: number) => {
    const at = memory.reserve(size)
    reserved.push([at, size])
    return `w + ${at}`
  }
  const sizeOf = (node: GraphNode) => sizeOfShape(node.shape)
  const typeOf = (node: GraphNode) => (node.dtype === 'bool' ? 'int' : 'dualtape_real')
  const copy = (to: string, from: string, size: number) => `memmove(${to}, ${from}, ${size} * sizeof *${out});`
  const heads: string[] = [`dualtape_real *const ${out} = ${result};`]
  for (const { to, size } of sums) heads.push(`for (int k = 0; k < ${size}; k++) (${to})[k] = 0;`)
  const names = inputNodes.map((node, k) => {
    if (k < carries) return `${own}c${k}`
    if (k >= carries + items) return read(k)
    const from = `${own}x${k - carries}`
    if (isScalarNode(node)) return node.dtype === 'bool' ? `(${from}[${round}] != 0)` : `${from}[${round}]`
    return `${from} + ${sizeOf(node)} * ${round}`
  })
  for (let k = 0; k < items; k++) heads.push(`const dualtape_real *const ${own}x${k} = ${read(carries + k)};`)
  state.forEach((node, k) => {
    const init = read(k)
    if (isScalarNode(node)) heads.push(`${typeOf(node)} ${own}c${k} = ${init};`)
    else heads.push(`dualtape_real *const ${own}c${k} = ${room(sizeOf(node))};`, copy(`${own}c${k}`, init, sizeOf(node)))
  })
  const most = bounded ? `${own}n` : String(whole(count))
  if (bounded) {
    const asked = read(-1)
    heads.push(`const int ${most} = ${asked} >= 1 ? ${asked} < ${whole(count)} ? (int)${asked} : ${count} : 0;`)
  }
  // What rounds would give that are not run is 0.
  if ((bounded || condition !== undefined) && layout.size > 0) heads.push(`for (int k = 0; k < ${layout.size}; k++) ${out}[k] = 0;`)
  const index = `${own}r`
  const given = [index, ...names]
  const summed = new Set(sums.flatMap(({ entries, places }) => [entries, places]))
  const numbers = body.outputs.map((id, k) => (k >= carries ? numbersIn(body.nodes, id) : undefined))
  // Of a tensor that is put together from numbers those are written where they belong.
  const needed = body.outputs.flatMap((id, k) => numbers[k] ?? [id])
  const steps = within(new Graph(body.nodes, body.inputs, needed), `${own}v`, given)
  const statements = [...steps.lines]
  layout.outputs.forEach(({ start, size }, k) => {
    const output = carries + k
    if (summed.has(output) || size === 0) return
    const at = size === 1 ? `${start} + ${round}` : `${start} + ${size} * ${round}`
    const parts = numbers[output]?.map((id, i) => `${out}[${at}${i === 0 ? '' : ` + ${i}`}] = ${steps.read(id)};`)
    statements.push(...(parts ?? [copy(`${out} + ${at}`, steps.pointer(body.outputs[output] as number), size)]))
  })
  for (const { to, entries, places } of sums) {
    const [each, place] = [numbers[entries], numbers[places]]
    if (each !== undefined && place !== undefined)
      each.forEach((id, i) => void statements.push(`(${to})[(int)${steps.read(place[i] as number)}] += ${steps.read(id)};`))
    else {
      const list = (name: string, output: number, parts: readonly number[] | undefined) =>
        parts === undefined
          ? `const dualtape_real *const ${name} = ${steps.pointer(body.outputs[output] as number)};`
          : `const dualtape_real ${name}[${parts.length}] = {${parts.map(id => steps.read(id)).join(', ')}};`
      const length = sizeOf(body.nodes[body.outputs[entries] as number] as GraphNode)
      statements.push('{', list('x', entries, each), list('p', places, place), `for (int k = 0; k < ${length}; k++) (${to})[(int)p[k]] += x[k];`, '}')
    }
  }
  // The next state may be made of the one before: it is read as a whole before any of it is put in place.
  const next = state.map((node, k) => {
    const output = body.outputs[k] as number
    const value = isScalarNode(node) ? steps.read(output) : steps.pointer(output)
    if (!steps.mayReadInputs(output)) return value
    const own2 = `${own}s${k}`
    if (isScalarNode(node)) statements.push(`const ${typeOf(node)} ${own2} = ${value};`)
    else statements.push(`dualtape_real *const ${own2} = ${room(sizeOf(node))};`, copy(own2, value, sizeOf(node)))
    return own2
  })
  state.forEach((node, k) => void statements.push(isScalarNode(node) ? `${own}c${k} = ${next[k]};` : copy(`${own}c${k}`, next[k] as string, sizeOf(node))))
  const after: string[] = []
  let head: string
  const test: string[] = []
  if (condition === undefined)
    head = reverse ? `for (int ${round} = ${most} - 1; ${round} >= 0; ${round}--) {` : `for (int ${round} = 0; ${round} < ${most}; ${round}++) {`
  else {
    const asks = within(condition, `${own}q`, given)
    test.push(...asks.lines, `if (!${asks.read(condition.outputs[0] as number)}) break;`)
    asks.close()
    heads.push(`int ${round} = 0;`)
    head = `for (; ${round} < ${most}; ${round}++) {`
    after.push(`${out}[${layout.rounds}] = ${round};`)
  }
  steps.close()
  const isRead = [...test, ...statements].some(line => new RegExp(`\\b${index}\\b`).test(line))
  const first = isRead ? [`const dualtape_real ${index} = ${round};`] : []
  layout.carries.forEach(
    ({ start, size }, k) => void after.push(isScalarNode(state[k]) ? `${out}[${start}] = ${own}c${k};` : copy(`${out} + ${start}`, `${own}c${k}`, size)),
  )
  for (const [at, size] of reserved) memory.free(at, size)
  return ['{', ...heads, head, ...first, ...test, ...statements, '}', ...after, '}']
}
