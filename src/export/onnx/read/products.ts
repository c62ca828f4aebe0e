import { shapeOf } from '../../../core/dispatch.ts'
import { full } from '../../../core/makers.ts'
import { sizeOfShape } from '../../../core/shape.ts'
import type { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import * as d from '../../../ops/index.ts'
import { type Call, float, type Operator } from './call.ts'

/* Products, convolutions, pooling and norms. */

type Pairs = (readonly [number, number])[]

export const PRODUCTS: Readonly<Record<string, Operator>> = {
  MatMul: call => {
    const [a, b] = [call.shape(0), call.shape(1)]
    const batch = [a, b].map(each => sizeOfShape(each.slice(0, -2)))
    call.gives([Math.max(...batch), a.at(-2) ?? 1, b.length > 1 ? (b.at(-1) as number) : 1])
    return { kind: call.item(0).kind, value: d.matmul(call.tensor(0), call.tensor(1)) as Value }
  },
  Gemm: call => {
    const turned = (input: number, name: string) => (call.int(name, 0) ? d.transpose(call.tensor(input)) : call.tensor(input))
    const product = scaled(call.float('alpha', 1), d.matmul(turned(0, 'transA'), turned(1, 'transB')) as Value)
    return float(call.has(2) ? (d.add(product as Tensor, scaled(call.float('beta', 1), call.x(2)) as Tensor) as Value) : product)
  },
  Einsum: call => float(d.einsum(call.text('equation', ''), ...call.inputs.map((_, i) => call.tensor(i))) as Value),
  Conv: call => {
    const spatial = call.rank(0) - 2
    const convolve = [d.conv1d, d.conv2d, d.conv3d][spatial - 1]
    if (convolve === undefined) return call.fail(`it works on one to three axes, not on ${spatial}`)
    const [stride, dilation] = [perAxis(call, 'strides', spatial), perAxis(call, 'dilations', spatial)]
    const window = call.shape(1).slice(2)
    const padding = padsOf(call, window, stride, dilation)
    const result = convolve(call.tensor(0), call.tensor(1), { stride, dilation, padding, groups: call.int('group', 1) })
    return float(call.has(2) ? (d.add(result, perChannel(call.x(2), spatial)) as Value) : result)
  },
  ConvTranspose: call => {
    const spatial = call.rank(0) - 2
    const convolve = [d.convTranspose1d, d.convTranspose2d, d.convTranspose3d][spatial - 1]
    if (convolve === undefined || call.ints('output_shape') !== undefined || call.text('auto_pad', 'NOTSET') !== 'NOTSET')
      return call.fail('it is read for one to three axes, with its pads given')
    const [stride, dilation] = [perAxis(call, 'strides', spatial), perAxis(call, 'dilations', spatial)]
    const pads = padsOf(call, call.shape(1).slice(2), stride, dilation)
    const outputPadding = call.ints('output_padding') ?? stride.map(() => 0)
    const result = convolve(call.tensor(0), call.tensor(1), {
      stride,
      dilation,
      padding: pads,
      outputPadding,
      groups: call.int('group', 1),
    })
    return float(call.has(2) ? (d.add(result, perChannel(call.x(2), spatial)) as Value) : result)
  },
  MaxPool: call => {
    if (call.node.output.length > 1 && call.node.output[1] !== '') return call.fail('the indices that it may give are not read')
    return float(d.reduceWindow(call.tensor(0), { ...pooling(call), with: 'max' }))
  },
  AveragePool: call => {
    const options = { ...pooling(call), with: 'sum' } as const
    const total = d.reduceWindow(call.tensor(0), options)
    const [window, shape] = [options.window, call.shape(0)]
    const size = window.reduce((a, b) => a * b, 1)
    if (call.int('count_include_pad', 0) !== 0) {
      if (call.int('ceil_mode', 0) !== 0) return call.fail('ceil_mode with count_include_pad is not read')
      return float(d.div(total, size))
    }
    return float(d.div(total, d.reduceWindow(full([1, 1, ...shape.slice(2)], 1), options)))
  },
  GlobalAveragePool: call => float(d.mean(call.tensor(0), { axis: spatialAxes(call), keepDims: true })),
  GlobalMaxPool: call => float(d.max(call.tensor(0), { axis: spatialAxes(call), keepDims: true })),
  BatchNormalization: call => {
    if (call.int('training_mode', 0) !== 0) return call.fail('it trains; export the model for inference')
    const spatial = Math.max(call.rank(0) - 2, 0)
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map(i => perChannel(call.x(i), spatial)) as [Tensor, Tensor, Tensor, Tensor]
    return float(normalised(call.tensor(0), mean, variance, call.float('epsilon', 1e-5), scale, bias))
  },
  InstanceNormalization: call => {
    const over = { axis: spatialAxes(call), keepDims: true }
    const [scale, bias] = [1, 2].map(i => perChannel(call.x(i), call.rank(0) - 2)) as [Tensor, Tensor]
    return float(normalised(call.tensor(0), d.mean(call.tensor(0), over), d.variance(call.tensor(0), over), call.float('epsilon', 1e-5), scale, bias))
  },
  LayerNormalization: call => {
    if (call.node.output.length > 1) return call.fail('the mean and the deviation that it may give are not read')
    const rank = call.rank(0)
    const first = call.axis(call.int('axis', -1), rank)
    const axis = Array.from({ length: rank - first }, (_, k) => first + k)
    return float(
      d.layerNorm(call.tensor(0), {
        axis,
        epsilon: call.float('epsilon', 1e-5),
        scale: call.x(1) as Tensor,
        ...(call.has(2) && { bias: call.x(2) as Tensor }),
      }),
    )
  },
  Softmax: call => softened(call, (x, axis) => d.softmax(x, { axis })),
  LogSoftmax: call => softened(call, (x, axis) => d.logSoftmax(x, { axis })),
}

function scaled(by: number, x: Value): Value {
  return by === 1 ? x : (d.mul(by, x as Tensor) as Value)
}

function normalised(x: Tensor, mean: Value, variance: Value, epsilon: number, scale: Tensor, bias: Tensor): Value {
  const unit = d.div(scale, d.sqrt(d.add(variance as Tensor, epsilon)))
  return d.add(d.mul(d.sub(x, mean as Tensor), unit), bias) as Value
}

/** A vector with an entry for each channel, along the second axis. */
function perChannel(x: Value, spatial: number): Tensor {
  return d.reshape(x as Tensor, [...shapeOf(x), ...new Array<number>(spatial).fill(1)])
}

function spatialAxes(call: Call): number[] {
  return Array.from({ length: call.rank(0) - 2 }, (_, i) => i + 2)
}

function perAxis(call: Call, name: string, count: number): number[] {
  const given = call.ints(name) ?? new Array<number>(count).fill(1)
  if (given.length !== count || !given.every(each => Number.isInteger(each) && each >= 1))
    call.fail(`${name} are ${count} integers of at least 1, not [${given.join(', ')}]`)
  return given
}

/** The entries around each axis, as given or as `auto_pad` says. */
function padsOf(call: Call, window: readonly number[], stride: readonly number[], dilation: readonly number[]): Pairs {
  const auto = call.text('auto_pad', 'NOTSET')
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    return window.map((length, k) => {
      const from = call.shape(0)[k + 2] as number
      const reach = (length - 1) * (dilation[k] as number) + 1
      const total = Math.max(0, (Math.ceil(from / (stride[k] as number)) - 1) * (stride[k] as number) + reach - from)
      const less = Math.floor(total / 2)
      return auto === 'SAME_UPPER' ? [less, total - less] : [total - less, less]
    })
  }
  const pads = auto === 'VALID' ? undefined : call.ints('pads')
  if (pads !== undefined && (pads.length !== 2 * window.length || pads.some(each => each < 0 || each > 1e6)))
    call.fail(`pads [${pads.join(', ')}] are not two for each of ${window.length} axes`)
  return window.map((_, k) => [pads?.[k] ?? 0, pads?.[k + window.length] ?? 0])
}

