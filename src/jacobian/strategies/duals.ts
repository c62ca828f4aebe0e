import { counted } from '../../core/counted.ts'
import { pickEntry } from '../../core/dispatch.ts'
import { zeros } from '../../core/makers.ts'
import { isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { CHUNK, isTraced } from '../../core/traced.ts'
import { leavesOf, mapTree } from '../../core/tree.ts'
import type { Value } from '../../core/types.ts'
import { pushDirections } from '../../forward/jvp.ts'
import { priceOfDuals } from '../cost.ts'
import { Entries } from '../entries.ts'
import { SparsityPattern } from '../pattern.ts'
import { runDense } from './passes.ts'
import type { Executable, Problem } from './strategy.ts'

/** All columns in one evaluation with duals: for few inputs, and without a tape. */
export function duals({ size, most }: Problem): Executable[] {
  const { inputs, outputs } = size
  if (inputs === 0 || inputs > Math.min(most, CHUNK)) return []
  return [
    {
      mode: 'forward',
      passes: inputs,
      chunk: inputs,
      ...priceOfDuals(size),
      pattern: SparsityPattern.dense(outputs, inputs),
      why: `every column by itself: ${counted(inputs, 'pass')} in one evaluation with duals, and no tape`,
      // Where there is a tape already it is swept.
      run: (call, ends) => runDense(call, ends, true, inputs),
      evaluate,
    },
  ]
}

function evaluate(name: string, f: (...args: never[]) => unknown, x: unknown): { value: unknown; entries: Entries } {
  const leaves = leavesOf(x, name).flatMap((leaf): Value[] => (isNumericTypedArray(leaf) ? [...leaf] : [leaf as Value]))
  const inputs = leaves.reduce((sum: number, leaf) => sum + (leaf instanceof Tensor ? leaf.size : 1), 0)
  let column = 0
  const seeds = leaves.map(leaf => {
    const first = column
    column += leaf instanceof Tensor ? leaf.size : 1
    return Array.from({ length: inputs }, (_, k) => {
      if (!(leaf instanceof Tensor)) return k === first ? 1 : 0
      const seed = zeros(leaf.shape)
      if (k >= first && k < column) seed.data[k - first] = 1
      return seed
    })
  })
  const { value, tangents } = pushDirections(name, f, [x], seeds, inputs, [0], true)
  const columns = tangents.map(entriesOf)
  const entries = Entries.zeros((columns[0]?.length ?? 0) * inputs)
  columns.forEach((each, j) => {
    for (let i = 0; i < each.length; i++) entries.set(i * inputs + j, each[i] as Value)
  })
  return { value, entries }
}

/** All entries of a tree in order. */
function entriesOf(tree: unknown): ArrayLike<Value> {
  if (tree instanceof Tensor && !isTraced(tree)) return tree.data
  const entries: Value[] = []
  mapTree(tree, 'jacobian', leaf => {
    if (leaf instanceof Tensor) for (let i = 0; i < leaf.size; i++) entries.push(pickEntry(leaf, i))
    else if (isNumericTypedArray(leaf)) entries.push(...leaf)
    else entries.push(leaf as Value)
  })
  return entries
}
