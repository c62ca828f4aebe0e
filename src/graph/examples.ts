import type { Definition } from '../core/definition.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'

/** What an operator gives for examples, which may be numbers that it refuses. */
export function exampleOf(definition: Definition, operands: readonly Value[], params: unknown): Value {
  if (definition.example === undefined) return definition.evaluate(operands, params)
  try {
    return definition.evaluate(operands, params)
  } catch {
    return definition.example(operands, params)
  }
}

/** A value that operators can be tried on to learn the shapes they give: entries away from 0, a matrix that can be inverted. */
export function exampleFor(shape: Shape): number | Tensor {
  if (shape.length === 0) return 0.618
  const size = sizeOfShape(shape)
  const data = Float64Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(12.9898 * (i + 1)))
  const n = shape.at(-1) as number
  if (shape.at(-2) === n) {
    for (let first = 0; first < size; first += n * n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) data[first + i * n + j] = data[first + j * n + i] as number
        data[first + i * n + i] = n + 1 + 0.1 * i
      }
    }
  }
  return new Tensor(data, shape)
}
