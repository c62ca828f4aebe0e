import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { isScalarNode } from '../../graph/graph.ts'
import { Lanes, type Value } from '../../wasm/lanes.ts'
import { F64, I32, V128 } from '../../wasm/module.ts'
import type { Scope } from './scope.ts'

/** For each fibre along axes that follow each other, which of its entries is the largest or smallest; false for other steps. Two fibres at a time. */
export function findExtremes(scope: Scope, id: number): boolean {
  const node = scope.node(id)
  const [of] = node.inputs as [number]
  const operand = scope.node(of)
  const finds = node.definition?.finds
  if (finds === undefined || isScalarNode(operand) || operand.shape.length === 0) return false
  const { axes } = node.params as { axes: readonly number[] }
  const [first = 0] = axes
  const [outer, along, inner] = [operand.shape.slice(0, first), operand.shape.slice(first, first + axes.length), operand.shape.slice(first + axes.length)].map(
    (part: Shape) => sizeOfShape(part),
  ) as [number, number, number]
  const { body } = scope.room
  const from = scope.addressOf(of)
  const to = scope.make(id)
  const [fibre, out, entry] = [body.local(I32), body.local(I32), body.local(I32)]
  for (const local of [fibre, out]) {
    body.integer(0)
    body.set(local)
  }
  /** Loads the entry of this fibre, and that of the next one, so many bytes behind it. */
  const load = (wide: boolean, next: number): Value => {
    const push = () => {
      if (!wide) {
        body.get(entry)
        body.access([0x2b], from)
        return
      }
      body.get(entry)
      body.get(entry)
      body.access([0xfd, 0x0a], from) // v128.load64_splat
      body.access([0xfd, 0x57], from + next) // v128.load64_lane
      body.code.byte(1)
    }
    return { kind: 'double', push }
  }
  const find = (wide: boolean, next: number) => {
    const lanes = new Lanes(body, wide)
    const type = wide ? V128 : F64
    const [best, winner, position] = [body.local(type), body.local(type), body.local(type)]
    const put = (local: number, value: Value) => {
      value.push()
      body.set(local)
    }
    const scopeOf = (x: Value) => ({ x, best: lanes.local(best), winner: lanes.local(winner), position: lanes.local(position) })
    body.get(fibre)
    body.set(entry)
    put(best, lanes.number(finds === 'largest' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY))
    put(winner, lanes.number(0))
    put(position, lanes.number(0))
    body.repeat(along, () => {
      const x = lanes.let(load(wide, next))
      // NaN beats all, and nothing beats NaN.
      const beats = lanes.let(lanes.evaluate(`!(x ${finds === 'largest' ? '<=' : '>='} best) && best == best`, scopeOf(x)))
      put(best, lanes.select(beats, x, lanes.local(best)))
      put(winner, lanes.select(beats, lanes.local(position), lanes.local(winner)))
      put(position, lanes.evaluate('position + 1', scopeOf(x)))
      body.advance(entry, 8 * inner)
    })
    body.get(out)
    body.get(winner)
    body.access(wide ? [0xfd, 0x0b] : [0x39], to)
  }
  const some = (count: number, step: number) => {
    const pass = (wide: boolean) => {
      find(wide, step)
      body.advance(fibre, (wide ? 2 : 1) * step)
      body.advance(out, wide ? 16 : 8)
    }
    body.repeat(count >> 1, () => pass(true))
    if (count % 2 === 1) pass(false)
  }
  if (inner === 1) some(outer, 8 * along)
  else
    body.repeat(outer, () => {
      some(inner, 8)
      body.advance(fibre, 8 * inner * (along - 1))
    })
  return true
}
