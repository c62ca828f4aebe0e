import { broadcastStrides, sameShape, sizeOfShape } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { axesAround, type Nest, type Sink } from '../nest.ts'
import { textOf } from '../strong.ts'
import { entries, expression, indexText, loopsOver, nest } from '../text.ts'
import type { Scope } from './scope.ts'

/** The code of loops. Entry i of their shape has the indices r0, r1, … where some operand needs them. */
export function nestText(scope: Scope, { shape, steps, sinks }: Nest, strong: boolean, isEscaping: (id: number) => boolean): string {
  const { nodes } = scope
  const own = new Set(steps)
  const heads = new Set<string>()
  let nested = false
  // What of a position does not change in the innermost loop is computed before it.
  const offsets = new Map<string, string>()
  const index = (name: string, strides: readonly number[]): string => {
    const outer = indexText(strides.slice(0, -1), shape)
    const last = indexText(strides, shape, shape.length - 1)
    if (outer === '0') return last
    offsets.set(name, `const ${name} = ${outer}`)
    return last === '0' ? name : `${name} + ${last}`
  }
  const value = (at: number): string => {
    const each = nodes[at] as GraphNode
    if (isScalarNode(each)) return scope.read(at)
    if (own.has(at)) return `w${at}`
    heads.add(`const d${at} = ${scope.read(at)}.data`)
    if (sameShape(each.shape, shape)) return `d${at}[i]`
    nested ||= sizeOfShape(each.shape) > 1
    return `d${at}[${index(`p${at}`, broadcastStrides(each.shape, shape))}]`
  }
  const body = steps.map(at => {
    const each = nodes[at] as GraphNode
    return `const w${at} = ${expression(textOf(each, nodes, strong) as string, each.inputs.map(value))}`
  })
  const store = (target: string, from = 0) => entries(shape, nested, from, [...body, target], [...offsets.values()])
  const block = (loops: string) => `{ ${[...heads, loops].join('; ')} }`
  const [{ id, entry, reduction }] = sinks as [Sink]
  if (reduction === undefined) {
    const stores = sinks.map(sink => `${scope.out(sink.id)}[i] = ${nodes[sink.id]?.dtype === 'bool' ? `w${sink.id} ? 1 : 0` : `w${sink.id}`}`)
    return `${sinks.map(sink => scope.target(sink.id)).join('\n  ')}\n  ${block(store(stores.join('; ')))}`
  }
  // A reduction has loops of its own.
  const node = nodes[id] as GraphNode
  const last = value(entry)
  const { combine, start, kept } = reduction
  const gather = (target: string, more: string) => (combine === '+' ? `${target} += ${more}` : `${target} = ${combine}(${target}, ${more})`)
  if (node.shape.length === 0) return `let ${scope.prefix}${id} = ${start}\n  ${block(store(gather(`${scope.prefix}${id}`, last)))}`
  const strides = broadcastStrides(kept, shape)
  const head = `${scope.target(id)}${isEscaping(id) && start === 0 ? '' : `; ${scope.out(id)}.fill(${start})`}`
  if (sizeOfShape(shape) === 0) return head
  nested = true
  const inner = axesAround(shape, strides)
  // The place of a result, with its own offset where the innermost loop is among those around it.
  const whole = inner === shape.length
  const to = `${scope.out(id)}[${whole ? index(`p${id}`, strides) : indexText(strides, shape)}]`
  const inside = `let all = ${start}; ${store(gather('all', last), inner)}; ${gather(to, 'all')}`
  return `${head}\n  ${block(`let i = 0; ${whole ? nest(shape, 0, [...offsets.values()], inside) : `${loopsOver(shape.slice(0, inner), 0)} { ${inside} }`}`)}`
}
