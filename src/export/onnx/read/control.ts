import { isAbstract, value as plainValue, shapeOf } from '../../../core/dispatch.ts'
import { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import { scan } from '../../../graph/loop/control-flow.ts'
import * as d from '../../../ops/index.ts'
import { type Call, int, integers, type Operator, truth } from './call.ts'
import type { Item } from './item.ts'

/* Graphs in nodes: loops and branches. */

export const CONTROL: Readonly<Record<string, Operator>> = {
  If: call => {
    const [then, otherwise] = [call.graph('then_branch'), call.graph('else_branch')]
    if (!isAbstract(call.x(0))) return call.run(call.numbers(0)[0] !== 0 ? then : otherwise, [])
    const [yes, no] = [call.run(then, []), call.run(otherwise, [])]
    return yes.map((each, i) => ({ kind: each.kind, value: d.where(call.tensor(0), each.value as Tensor, no[i]?.value as Tensor) as Value }))
  },
  Scan: call => {
    const body = call.graph('body')
    const items = call.int('num_scan_inputs', 0)
    const carries = call.inputs.length - items
    const outputs = body.output.length - carries
    const axes = [...(call.ints('scan_input_axes') ?? []), ...(call.ints('scan_output_axes') ?? [])]
    if (items < 1 || carries < 0 || outputs < 0 || axes.some(each => each !== 0)) return call.fail('scans are read along first axes, over at least one input')
    const backwards = (name: string, count: number) => Array.from({ length: count }, (_, i) => call.ints(name)?.[i] === 1)
    const [into, out] = [backwards('scan_input_directions', items), backwards('scan_output_directions', outputs)]
    const kinds: Item['kind'][] = []
    const round = (state: Value[], xs: Value[]): readonly [Value[], Record<string, Value>] => {
      const given = [...state, ...xs].map((value, i): Item => ({ kind: call.item(i).kind, value }))
      const results = call.run(body, given)
      results.forEach((each, i) => {
        kinds[i] = each.kind
      })
      const values = results.map(each => each.value)
      return [values.slice(0, carries), Object.fromEntries(values.slice(carries).entries())]
    }
    const turn = (value: Value, isTurned: boolean) => (isTurned ? d.flip(value as Tensor, { axis: 0 }) : value)
    const xs = into.map((isTurned, i) => turn(call.x(carries + i), isTurned))
    const [state, ys] = scan(round as never, call.inputs.slice(0, carries).map((_, i) => call.x(i)) as never, xs) as unknown as [
      Value[],
      Record<string, unknown>,
    ]
    return [...state, ...Object.values(ys).map((each, i) => turn(asTensor(each), out[i] as boolean))].map((value, i) => ({ kind: kinds[i] ?? 'float', value }))
  },
  Loop: call => {
    const body = call.graph('body')
    const most = call.has(0) ? (call.numbers(0)[0] as number) : Number.POSITIVE_INFINITY
    let goesOn = call.has(1) ? call.item(1) : truth(true as unknown as Value)
    let state = call.inputs.slice(2).map((_, i) => call.item(i + 2))
    const rows: Item[][] = Array.from({ length: body.output.length - 1 - state.length }, () => [])
    for (let round = 0; round < most && asked(call, goesOn); round++) {
      if (call.rounds.left-- === 0) return call.fail(`it goes on after ${round} rounds, and loops have a million together`)
      const [next, ...results] = call.run(body, [integers([round], []), goesOn, ...state]) as [Item, ...Item[]]
      goesOn = next
      state = results.slice(0, state.length)
      results.slice(state.length).forEach((each, k) => void rows[k]?.push(each))
    }
    return [
      ...state,
      ...rows.map((row): Item => (row.length === 0 ? int(new Tensor(new Float64Array(0), [0])) : { kind: row[0]?.kind ?? 'float', value: stacked(row) })),
    ]
  },
}

function stacked(row: readonly Item[]): Value {
  return d.stack(row.map(each => each.value as Tensor)) as Value
}

function asTensor(x: unknown): Value {
  return x instanceof Tensor || typeof x === 'number' ? x : (d.stack(x as number[]) as Value)
}

/** Whether a loop goes on. */
function asked(call: Call, { value }: Item): boolean {
  if (isAbstract(value)) return call.fail('how many rounds it has depends on the inputs, which a compiled program can not follow. Call the function as it is')
  const plain = plainValue(value)
  return shapeOf(plain).length === 0 && !(plain instanceof Tensor) ? Boolean(plain) : (plain as Tensor).data[0] !== 0
}
