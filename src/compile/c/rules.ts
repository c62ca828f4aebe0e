import { type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { ReduceParams } from '../../ops/reduction.ts'
import { whole } from '../checked.ts'
import type { Source } from './source.ts'

/*
 * Operators that are neither expressions nor movements nor sums: the loops that their values are. They read their operands from x and y
 * (numbers have one entry) and fill o.
 */

/** What a rule knows of a step. */
export interface Filled {
  readonly source: Source
  /** The shapes of the operands, and of the result. */
  readonly shapes: readonly Shape[]
  readonly shape: Shape
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what the operator's own signature returns
  readonly params: any
  /** Room for numbers on the way. */
  room(size: number): string
}

type Rule = (step: Filled) => string[]

interface Running {
  readonly axis: number
  readonly reverse: boolean
}

/** Loops over the fibres of a tensor along some axes: `inside` for each, with where it begins, and its loops over entries. */
function fibres(shape: Shape, axes: readonly number[], inside: (start: string, each: (entry: string) => string[]) => string[]): string[] {
  const strides = stridesOf(shape)
  const loop = (axis: number) => `for (int r${axis} = 0; r${axis} < ${whole(shape[axis] as number)}; r${axis}++)`
  const place = (chosen: readonly number[]) => chosen.map(axis => `${strides[axis]} * r${axis}`).join(' + ') || '0'
  const kept = [...shape.keys()].filter(axis => !axes.includes(axis))
  const lines = inside(place(kept), entry => [`${axes.map(loop).join(' ')} {`.trim(), entry, '}'])
  return [`${kept.map(loop).join(' ')} {`.trim(), ...lines.flatMap(line => line.split('\n')), '}'].map(line => line.replaceAll(/\bENTRY\b/g, place(axes)))
}

/** A fold along one axis: `step` with `at` the place of an entry. */
function along(shape: Shape, { axis, reverse }: Running, before: string, step: string): string[] {
  const stride = stridesOf(shape)[axis] as number
  const length = whole(shape[axis] as number)
  const place = reverse ? `${length - 1} - k` : 'k'
  return fibres(shape, [axis], start => [before, `for (int k = 0; k < ${length}; k++) {`, `const int at = ${start} + ${stride} * (${place});`, step, '}'])
}

const runningExtreme =
  (name: 'Math.max' | 'Math.min', first: string): Rule =>
  ({ source, shapes, params }) =>
    along(shapes[0] as Shape, params, `dualtape_real all = ${first};`, `all = ${source.call(name, ['all', 'x[at]'])};\no[at] = all;`)

const truth =
  (start: 0 | 1): Rule =>
  ({ source, shapes, params }) => {
    const holds = source.call('truth', ['x[from + ENTRY]'])
    const lines = fibres(shapes[0] as Shape, (params as ReduceParams).axes, (start_, each) => [
      `const int from = ${start_};`,
      `int all = ${start};`,
      ...each(`if (${start === 1 ? '!' : ''}${holds}) all = ${1 - start};`),
      'o[j++] = all;',
    ])
    return ['int j = 0;', ...lines]
  }

const extremePlace =
  (sign: '<' | '>'): Rule =>
  ({ shapes, params }) => {
    const lines = fibres(shapes[0] as Shape, (params as ReduceParams).axes, (start, each) => [
      `const int from = ${start};`,
      'int k = 0, winner = 0;',
      'dualtape_real best = 0;',
      // The first NaN is the extreme.
      ...each(`const dualtape_real e = x[from + ENTRY];\nif (k == 0 || (best == best && (e ${sign} best || e != e))) {\nbest = e;\nwinner = k;\n}\nk++;`),
      'o[j++] = winner;',
    ])
    return ['int j = 0;', ...lines]
  }

/** Statements for each matrix of a batch, from how many entries each operand's and the result's have. */
function eachMatrix({ shapes, shape }: Filled, rank: number, inside: readonly string[]): string[] {
  const first = shapes[0] as Shape
  const count = sizeOfShape(first.slice(0, -2))
  const steps = [...shapes.map(each => sizeOfShape(each.slice(-2))), rank === 0 ? 1 : sizeOfShape(shape.slice(-2))]
  const names = ['x', 'y'].slice(0, shapes.length)
  return [
    `for (int item = 0; item < ${whole(count)}; item++) {`,
    ...names.map((name, k) => `const dualtape_real *const ${name}m = ${name} + ${steps[k]} * item;`),
    `dualtape_real *const om = o + ${steps.at(-1)} * item;`,
    ...inside,
    '}',
  ]
}

/** What is made of the triangular factors of each matrix, in `lu`, and the sign of the order of their rows. */
const determinant =
  (result: (n: number, source: Source) => string[]): Rule =>
  step => {
    const n = (step.shapes[0] as Shape).at(-1) as number
    return [
      `dualtape_real *const lu = ${step.room(n * n + n)};`,
      ...eachMatrix(step, 0, [
        'dualtape_real sign;',
        `for (int i = 0; i < ${n * n}; i++) lu[i] = xm[i];`,
        `${step.source.call('lu', [`${n}`, 'lu', `lu + ${n * n}`, '&sign'])};`,
        ...result(n, step.source),
      ]),
    ]
  }

/** By the names of operators. */
export const RULES: Readonly<Record<string, Rule>> = {
  cumSum: ({ shapes, params }) => along(shapes[0] as Shape, params, 'dualtape_real all = 0;', 'all += x[at];\no[at] = all;'),
  cumMax: runningExtreme('Math.max', '-INFINITY'),
  cumMin: runningExtreme('Math.min', 'INFINITY'),
  runningSum: ({ shapes, params }) =>
    along(
      shapes[0] as Shape,
      params,
      'dualtape_real all = 0, run = NAN;',
      'if (y[at] != run && !(y[at] != y[at] && run != run)) all = 0;\nrun = y[at];\nall += x[at];\no[at] = all;',
    ),
  all: truth(1),
  any: truth(0),
  argMax: extremePlace('>'),
  argMin: extremePlace('<'),
  sortedPlaces: step => {
    const { axis: given, descending, places } = step.params as { axis: number; descending: boolean; places: 'flat' | 'axis' }
    const shape = step.shapes[0] as Shape
    const axis = given < 0 ? given + shape.length : given
    const [length, stride] = [shape[axis] as number, stridesOf(shape)[axis] as number]
    const order = step.source.call('order', ['x + first', `${length}`, `${stride}`, descending ? '1' : '0', 'order', `order + ${length}`])
    const place = places === 'flat' ? `first + ${stride} * order[k]` : 'order[k]'
    return [
      `dualtape_real *const order = ${step.room(2 * length)};`,
      ...fibres(shape, [axis], start => [
        `const int first = ${start};`,
        `${order};`,
        `for (int k = 0; k < ${length}; k++) o[first + ${stride} * k] = ${place};`,
      ]),
    ]
  },
  searchSorted: ({ source, shapes, shape, params }) => {
    const sorted = shapes[0] as Shape
    const length = sorted.at(-1) as number
    const perRow = sorted.length === 1 ? Math.max(sizeOfShape(shape), 1) : (shape.at(-1) as number)
    const place = source.call('place', [`x + ${length} * (i / ${perRow})`, `${length}`, 'y[i]', params.side === 'left' ? '1' : '0'])
    return [`for (int i = 0; i < ${sizeOfShape(shape)}; i++) o[i] = ${place};`]
  },
  checkedClasses: ({ source, shape, params }) => {
    const { count, ignoreIndex } = params as { count: number; ignoreIndex?: number }
    const ignored = ignoreIndex === undefined ? '' : `x[i] != ${source.number(ignoreIndex)} && `
    const isClass = `x[i] >= 0 && x[i] < ${whole(count)} && ${source.call('Math.floor', ['x[i]'])} == x[i]`
    return [`for (int i = 0; i < ${sizeOfShape(shape)}; i++) {`, `if (${ignored}!(${isClass})) return 2;`, 'o[i] = x[i];', '}']
  },
  linearSystem: step => {
    const [n, columns] = (step.shapes[1] as Shape).slice(-2) as [number, number]
    const solve = step.source.call('solve', [`${n}`, `${columns}`, 'lu', 'ym', 'om', `lu + ${n * n}`])
    return [
      `dualtape_real *const lu = ${step.room(n * n + n)};`,
      ...eachMatrix(step, 2, [`for (int i = 0; i < ${n * n}; i++) lu[i] = xm[i];`, `if (!${solve}) return 4;`]),
    ]
  },
  triangularSystem: step => {
    const [n, columns] = (step.shapes[1] as Shape).slice(-2) as [number, number]
    const { lower, unit, transpose } = step.params as { lower: boolean; unit: boolean; transpose: boolean }
    const flags = [lower, unit, transpose].map(each => (each ? '1' : '0'))
    const check = unit ? [] : [`for (int k = 0; k < ${n}; k++) if (xm[${n + 1} * k] == 0) return 4;`]
    return eachMatrix(step, 2, [
      ...check,
      `for (int i = 0; i < ${n * columns}; i++) om[i] = ym[i];`,
      `${step.source.call('substitute', [`${n}`, `${columns}`, 'xm', 'om', ...flags])};`,
    ])
  },
  cholesky: step => eachMatrix(step, 2, [`if (!${step.source.call('cholesky', [`${(step.shapes[0] as Shape).at(-1)}`, 'xm', 'om'])}) return 4;`]),
  det: determinant((n, source) => [
    `dualtape_real *const factors = lu + ${n * n};`,
    `for (int i = 0; i < ${n}; i++) {`,
    `const dualtape_real factor = lu[${n + 1} * i];`,
    'int k = i;',
    `for (; k > 0 && ${source.call('Math.abs', ['factors[k - 1]'])} > ${source.call('Math.abs', ['factor'])}; k--) factors[k] = factors[k - 1];`,
    'factors[k] = factor;',
    '}',
    // Factors are taken so that the product does not leave the range on the way.
    'dualtape_real product = 1;',
    `for (int low = 0, high = ${n - 1}; low <= high;) product *= product > 1 || product < -1 ? factors[low++] : factors[high--];`,
    'om[0] = sign * product;',
  ]),
  logDet: determinant((n, source) => [
    'om[0] = 0;',
    `for (int i = 0; i < ${n}; i++) om[0] += ${source.call('Math.log', [source.call('Math.abs', [`lu[${n + 1} * i]`])])};`,
  ]),
  signDet: determinant((n, source) => [`for (int i = 0; i < ${n}; i++) sign *= ${source.call('Math.sign', [`lu[${n + 1} * i]`])};`, 'om[0] = sign + 0;']),
}
