import { add, mul, sin, square, sub } from 'dualtape'

/** Functions whose Jacobians have a structure that one meets often. */
export interface Structure {
  name: string
  title: string
  words: string
  f: (x: number[]) => number[]
  x: number[]
}

const N = 16
const point = (n: number) => Array.from({ length: n }, (_, i) => 0.3 + i / n)
const total = (x: number[]) => x.reduce((sum, each) => add(sum, square(each)), 0)

/** A grid of 4 × 4: each place and its neighbours. */
function onGrid(x: number[]): number[] {
  return x.map((each, i) => {
    const neighbours = [i >= 4 ? i - 4 : -1, i < 12 ? i + 4 : -1, i % 4 > 0 ? i - 1 : -1, i % 4 < 3 ? i + 1 : -1].filter(k => k >= 0)
    return neighbours.reduce((sum, k) => sub(sum, x[k]!), mul(4, square(each)))
  })
}

export const STRUCTURES: readonly Structure[] = [
  {
    name: 'band',
    title: 'band',
    words: 'Each output reads an input and its two neighbours, as in a chain of springs.',
    f: x => x.map((each, i) => sub(mul(sub(3, mul(2, each)), each), add(i > 0 ? x[i - 1]! : 0, i < N - 1 ? mul(2, x[i + 1]!) : 0))),
    x: point(N),
  },
  {
    name: 'row',
    title: 'full row',
    words: 'One output reads all inputs, such as a total; each of the others reads one.',
    f: x => x.map((each, i) => (i === 0 ? total(x) : square(each))),
    x: point(N),
  },
  {
    name: 'arrow',
    title: 'arrow',
    words: 'One output reads all inputs, and one input is read by all outputs.',
    f: x => x.map((each, i) => (i === 0 ? total(x) : mul(square(each), x[0]!))),
    x: point(N),
  },
  { name: 'grid', title: 'grid', words: 'Places on a grid of 4 × 4 read their neighbours, as heat does.', f: onGrid, x: point(N) },
  {
    name: 'waist',
    title: 'waist',
    words: 'All that the outputs know of the inputs passes through one number.',
    f: x => {
      const waist = sin(total(x))
      return x.map((_, i) => mul(i + 1, sin(mul(waist, i + 1))))
    },
    x: point(N),
  },
  { name: 'loss', title: 'loss', words: 'Many inputs, one output: what one minimises.', f: x => [total(x)], x: point(N) },
  {
    name: 'curve',
    title: 'curve',
    words: 'One input, many outputs: a path over time.',
    f: x => Array.from({ length: N }, (_, i) => sin(mul(x[0]!, i + 1))),
    x: point(1),
  },
  {
    name: 'affine',
    title: 'affine',
    words: 'Sums of multiples: the Jacobian is the same everywhere.',
    f: x => x.map((each, i) => sub(mul(2, each), x[(i + 1) % N]!)),
    x: point(N),
  },
]
