import { shapeOf } from '../../../core/dispatch.ts'
import { full } from '../../../core/makers.ts'
import { type Shape, sizeOfShape, stridesOf } from '../../../core/shape.ts'
import { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import * as d from '../../../ops/index.ts'
import { type Call, float, int, integers, type Operator } from './call.ts'
import type { Item } from './item.ts'
import { checkedShape } from './tensors.ts'

/* Operators that give entries other places or shapes, and those that read shapes. */

const moved = (call: Call, value: unknown): Item => ({ kind: call.item(0).kind, value: value as Value })

export const SHAPES: Readonly<Record<string, Operator>> = {
  Reshape: call => {
    const from = call.shape(0)
    const wanted = call.axes(1, 'shape') ?? call.fail('the shape is missing')
    const copied = wanted.map((length, axis) =>
      length === 0 && call.int('allowzero', 0) === 0 ? (from[axis] ?? call.fail(`there is no axis ${axis} to copy`)) : length,
    )
    const known = sizeOfShape(copied.map(length => (length === -1 ? 1 : length)))
    return reshaped(
      call,
      copied.map(length => (length === -1 ? sizeOfShape(from) / known : length)),
    )
  },
  Flatten: call => {
    const [from, given] = [call.shape(0), call.int('axis', 1)]
    const axis = given === from.length ? given : call.axis(given, from.length)
    return reshaped(call, [sizeOfShape(from.slice(0, axis)), sizeOfShape(from.slice(axis))])
  },
  Squeeze: call => {
    const from = call.shape(0)
    const axes = call.axes(1)?.map(axis => call.axis(axis, from.length)) ?? from.flatMap((length, axis) => (length === 1 ? [axis] : []))
    return reshaped(
      call,
      from.filter((_, axis) => !axes.includes(axis)),
    )
  },
  Unsqueeze: call => {
    const given = call.axes(1) ?? call.fail('the axes are missing')
    const from = [...call.shape(0)]
    const rank = from.length + given.length
    const axes = given.map(axis => call.axis(axis, rank))
    return reshaped(
      call,
      Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (from.shift() as number))),
    )
  },
  Transpose: call => moved(call, d.transpose(call.tensor(0), call.ints('perm') ?? { axes: undefined })),
  Concat: call => {
    const parts = call.inputs.map((_, i) => call.tensor(i))
    const axis = call.axis(call.int('axis', 0), call.rank(0))
    call.gives(
      call.shape(0).with(
        axis,
        parts.reduce((length, each) => length + (shapeOf(each)[axis] ?? 0), 0),
      ),
    )
    return moved(call, d.concat(parts, { axis }))
  },
  Slice: call => {
    const [starts, ends] = [call.axes(1, 'starts'), call.axes(2, 'ends')]
    if (starts === undefined || ends?.length !== starts.length) return call.fail('starts and ends are not as many')
    const axes = call.axes(3) ?? starts.map((_, axis) => axis)
    const steps = call.has(4) ? call.numbers(4) : starts.map(() => 1)
    const rank = call.rank(0)
    const at = <T>(list: readonly T[], otherwise: T) =>
      Array.from({ length: rank }, (_, axis) => list[axes.findIndex(each => call.axis(each, rank) === axis)] ?? otherwise)
    // An end before the first entry, walking backwards, is no end here.
    const stops = ends.map((end, k) => ((steps[k] as number) < 0 && end < -(call.shape(0)[call.axis(axes[k] as number, rank)] as number) ? null : bounded(end)))
    const from = starts.map(bounded)
    return moved(
      call,
      d.slice(call.tensor(0), {
        start: at<number | null>(from, null),
        stop: at<number | null>(stops, null),
        step: at(steps, 1),
      }),
    )
  },
  Gather: call => {
    const axis = call.axis(call.int('axis', 0), call.rank(0))
    call.gives(call.shape(0).toSpliced(axis, 1, ...call.shape(1)))
    return moved(call, d.take(call.tensor(0), call.tensor(1), { axis }))
  },
  GatherElements: call => moved(call, d.gather(call.tensor(0), call.tensor(1), { axis: call.axis(call.int('axis', 0), call.rank(0)) })),
  GatherND: call => {
    if (call.int('batch_dims', 0) !== 0) return call.fail('batch_dims other than 0 are not read')
    const [from, indices] = [call.shape(0), call.shape(1)]
    const depth = indices.at(-1) ?? 0
    const strides = stridesOf(from)
    const inner = from.slice(depth)
    const rows = d.reshape(call.tensor(0), [sizeOfShape(from.slice(0, depth)), ...inner])
    const scales = strides.slice(0, depth).map(each => each / sizeOfShape(inner))
    const wrapped = d.where(d.less(call.tensor(1), 0), d.add(call.tensor(1), from.slice(0, depth)), call.tensor(1))
    return moved(call, d.take(rows, d.sum(d.mul(wrapped, scales), { axis: -1 }) as Tensor, { axis: 0 }))
  },
  ScatterElements: call => {
    const reduction = call.text('reduction', 'none')
    if (reduction !== 'add' && reduction !== 'none') return call.fail(`the reduction ${reduction} is not read: 'add' and 'none' are`)
    const axis = call.axis(call.int('axis', 0), call.rank(0))
    const put = (x: Tensor, updates: Tensor) => d.scatterAdd(x, call.tensor(1), updates, { axis })
    if (reduction === 'add') return moved(call, put(call.tensor(0), call.tensor(2)))
    const nothing = full(call.shape(0), 0)
    return moved(call, d.where(put(nothing, full(call.shape(2), 1)), put(nothing, call.tensor(2)), call.tensor(0)))
  },
  Pad: call => {
    const [mode, rank] = [call.text('mode', 'constant'), call.rank(0)]
    const given = call.axes(1, 'pads') ?? call.fail('the pads are missing')
    const axes = call.has(3) ? call.numbers(3).map(axis => call.axis(axis, rank)) : Array.from({ length: rank }, (_, i) => i)
    const pairs = Array.from({ length: rank }, (_, axis): [number, number] => {
      const k = axes.indexOf(axis)
      return k < 0 ? [0, 0] : [given[k] as number, given[k + axes.length] as number]
    })
    if (!['constant', 'edge', 'reflect', 'wrap'].includes(mode)) return call.fail(`the mode ${mode} is not known`)
    checkedShape(
      'what Pad gives',
      call.shape(0).map((length, axis) => length + Math.max(0, ...(pairs[axis] as number[])) * 2),
    )
    const cut = pairs.some(pair => pair.some(each => each < 0))
    const inner = cut
      ? d.slice(call.tensor(0), {
          start: pairs.map(([before]) => Math.max(0, -before)),
          stop: pairs.map(([, after], axis) => (call.shape(0)[axis] as number) - Math.max(0, -after)),
        })
      : call.tensor(0)
    const value = call.has(2) ? call.x(2) : call.float('value', 0)
    return moved(
      call,
      d.pad(inner, {
        padding: pairs.map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const),
        mode: mode as 'constant',
        ...(mode === 'constant' && { value: value as number }),
      }),
    )
  },
  Expand: call => {
    const [from, wanted] = [call.shape(0), checkedShape('what Expand gives', call.numbers(1))]
    const rank = Math.max(from.length, wanted.length)
    const own = [...new Array<number>(rank - from.length).fill(1), ...from]
    const to = [...new Array<number>(rank - wanted.length).fill(1), ...wanted].map((length, axis) => (length === 1 ? (own[axis] as number) : length))
    return moved(call, d.broadcastTo(call.tensor(0), checkedShape('what Expand gives', to)))
  },
  Tile: call => {
    const repeats = call.numbers(1)
    checkedShape(
      'what Tile gives',
      call.shape(0).map((length, axis) => length * (repeats[axis] ?? 1)),
    )
    return moved(call, d.tile(call.tensor(0), repeats))
  },
  Split: call => {
    const axis = call.axis(call.int('axis', 0), call.rank(0))
    const length = call.shape(0)[axis] as number
    const count = call.node.output.length
    const each = Math.ceil(length / count)
    const sizes = call.axes(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(each, length - i * each))
    if (sizes.length !== count || sizes.reduce((a, b) => a + b, 0) !== length)
      return call.fail(`parts of ${sizes.join(', ')} entries are not ${count} of ${length}`)
    const cuts = sizes.slice(0, -1).map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0))
    return (count === 1 ? [call.tensor(0)] : d.split(call.tensor(0), cuts, { axis })).map(part => moved(call, part))
  },
  Trilu: call => {
    const k = call.has(1) ? (call.numbers(1)[0] as number) : 0
    return moved(call, call.int('upper', 1) ? d.triu(call.tensor(0), { k }) : d.tril(call.tensor(0), { k }))
  },
  Shape: call => {
    const shape = call.shape(0)
    return integers(shape.slice(call.int('start', 0), call.attribute('end')?.i))
  },
  Size: call => integers([sizeOfShape(call.shape(0))], []),
  Constant: call => {
    const [value, one, many, whole, list] = [
      call.constant('value'),
      call.attribute('value_float'),
      call.attribute('value_floats'),
      call.attribute('value_int'),
      call.attribute('value_ints'),
    ]
    if (value !== undefined) return value
    if (one?.f !== undefined) return float(new Tensor(Float32Array.of(one.f) as unknown as Float64Array, [], 'float32'))
    if (many !== undefined) return float(new Tensor(Float32Array.from(many.floats) as unknown as Float64Array, [many.floats.length], 'float32'))
    if (whole?.i !== undefined) return integers([whole.i], [])
    return list === undefined ? call.fail('its value is a text or a sparse tensor, which are not read') : integers(list.ints)
  },
  ConstantOfShape: call => {
    const given = call.constant('value')
    const number = given === undefined ? 0 : ((given.value as Tensor).data[0] as number)
    const dtype = (given?.value as Tensor | undefined)?.dtype ?? 'float32'
    return { kind: given?.kind ?? 'float', value: full(checkedShape('what ConstantOfShape gives', call.numbers(0)), number, { dtype }) }
  },
  Range: call => {
    const [start, limit, delta] = [call.numbers(0)[0] as number, call.numbers(1)[0] as number, call.numbers(2)[0] as number]
    const count = Math.max(0, Math.ceil((limit - start) / delta))
    checkedShape('what Range gives', [count])
    return { ...integers(Array.from({ length: count }, (_, i) => start + i * delta)), kind: call.item(0).kind }
  },
  OneHot: call => {
    const axis = call.axis(call.int('axis', -1), call.rank(0) + 1)
    const depth = call.numbers(1)[0] as number
    const shape = [...call.shape(0)]
    shape.splice(axis, 0, 1)
    checkedShape('what OneHot gives', [...call.shape(0), depth])
    const classes: Shape = Array.from({ length: shape.length }, (_, k) => (k === axis ? depth : 1))
    const indices = d.reshape(d.where(d.less(call.tensor(0), 0), d.add(call.tensor(0), depth), call.tensor(0)) as Tensor, shape)
    const row = d.reshape(
      Array.from({ length: depth }, (_, i) => i),
      classes,
    )
    const [off, on] = [d.take(call.tensor(2), 0), d.take(call.tensor(2), 1)] as unknown as [number, number]
    return { kind: call.item(2).kind, value: d.where(d.equal(indices, row), on, off) as Value }
  },
  TopK: call => {
    const [k] = call.numbers(1)
    const axis = call.axis(call.int('axis', -1), call.rank(0))
    const sign = call.int('largest', 1) ? 1 : -1
    const { values, indices } = d.topK(d.mul(sign, call.tensor(0)) as Tensor, k as number, { axis })
    return [moved(call, d.mul(sign, values)), int(indices)]
  },
}

/** The bounds of slices are often the largest integers. */
function bounded(position: number): number {
  return Math.min(Math.max(position, -(2 ** 31)), 2 ** 31)
}

function reshaped(call: Call, shape: readonly number[]): Item {
  const to = checkedShape(`what ${call.node.opType} gives`, shape)
  if (sizeOfShape(to) !== sizeOfShape(call.shape(0))) return call.fail(`entries of shape [${shapeOf(call.x(0)).join(', ')}] do not fill [${to.join(', ')}]`)
  return moved(call, d.reshape(call.tensor(0), to))
}
