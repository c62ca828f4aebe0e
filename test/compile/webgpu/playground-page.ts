import { valuesAt } from '../../../docs/.vitepress/theme/playground/many.ts'
import { compileAsync } from '../../../src/compile/entries/webgpu.ts'
import { add, exp, gt, mul, sin } from '../../../src/index.ts'
import { report } from './report.ts'

/** What the playground's plot asks for: values of a function of two numbers at many places. */
const places = Array.from({ length: 3072 }, (_, i) => [0.05 * (i % 64) - 1, 0.04 * Math.floor(i / 64) - 1] as const)
const device = async () => compileAsync

await report(async () => {
  const levels = await valuesAt(([x, y]) => add(mul(sin(x as number), exp(y as number)), 1), places, device)
  const branches = await valuesAt(([x, y]) => (gt(x as number, 0) ? x : y) as number, places, device)
  const wrong = (values: number[], f: (x: number, y: number) => number) =>
    Math.max(...values.map((each, i) => Math.abs(each - f(...(places[i] as [number, number])))))
  return {
    levels: [levels.by, levels.values.length, wrong(levels.values, (x, y) => Math.sin(x) * Math.exp(y) + 1)],
    branches: [branches.by, wrong(branches.values, (x, y) => (x > 0 ? x : y))],
  }
})
