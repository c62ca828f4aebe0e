import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { einsum, type Tensor, tensor } from '../../src/index.ts'
import { checkGrads } from '../../src/testing/index.ts'

interface Entry {
  shape: number[]
  data: number[]
}

const table: { subscripts: string; operands: Entry[]; result: Entry | null }[] = JSON.parse(
  readFileSync(new URL('../reference/einsum.json', import.meta.url), 'utf8'),
)

it.each(table.map(each => [`${each.subscripts} of ${each.operands.map(({ shape }) => `[${shape}]`).join(', ')}`, each] as const))(
  'axes of length 1 broadcast as in NumPy: %s',
  (_what, { subscripts, operands, result }) => {
    const given = operands.map(({ shape, data }) => tensor(data, shape))
    if (result === null) {
      expect(() => einsum(subscripts, ...given)).toThrow(/stands for lengths/)
      return
    }
    const found = einsum(subscripts, ...given)
    expect(typeof found === 'number' ? { shape: [], data: [found] } : { shape: found.shape, data: [...found.data] }).toEqual(result)
    if (given.every(each => each.size > 0)) checkGrads((...at: Tensor[]) => einsum(subscripts, ...at), given)
  },
)
