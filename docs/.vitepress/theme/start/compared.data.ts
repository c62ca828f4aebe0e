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
    const { cases }: { cases: { name: string; size: string; times: Record<string, number> }[] } = JSON.parse(readFileSync(results, 'utf8'))
    return [...new Set(cases.map(({ name }) => name))].map(name => ({
      name,
      points: cases
        .filter(each => each.name === name)
        .map(({ size, times }) => ({ size, ratio: Number(((times.compiled as number) / (times['C++ by hand'] as number)).toPrecision(2)) })),
    }))
  },
}
