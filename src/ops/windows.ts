import { OptionError, ShapeError } from '../core/errors.ts'
import { count, oneOrAll, positive } from '../core/option-kinds.ts'
import type { Option, OptionKind } from '../core/options.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { type Movement, remembered } from './movement.ts'
import { isPair } from './padding.ts'

/*
 * Windows that lie over the axes of a tensor, of convolutions and of pooling.
 */

/** Zeros around each spatial axis: a number for all, one per axis, [before, after] per axis, or 'same' or 'valid'. */
export type ConvolutionPadding = number | 'same' | 'valid' | readonly (number | readonly [number, number])[]

export const lengths: OptionKind<number | readonly number[]> = {
  wants: 'an integer of at least 1, for all spatial axes, or a list with one for each',
  accepts: (given): given is number | readonly number[] => oneOrAll(given, positive.accepts),
}
const paddings: OptionKind<ConvolutionPadding> = {
  wants: "'same', 'valid', an integer of at least 0, or a list with one or [before, after] for each spatial axis",
  accepts: (given): given is ConvolutionPadding => given === 'same' || given === 'valid' || oneOrAll(given, each => count.accepts(each) || isPair(each)),
}

export const padding = { is: paddings, default: 0, says: 'Zeros around each spatial axis.' } as const satisfies Option

export interface Windows {
  from: Shape
  window: Shape
  out: Shape
  stride: readonly number[]
  before: readonly number[]
  dilation: readonly number[]
}

/** Where windows lie along each spatial axis. */
export function windowsOf(
  name: string,
  from: Shape,
  window: Shape,
  stride: readonly number[],
  padding: ConvolutionPadding,
  dilation: readonly number[],
): Windows {
  const reach = window.map((length, axis) => (length - 1) * (dilation[axis] as number) + 1)
  if (Array.isArray(padding)) checkAxes(name, 'padding', padding, from.length)
  const pads = from.map((length, axis): readonly [number, number] => {
    if (padding === 'valid') return [0, 0]
    if (padding === 'same') {
      const step = stride[axis] as number
      const total = Math.max(0, (Math.ceil(length / step) - 1) * step + (reach[axis] as number) - length)
      return [Math.floor(total / 2), total - Math.floor(total / 2)]
    }
    const each = Array.isArray(padding) ? (padding as readonly (number | readonly [number, number])[])[axis] : padding
    return typeof each === 'number' ? [each, each] : (each as readonly [number, number])
  })
  const out = from.map((length, axis) => {
    const room = length + (pads[axis] as readonly [number, number])[0] + (pads[axis] as readonly [number, number])[1] - (reach[axis] as number)
    if (room < 0) throw new ShapeError(`${name}: a window that reaches over ${reach[axis]} entries does not fit an axis of length ${length} with its padding.`)
    return Math.floor(room / (stride[axis] as number)) + 1
  })
  return { from, window, out, stride, before: pads.map(pair => pair[0]), dilation }
}

/** The windows over so many channels that positions are those of. */
export interface Patches extends Windows {
  readonly channels: number
}

const made = /* @__PURE__ */ new WeakMap<Int32Array, Patches>()

/** What windows the positions of a movement are those of, for targets that have convolutions of their own; undefined for others. */
export function patchesOf(indices: Int32Array): Patches | undefined {
  return made.get(indices)
}

/** The entries of all windows, as [planes, channels · window, places]; −1 in the padding. */
export function patchMovement(planes: number, channels: number, windows: Windows): Movement {
  return remembered(JSON.stringify([planes, channels, windows]), () => movementOf(planes, channels, windows))
}

function movementOf(planes: number, channels: number, windows: Windows): Movement {
  const { from, window, out, stride, before, dilation } = windows
  const [area, size, places] = [sizeOfShape(from), sizeOfShape(window), sizeOfShape(out)]
  const offsets = new Int32Array(sizeOfShape([size, places]))
  for (let k = 0; k < size; k++) {
    for (let place = 0; place < places; place++) {
      let [position, restK, restPlace, step] = [0, k, place, 1]
      for (let axis = from.length - 1; axis >= 0; axis--) {
        const at =
          (restPlace % (out[axis] as number)) * (stride[axis] as number) -
          (before[axis] as number) +
          (restK % (window[axis] as number)) * (dilation[axis] as number)
        restPlace = Math.floor(restPlace / (out[axis] as number))
        restK = Math.floor(restK / (window[axis] as number))
        if (at < 0 || at >= (from[axis] as number)) position = Number.NaN
        position += at * step
        step *= from[axis] as number
      }
      offsets[k * places + place] = Number.isNaN(position) ? -1 : position
    }
  }
  const indices = new Int32Array(sizeOfShape([planes, channels, size, places]))
  for (let plane = 0, at = 0; plane < planes * channels; plane++) {
    const first = plane * area
    for (let i = 0; i < offsets.length; i++, at++) {
      const offset = offsets[i] as number
      indices[at] = offset < 0 ? -1 : first + offset
    }
  }
  made.set(indices, { channels, ...windows })
  return { shape: [planes, channels * size, places], indices }
}

export function perAxis(name: string, option: string, given: number | readonly number[], dimensions: number): readonly number[] {
  if (typeof given === 'number') return new Array<number>(dimensions).fill(given)
  checkAxes(name, option, given, dimensions)
  return given
}

export function checkAxes(name: string, option: string, given: readonly unknown[], dimensions: number): void {
  if (given.length !== dimensions) throw new OptionError(`${name}: ${option} lists one for each of ${dimensions} axes, but ${given.length} are given.`)
}
