import { broadcastStrides, sameShape, sizeOfShape } from '../../core/shape.ts'
import { isScalarNode } from '../../graph/graph.ts'
import { axesAround, type Nest, type Sink } from '../nest.ts'
import { textOf } from '../strong.ts'
import { indexText } from '../text.ts'
import { entries, loopsOver, readsPlace } from './loops-text.ts'
import { entryText, type Scope } from './scope.ts'
import type { Text } from './source.ts'

/** The code of loops. Entry i of their shape has the indices r0, r1, … where some operand needs them. */
export function nestLines(scope: Scope, { shape, steps, sinks }: Nest): string[] {
  const own = new Set(steps)
  const heads = new Set<string>()
  let nested = false
  // What of a position does not change in the innermost loop is computed before it.
  const offsets = new Map<string, string>()
  const index = (name: string, strides: readonly number[]): string => {
    const outer = indexText(strides.slice(0, -1), shape)
    const last = indexText(strides, shape, shape.length - 1)
    if (outer === '0') return last
    offsets.set(name, `const int ${name} = ${outer};`)
    return last === '0' ? name : `${name} + ${last}`
  }
  const value = (at: number): Text => {
    const each = scope.node(at)
    if (isScalarNode(each)) return scope.text(at)
    if (own.has(at)) return { text: `w${at}`, isTruth: each.dtype === 'bool' }
    heads.add(`const dualtape_real *const d${at} = ${scope.pointer(at)};`)
    const entry = (position: string): Text => ({ text: entryText(each.dtype, `d${at}[${position}]`), isTruth: each.dtype === 'bool' })
    if (sameShape(each.shape, shape)) return entry('i')
    nested ||= sizeOfShape(each.shape) > 1
    return entry(index(`p${at}`, broadcastStrides(each.shape, shape)))
  }
  const body = steps.map(at => {
    const each = scope.node(at)
    const operands = Object.fromEntries(each.inputs.map((input, k) => ['xyz'.charAt(k), value(input)]))
    const made = scope.source.expression(textOf(each, scope.nodes, true) as string, operands)
    const isTruth = each.dtype === 'bool'
    return `const ${isTruth ? 'int' : 'dualtape_real'} w${at} = ${isTruth ? scope.source.asTruth(made) : scope.source.asNumber(made)};`
  })
  const store = (targets: readonly string[], from = 0) => entries(shape, nested, from, [...body, ...targets], [...offsets.values()])
  const [{ id, entry, reduction }] = sinks as [Sink]
  if (reduction === undefined) {
    const outs = sinks.map(sink => `dualtape_real *restrict const o${sink.id} = ${scope.make(sink.id)};`)
    const loops = store(sinks.map(sink => `o${sink.id}[i] = w${sink.id};`))
    return ['{', ...heads, ...outs, ...loops, '}']
  }
  const node = scope.node(id)
  const last = scope.source.asNumber(value(entry))
  const { combine, start, kept } = reduction
  const first = scope.source.number(start)
  const gather = (target: string, more: string) => (combine === '+' ? `${target} += ${more};` : `${target} = ${scope.source.call(combine, [target, more])};`)
  if (node.shape.length === 0) {
    scope.place(id, scope.nameOf(id))
    const loops = store([gather(scope.nameOf(id), last)])
    return [`dualtape_real ${scope.nameOf(id)} = ${first};`, '{', ...heads, ...loops, '}']
  }
  const strides = broadcastStrides(kept, shape)
  const out = `dualtape_real *restrict const o = ${scope.make(id)};`
  const fill = `for (int k = 0; k < ${scope.sizeOf(id)}; k++) o[k] = ${first};`
  if (sizeOfShape(shape) === 0) return ['{', out, fill, '}']
  nested = true
  const inner = axesAround(shape, strides)
  const isWhole = inner === shape.length
  const to = `o[${isWhole ? index(`p${id}`, strides) : indexText(strides, shape)}]`
  if (isWhole) return ['{', ...heads, out, fill, ...store([gather(to, last)]), '}']
  const inside = [`dualtape_real all = ${first};`, ...store([gather('all', last)], inner), gather(to, 'all')]
  const loops = inner === 0 ? ['{', ...inside, '}'] : [`${loopsOver(shape.slice(0, inner), 0)} {`, ...inside, '}']
  const counts = readsPlace(loops) && inner > 0
  return ['{', ...heads, out, fill, ...(counts ? ['int i = 0;'] : []), ...loops, '}']
}
