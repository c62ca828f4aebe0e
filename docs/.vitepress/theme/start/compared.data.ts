import { readFileSync } from 'node:fs'

/** GradBench's evals with their times beside C++ by hand, from what was measured last. */
export interface Compared {
  name: string
  points: { size: string; ratio: number }[]
}

declare const data: Compared[]

export { data }

const results = new URL('../../../../bench/results/gradbench.json', import.meta.url)

export default {
  watch: ['../../../../bench/results/gradbench.json'],
  load(): Compared[] {
    const measured: { module: string; size: string; ratio: number }[] = JSON.parse(readFileSync(results, 'utf8'))
    return [...new Set(measured.map(({ module }) => module))].map(name => ({
      name,
      points: measured.filter(({ module }) => module === name).map(({ size, ratio }) => ({ size, ratio: Number(ratio.toPrecision(2)) })),
    }))
  },
}
