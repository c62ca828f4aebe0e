import { listedOperands, shapeOf } from '../core/dispatch.ts'
import { flag } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { broadcastTo } from './broadcast.ts'
import { composite } from './kinds/composite.ts'
import { reshape } from './shape.ts'

const gridOptions = {
  indexing: { is: ['xy', 'ij'], default: 'xy', says: "What the first two axes are: 'xy' for the second and the first vector, as in plots, 'ij' in order." },
  sparse: { is: flag, default: false, says: 'Whether the axes of the others stay of length 1.' },
} as const satisfies Options

export const meshgrid = /* @__PURE__ */ composite<(vectors: Iterable<TensorLike>, ...options: Given<OptionsOf<typeof gridOptions>, []>) => Tensor[]>({
  name: 'meshgrid',
  summary: 'The coordinates of a grid from those of its axes: a tensor for each vector of a list.',
  formula: '(X_{ij}, Y_{ij}) = (x_j, y_i)',
  names: ['np.meshgrid', 'torch.meshgrid', 'jnp.meshgrid', 'tf.meshgrid'],
  options: gridOptions,
  of: (vectors: Iterable<TensorLike>, { indexing, sparse }: Read<typeof gridOptions>) => {
    const operands = listedOperands('meshgrid', vectors)
    const swapped = indexing === 'xy' && operands.length > 1
    const axisOf = (i: number) => (swapped && i < 2 ? 1 - i : i)
    const lengths = operands.map((_, axis) => sizeOfShape(shapeOf(operands[axisOf(axis)])))
    return operands.map((each, i) => {
      const along = reshape(
        each,
        lengths.map((length, axis) => (axis === axisOf(i) ? length : 1)),
      )
      return sparse ? along : broadcastTo(along, lengths)
    })
  },
  samples: [
    [
      [
        [1, 2],
        [3, 4, 5],
      ],
    ],
    [[[1, 2], [3, 4, 5], [0.5]], { indexing: 'ij' }],
    [
      [
        [1, 2],
        [3, 4, 5],
      ],
      { sparse: true },
    ],
  ],
})
