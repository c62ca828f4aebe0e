import { type Shape, stridesOf } from '../core/shape.ts'

/** The first position, and strides with which positions for the entries of a shape in order are sums over its axes; undefined if there are none. */
export function regularPlaces(shape: Shape, positions: Int32Array): { first: number; strides: number[] } | undefined {
  const near = stridesOf(shape)
  const first = positions[0] ?? -1
  if (first < 0 || shape.length === 0) return undefined
  const strides = shape.map((length, axis) => (length > 1 ? (positions[near[axis] as number] as number) - first : 0))
  const fits = positions.every((each, i) => {
    let [rest, place] = [i, first]
    near.forEach((stride, axis) => {
      place += Math.floor(rest / stride) * (strides[axis] as number)
      rest %= stride
    })
    return each === place
  })
  return fits ? { first, strides } : undefined
}
