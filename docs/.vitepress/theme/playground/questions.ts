import { derivative, valueAndGrad } from 'dualtape'
import { minimize } from 'dualtape/solve'
import type { Row } from './facts.ts'
import { type LoadsDevice, orNaN, valuesAt } from './many.ts'

/** What is asked about a function after its facts. */
export type Question =
  | { kind: 'time' }
  /** Value and slope of an output along an input. */
  | { kind: 'curve'; input: number; output: number; from: number; to: number }
  /** Values and gradients over the two inputs. */
  | { kind: 'field'; x: [number, number]; y: [number, number] }
  /** Ways down from a place. */
  | { kind: 'descend'; from: [number, number]; x: [number, number]; y: [number, number] }

export interface Answers {
  time: { name: string; milliseconds: number }[]
  curve: { x: number[]; value: number[]; slope: number[] }
  field: { columns: number; rows: number; values: number[]; by: string; arrows: { x: number; y: number; dx: number; dy: number }[] }
  descend: { steepest: number[]; lbfgs: number[]; value: number; steps: [number, number] }
}

interface Asked {
  f: Row
  list: (x: number[]) => number[]
  values: number[]
  isScalar: boolean
  plan: (x: number[]) => unknown
  compiled: ((x: number[]) => unknown) | undefined
  device: LoadsDevice | undefined
}

export async function answer<K extends keyof Answers>(question: Question & { kind: K }, asked: Asked): Promise<Answers[K]> {
  const answers: { [Each in keyof Answers]: (question: never) => Answers[Each] | Promise<Answers[Each]> } = {
    time: () => times(asked),
    curve: (given: Question & { kind: 'curve' }) => curve(given, asked),
    field: (given: Question & { kind: 'field' }) => field(given, asked),
    descend: (given: Question & { kind: 'descend' }) => descend(given, asked),
  }
  return (await answers[question.kind](question as never)) as Answers[K]
}

/** Milliseconds in which something is repeated. */
const PATIENCE = 150

function times({ list, values, plan, compiled }: Asked): Answers['time'] {
  // As many columns as there is time for, and the others in proportion.
  const start = performance.now()
  list(values)
  const columns = Math.max(1, Math.min(values.length, Math.floor(PATIENCE / Math.max(0.001, performance.now() - start))))
  const differences = () => {
    for (let i = 0; i < columns; i++) list(values.map((each, k) => (k === i ? each + 1e-7 : each)))
    return list(values)
  }
  const runs: [string, () => unknown][] = [
    ['the function, as it is', () => list(values)],
    ['the Jacobian, by its plan', () => plan(values)],
    ...(compiled === undefined ? [] : [['the Jacobian, compiled', () => compiled(values)] as [string, () => unknown]]),
    ['finite differences, with 8 digits', differences],
  ]
  return runs.map(([name, run], i) => {
    const scale = i === runs.length - 1 ? (values.length + 1) / (columns + 1) : 1
    run()
    const start = performance.now()
    let count = 0
    for (; performance.now() - start < PATIENCE; count++) run()
    return { name, milliseconds: (scale * (performance.now() - start)) / count }
  })
}

const COUNT = 161

function curve({ input, output, from, to }: Question & { kind: 'curve' }, { list, values }: Asked): Answers['curve'] {
  const along = (t: number) => list(values.map((each, i) => (i === input ? t : each)))[output]!
  const slope = derivative(along)
  const x = Array.from({ length: COUNT }, (_, i) => from + ((to - from) * i) / (COUNT - 1))
  const numbers = (g: (t: number) => number) => x.map(t => orNaN(() => Number(g(t))))
  return { x, value: numbers(along), slope: numbers(slope) }
}

const [COLUMNS, ROWS] = [64, 48]
const [ACROSS, DOWN] = [12, 9]

async function field({ x, y }: Question & { kind: 'field' }, { f, device }: Asked): Promise<Answers['field']> {
  const at = ([from, to]: [number, number], i: number, count: number) => from + ((to - from) * i) / (count - 1)
  const places = Array.from({ length: ROWS * COLUMNS }, (_, i) => [at(x, i % COLUMNS, COLUMNS), at(y, Math.floor(i / COLUMNS), ROWS)] as const)
  const { values, by } = await valuesAt(f, places, device)
  const slope = valueAndGrad(f as (x: number[]) => number)
  const arrows: Answers['field']['arrows'] = []
  for (let row = 0; row < DOWN; row++)
    for (let column = 0; column < ACROSS; column++) {
      const place = [at(x, column + 0.5, ACROSS + 1), at(y, row + 0.5, DOWN + 1)]
      const [dx, dy] = orNothing(() => slope(place)[1])
      arrows.push({ x: place[0]!, y: place[1]!, dx: dx!, dy: dy! })
    }
  return { columns: COLUMNS, rows: ROWS, values, by, arrows }
}

/** Steepest descent that halves its steps until they lead down, and L-BFGS. */
function descend({ from, x, y }: Question & { kind: 'descend' }, { f }: Asked): Answers['descend'] {
  const slope = valueAndGrad(f as (x: number[]) => number)
  const steepest = [...from]
  let place: number[] = [...from]
  let rate = 0.1 * Math.max(x[1] - x[0], y[1] - y[0])
  let count = 0
  for (; count < 200; count++) {
    const [value, gradient] = slope(place)
    const size = Math.hypot(...gradient)
    if (!(size > 1e-9)) break
    rate *= 2
    let next = place
    // Armijo's rule: a step that leads down by a tenth of what the slope promises.
    while (rate > 1e-12) {
      next = place.map((each, i) => each - (rate * gradient[i]!) / size)
      if (Number(f(next)) < value - 0.1 * rate * size) break
      rate /= 2
    }
    if (rate <= 1e-12) break
    place = next
    steepest.push(...place)
  }
  const found = minimize(f as (x: number[]) => number, [...from], { method: 'lbfgs', maxIterations: 200, history: true })
  const path = found.history!.map(state => state.x)
  return { steepest, lbfgs: path.flat(), value: found.value, steps: [count, found.iterations] }
}

/** No direction where a function is not defined. */
function orNothing(run: () => number[]): number[] {
  try {
    return run()
  } catch {
    return [Number.NaN, Number.NaN]
  }
}
