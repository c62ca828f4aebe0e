import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { isLarge } from '../../ops/kernels/gemm.ts'
import { checkedIndices, gatherAt, scatterAt } from '../../ops/places.ts'
import { whole, wholes } from '../checked.ts'
import { isSingle, MOST_PRODUCTS, movementOf, productOf, rowsOf, startOf } from '../nest.ts'
import { checkedText, inRange } from './indices.ts'
import type { Scope } from './scope.ts'

/** A tensor that is made of others' entries as they stand; undefined for other operators. */
export function movedText(scope: Scope, node: GraphNode): string | undefined {
  const { op, inputs, shape, dtype } = node
  const make = (data: string) => `new Tensor(${data}, [${wholes(shape)}]${dtype === 'bool' ? ", 'bool'" : ''})`
  const operands = inputs.map(input => scope.read(input))
  if (op === 'stackScalars') return make(`new Float64Array([${operands.join(', ')}])`)
  if ((op === 'reshape' || op === 'withShape') && shape.length > 0)
    return make(isScalarNode(scope.nodes[inputs[0] as number]) ? `Float64Array.of(${operands[0]})` : `${operands[0]}.data`)
  if (op !== 'section') return undefined
  return make(`${operands[0]}.data.subarray(${startOf(node)}, ${startOf(node) + sizeOfShape(shape)})`)
}

/** Statements that fill a tensor with entries of others, or with their product; undefined for other operators. */
export function filledText(scope: Scope, id: number): string | undefined {
  const { nodes } = scope
  const node = nodes[id] as GraphNode
  const { op, inputs, shape } = node
  if (shape.length === 0) return undefined
  const operands = inputs.map(input => scope.read(input))
  const out = scope.out(id)
  if (op === 'pack' || op === 'placeSection' || op === 'place') {
    let at = startOf(node)
    const parts = inputs.map((input, k) => {
      const from = at
      at += sizeOfShape((nodes[input] as GraphNode).shape)
      return isScalarNode(nodes[input]) ? `${out}[${from}] = ${operands[k]}` : `${out}.set(${operands[k]}.data, ${from})`
    })
    return [`${out}.fill(0)`, ...parts].join('; ')
  }
  if (op === 'matmul') return productText(scope, id)
  if (op === 'concat') {
    const { rows, lengths, length } = rowsOf(node, nodes)
    let at = 0
    const parts = operands.map((operand, k) => {
      const from = at
      const size = lengths[k] as number
      at += size
      if (rows === 1) return `${out}.set(${operand}.data, ${from})`
      const copy = `for (let j = 0; j < ${size}; j++) ${out}[${length} * r + ${from} + j] = x[${size} * r + j]`
      return `{ const x = ${operand}.data; for (let r = 0; r < ${rows}; r++) ${size === 1 ? `${out}[${length} * r + ${from}] = x[r]` : copy} }`
    })
    return parts.join('; ')
  }
  if (node.definition === checkedIndices.definition) {
    const each = `const x = ${operands[0]}.data[i]; ${out}[i] = ${scope.intervals.areChecked(id) ? 'x' : `${inRange(scope, id, 'x')} ? x : ${checkedText(scope, id, 'x')}`}`
    return `for (let i = 0; i < ${sizeOfShape(shape)}; i++) { ${each} }`
  }
  if (node.definition === gatherAt.definition) {
    const entry = scope.intervals.areThere(id) ? 'x[p[i]]' : 'x[p[i]] ?? NaN'
    return `{ const x = ${operands[0]}.data, p = ${operands[1]}.data; for (let i = 0; i < ${sizeOfShape(shape)}; i++) ${out}[i] = ${entry} }`
  }
  if (node.definition === scatterAt.definition) {
    const [entries, places] = inputs.map((input, k) => (isScalarNode(nodes[input]) ? `[${operands[k]}]` : `${operands[k]}.data`))
    const size = sizeOfShape((nodes[inputs[0] as number] as GraphNode).shape)
    const row = (node.params as { fromLast: number }).fromLast || Math.max(size, 1)
    const rows = `for (let r = ${whole(size - row)}; r >= 0; r -= ${whole(row)}) for (let i = r; i < r + ${whole(row)}; i++)`
    return `{ const x = ${entries}, p = ${places}; ${out}.fill(0); ${rows} ${out}[p[i]] += x[i] }`
  }
  const movement = movementOf(node)
  if (movement === undefined || isScalarNode(nodes[inputs[0] as number])) return undefined
  const head = `const x = ${operands[0]}.data, p = ${scope.tables}params[${id}].indices`
  if (movement.gathers) return `{ ${head}; for (let i = 0; i < p.length; i++) ${out}[i] = p[i] < 0 ? 0 : x[p[i]] }`
  return `{ ${head}; ${out}.fill(0); for (let i = 0; i < p.length; i++) if (p[i] >= 0) ${out}[p[i]] += x[i] }`
}

/** A matrix product in the order of the operator's own, which large ones are left to where it is there. */
function productText(scope: Scope, id: number): string | undefined {
  const node = scope.nodes[id] as GraphNode
  const { inputs } = node
  const [a, b] = inputs.map(input => scope.read(input))
  const { m, k, n, pairs } = productOf(inputs.map(input => (scope.nodes[input] as GraphNode).shape) as [Shape, Shape])
  if (pairs.length > MOST_PRODUCTS || (isLarge(m, k, n, isSingle(node)) && !scope.standalone)) return undefined
  const products = pairs.map(([left, right], item) => {
    const [x, y, to] = [left * m * k, right * k * n, item * m * n].map(from => (from === 0 ? '' : `${from} + `)) as [string, string, string]
    return n === 1
      ? `for (let i = 0, at = 0; i < ${m}; i++) { let sum = 0; for (let p = 0; p < ${k}; p++, at++) sum += x[${x}at] * y[${y}p]; ${scope.out(id)}[${to}i] = sum }`
      : `for (let i = 0; i < ${m}; i++) for (let p = 0; p < ${k}; p++) { const f = x[${x}${k} * i + p], row = ${to}${n} * i, from = ${y}${n} * p; for (let j = 0; j < ${n}; j++) ${scope.out(id)}[row + j] += f * y[from + j] }`
  })
  return `{ const x = ${a}.data, y = ${b}.data; ${[...(n === 1 ? [] : [`${scope.out(id)}.fill(0)`]), ...products].join('; ')} }`
}
