import { compile, mean, ravel, reshape, square, sub, type Tensor, take, tensor, valueAndGrad } from '../../src/index.ts'
import { dense, lstm } from '../../src/nn/index.ts'
import { adam, cosineDecay } from '../../src/optim/index.ts'
import { fold, type Key, key, randint } from '../../src/random/index.ts'
import { readPackaged } from './data.ts'
import type { OnProgress, Outcome } from './outcome.ts'
import { lossCurve, svg } from './picture.ts'

const UNITS = 16
const memory = lstm(1, UNITS)
const readout = dense(UNITS, 1)

const init = (seed: Key) => ({ memory: memory.init(fold(seed, 0)), readout: readout.init(fold(seed, 1)) })
type Parameters = ReturnType<typeof init>

/** For sequences [length, batch, 1] of changes, the change that follows each. */
const follow = (p: Parameters, x: Tensor) => readout.apply(p.readout, memory.apply(p.memory, x))

/** How much is trained. */
export interface SeriesOptions {
  steps?: number
  /** Months in a sequence, and sequences in a step. */
  length?: number
  batch?: number
}

/**
 * Carbon dioxide in the air of Mauna Loa, month by month: an LSTM that reads the changes so far tells the next one. It learns from the years before 1995;
 * those from 1995 on are told one month ahead. The loop over months is one loop in the compiled gradient.
 */
export function series(
  { steps = 1000, length = 48, batch = 16 }: SeriesOptions = {},
  progress: OnProgress = () => {},
): Outcome & { error: number; lastYear: number; lastMonth: number } {
  const months = readMonths()
  const split = months.findIndex(({ year }) => year >= 1995)
  const changes = months.slice(1).map(({ value }, i) => value - (months[i] as Month).value)
  const learned = changes.slice(0, split - 1)
  const scale = Math.sqrt(learned.reduce((sum, each) => sum + each ** 2, 0) / learned.length)
  const scaled = tensor(changes.map(each => each / scale))

  const loss = (p: Parameters, x: Tensor, y: Tensor) => mean(square(sub(follow(p, x), y)))
  const slope = compile(valueAndGrad(loss))
  const seed = key(3)
  const optimiser = adam(init(fold(seed, 0)), { learningRate: cosineDecay(0.01, { over: steps }) })
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const starts = randint(fold(fold(seed, 1), step), [batch], { high: learned.length - length }).data
    /** The months of all sequences of this step, from a number of months behind their starts on. */
    const from = (behind: number) =>
      reshape(
        take(
          scaled,
          Array.from({ length: length * batch }, (_, i) => (starts[i % batch] as number) + Math.floor(i / batch) + behind),
        ),
        [length, batch, 1],
      )
    const [value, gradient] = slope(optimiser.params, from(0), from(1))
    optimiser.step(gradient)
    losses.push(value)
    if (step % 5 === 0) progress(step / steps, `loss ${value.toFixed(3)}`)
  }

  // Entry i is what is told of change i + 1.
  const told = ravel(follow(optimiser.params, reshape(scaled, [-1, 1, 1])))
  const tested = Array.from({ length: changes.length - split }, (_, i) => split + i)
  const deviation = (tell: (i: number) => number) => Math.sqrt(tested.reduce((sum, i) => sum + (tell(i) - (changes[i] as number)) ** 2, 0) / tested.length)
  const error = deviation(i => scale * told.at(i - 1))
  const lastYear = deviation(i => changes[i - 12] as number)
  const lastMonth = deviation(i => changes[i - 1] as number)
  const at = (i: number) => 1958 + (i + 2) / 12
  return {
    losses,
    error,
    lastYear,
    lastMonth,
    table: [
      ['next month is told by', 'error in ppm'],
      ['no change', deviation(() => 0).toFixed(3)],
      ['the change of the last month', lastMonth.toFixed(3)],
      ['the change of a year ago', lastYear.toFixed(3)],
      ['the LSTM', error.toFixed(3)],
    ],
    summary: `${tested.length} months from 1995 on, which it has not learned from.`,
    files: {
      'loss.svg': lossCurve('Carbon dioxide: squared error of scaled changes', losses),
      'told.svg': svg({
        title: 'Carbon dioxide at Mauna Loa, told one month ahead',
        xLabel: 'year',
        yLabel: 'parts per million',
        lines: [{ name: 'told', points: tested.map(i => [at(i + 1), (months[i] as Month).value + scale * told.at(i - 1)]) }],
        dots: [{ name: 'measured', points: tested.map(i => [at(i + 1), (months[i + 1] as Month).value]) }],
      }),
    },
  }
}

interface Month {
  year: number
  value: number
}

/** Monthly means from March 1958 on, from the npm package vega-datasets. */
function readMonths(): Month[] {
  const [, ...lines] = readPackaged('vega-datasets/data/co2-concentration.csv').trim().split('\n')
  return lines.map(line => {
    const [date = '', value] = line.split(',')
    return { year: Number(date.slice(0, 4)), value: Number(value) }
  })
}
