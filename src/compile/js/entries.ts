import { sizeOfShape } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { isLarge } from '../../ops/kernels/gemm.ts'
import { whole, wholes } from '../checked.ts'
import type { Lowered } from '../lowered.ts'
import { MOST_PRODUCTS } from '../nest.ts'
import { entryAtText, indexText } from './numbers.ts'
import type { Scope } from './scope.ts'

type Of<Kind extends Lowered['kind']> = Extract<Lowered, { kind: Kind }>

/** A statement that makes a tensor of others' entries as they stand, or of numbers; undefined for other steps. */
export function tensorText(scope: Scope, id: number, step: Lowered): string | undefined {
  const { shape, dtype } = scope.nodes[id] as GraphNode
  const make = (data: string) => `const ${scope.nameOf(id)} = new Tensor(${data}, [${wholes(shape)}]${dtype === 'bool' ? ", 'bool'" : ''})`
  if (step.kind === 'part') {
    const size = sizeOfShape(shape)
    const isAll = step.start === 0 && size === sizeOfShape((scope.nodes[step.of] as GraphNode).shape)
    return make(`${scope.read(step.of)}.data${isAll ? '' : `.subarray(${whole(step.start)}, ${whole(step.start + size)})`}`)
  }
  if (step.kind === 'assembled' && step.isWhole && step.parts.every(({ of }) => isScalarNode(scope.nodes[of])))
    return make(`new Float64Array([${step.parts.map(({ of }) => scope.read(of)).join(', ')}])`)
  return undefined
}

/** Statements that fill a tensor with entries of others, or with their product; undefined for other steps. */
export function filledText(scope: Scope, id: number, step: Lowered): string | undefined {
  const node = scope.nodes[id] as GraphNode
  const size = sizeOfShape(node.shape)
  const out = scope.out(id)
  const entries = (of: number) => (isScalarNode(scope.nodes[of]) ? `[${scope.read(of)}]` : `${scope.read(of)}.data`)
  switch (step.kind) {
    case 'assembled': {
      const parts = step.parts.map(({ of, start }) =>
        isScalarNode(scope.nodes[of]) ? `${out}[${start}] = ${scope.read(of)}` : `${out}.set(${scope.read(of)}.data, ${start})`,
      )
      return [...(step.isWhole ? [] : [`${out}.fill(0)`]), ...parts].join('; ')
    }
    case 'joined':
      return joinedText(scope, out, step)
    case 'product':
      return productText(scope, id, step)
    case 'indices':
      return `for (let i = 0; i < ${size}; i++) { const x = ${entries(step.of)}[i]; ${out}[i] = ${indexText(scope, id, step, 'x')} }`
    case 'entriesAt':
      return `{ const x = ${entries(step.of)}, p = ${entries(step.places)}; for (let i = 0; i < ${size}; i++) ${out}[i] = ${entryAtText(scope, id, 'x', 'p[i]')} }`
    case 'addedAt': {
      const row = whole(step.row)
      const all = sizeOfShape((scope.nodes[step.of] as GraphNode).shape)
      const rows = `for (let r = ${whole(all - row)}; r >= 0; r -= ${row}) for (let i = r; i < r + ${row}; i++)`
      return `{ const x = ${entries(step.of)}, p = ${entries(step.places)}; ${out}.fill(0); ${rows} ${out}[p[i]] += x[i] }`
    }
    case 'moved': {
      const head = `const x = ${entries(step.of)}, p = ${scope.tables}params[${id}].indices`
      if (step.gathers) return `{ ${head}; for (let i = 0; i < p.length; i++) ${out}[i] = p[i] < 0 ? 0 : x[p[i]] }`
      return `{ ${head}; ${out}.fill(0); for (let i = 0; i < p.length; i++) if (p[i] >= 0) ${out}[p[i]] += x[i] }`
    }
    default:
      return undefined
  }
}

function joinedText(scope: Scope, out: string, { rows, length, parts }: Of<'joined'>): string {
  const texts = parts.map(({ of, start, length: size }) => {
    const data = `${scope.read(of)}.data`
    if (rows === 1) return `${out}.set(${data}, ${start})`
    const copy = `for (let j = 0; j < ${size}; j++) ${out}[${length} * r + ${start} + j] = x[${size} * r + j]`
    return `{ const x = ${data}; for (let r = 0; r < ${rows}; r++) ${size === 1 ? `${out}[${length} * r + ${start}] = x[r]` : copy} }`
  })
  return texts.join('; ')
}

/** A matrix product in the order of the operator's own, which large ones are left to where it is there. */
function productText(scope: Scope, id: number, { m, k, n, pairs, each, isSingle }: Of<'product'>): string | undefined {
  const node = scope.nodes[id] as GraphNode
  if (isScalarNode(node) || node.rank0 || pairs.length > MOST_PRODUCTS || (isLarge(each, k, n, isSingle) && !scope.standalone)) return undefined
  const [a, b] = node.inputs.map(input => scope.read(input))
  const out = scope.out(id)
  const products = pairs.map(([left, right], item) => {
    const [x, y, to] = [left * m * k, right * k * n, item * m * n].map(from => (from === 0 ? '' : `${from} + `)) as [string, string, string]
    return n === 1
      ? `for (let i = 0, at = 0; i < ${m}; i++) { let sum = 0; for (let p = 0; p < ${k}; p++, at++) sum += x[${x}at] * y[${y}p]; ${out}[${to}i] = sum }`
      : `for (let i = 0; i < ${m}; i++) for (let p = 0; p < ${k}; p++) { const f = x[${x}${k} * i + p], row = ${to}${n} * i, from = ${y}${n} * p; for (let j = 0; j < ${n}; j++) ${out}[row + j] += f * y[from + j] }`
  })
  return `{ const x = ${a}.data, y = ${b}.data; ${[...(n === 1 ? [] : [`${out}.fill(0)`]), ...products].join('; ')} }`
}