function pooling(call: Call): { window: number[]; stride: number[]; dilation: number[]; padding: Pairs } {
  const spatial = call.rank(0) - 2
  const window = perAxis(call, 'kernel_shape', spatial)
  const [stride, dilation] = [perAxis(call, 'strides', spatial), perAxis(call, 'dilations', spatial)]
  const padding = padsOf(call, window, stride, dilation)
  if (call.int('ceil_mode', 0) === 0) return { window, stride, dilation, padding }
  // One more window where entries are left that none has seen, if it begins before the padding behind them.
  const wider = padding.map(([before, after], k): readonly [number, number] => {
    const [from, by] = [call.shape(0)[k + 2] as number, stride[k] as number]
    const reach = ((window[k] as number) - 1) * (dilation[k] as number) + 1
    const rest = from + before + after - reach
    const more = rest % by === 0 ? 0 : by - (rest % by)
    return [before, Math.ceil(rest / by) * by >= from + before ? after : after + more]
  })
  return { window, stride, dilation, padding: wider }
}

/** Until version 12 axes behind the one named count as one with it. */
function softened(call: Call, f: (x: Tensor, axis: number) => Tensor): ReturnType<Operator> {
  const shape = call.shape(0)
  const axis = call.axis(call.int('axis', call.opset < 13 ? 1 : -1), shape.length)
  if (call.opset >= 13 || axis === shape.length - 1) return float(f(call.tensor(0), axis))
  return float(d.reshape(f(d.reshape(call.tensor(0), [...shape.slice(0, axis), -1]), axis), shape))
}
