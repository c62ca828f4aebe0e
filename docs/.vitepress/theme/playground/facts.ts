import { type Graph, planJacobian, trace } from 'dualtape'
import { isScalarGraph, type Step, walk } from '../walk.ts'
import type { LoadsDevice } from './many.ts'
import { type Answers, answer, type Question } from './questions.ts'

/** A Jacobian in compressed rows. */
export interface Matrix {
  rows: number
  columns: number
  rowPointers: ArrayLike<number>
  indices: ArrayLike<number>
  values: ArrayLike<number>
}

export interface Alternative {
  mode: string
  passes: number
  multiplications: number
  cost: number
  why: string
}

/** What the page shows of a function: data and nothing else. */
export interface Facts {
  value: unknown
  /** Names of the inputs, of the first of them where there are many. */
  names: string[]
  inputs: number
  outputs: number
  /** Whether the function gives a number, and not a list of them. */
  isScalar: boolean
  matrix?: Matrix
  /** The derivative by arguments that are no numbers or lists. */
  nested?: unknown
  plan?: { text: string; mode: string; alternatives: Alternative[] }
  coloring?: { columns?: ArrayLike<number> | undefined; rows?: ArrayLike<number> | undefined }
  steps?: Step[] | undefined
  /** The steps of the function, as text. */
  listing?: string
  source?: string | undefined
}

/** A function's facts, and answers to what is asked about it later. */
export interface Shown {
  facts: Facts
  ask<K extends keyof Answers>(question: Question & { kind: K }): Promise<Answers[K]>
}

/** A function of a row of numbers. */
export type Row = (x: number[]) => number | number[]

/** Names that are shown, and lines of the listing. */
const [MOST_NAMES, MOST_LINES] = [60, 400]

/** All that the page shows of a function of numbers; `code` writes the code of its derivative, `device` loads what compiles for the GPU. */
export function shownOf(
  f: Row,
  values: number[],
  names: string[],
  code: (isScalar: boolean) => { source: string; run?: (x: number[]) => unknown } | undefined,
  device?: LoadsDevice,
): Shown {
  const value = f(values)
  const isScalar = !Array.isArray(value)
  const outputs = isScalar ? 1 : value.length
  const list = (x: number[]) => (isScalar ? [f(x) as number] : (f(x) as number[]))
  const plan = planJacobian(list, values, { output: 'sparse' })
  const matrix = plan.jacobian(values)
  const graph = trace(list, values)
  const first = values.map((_, i) => (i === 0 ? 1 : 0))
  const steps = isScalarGraph(graph) && graph.nodes.length <= 60 ? walk(graph, values, first, names) : undefined
  const { columns, rows } = plan.coloring
  const compiled = code(isScalar)
  const facts: Facts = {
    value,
    names: names.slice(0, MOST_NAMES),
    inputs: values.length,
    outputs,
    isScalar,
    matrix: { rows: outputs, columns: values.length, rowPointers: matrix.rowPointers, indices: matrix.columns, values: matrix.values },
    plan: { text: plan.explain(), mode: plan.mode, alternatives: plan.alternatives.map(each => ({ ...each })) },
    coloring: { columns, rows },
    steps,
    listing: listingOf(graph),
    source: compiled?.source,
  }
  const asked = { f, list, values, isScalar, plan: (x: number[]) => plan.jacobian(x), compiled: compiled?.run, device }
  return { facts, ask: <K extends keyof Answers>(question: Question & { kind: K }) => answer<K>(question, asked) }
}

function listingOf(graph: Graph): string {
  if (graph.nodes.length > 20_000) return `${graph.nodes.length.toLocaleString('en')} steps`
  const inputs = graph.inputs.length
  const lines = graph
    .toString()
    .split('\n')
    .filter((line, i) => inputs <= 8 || i < 2 || !line.endsWith('= input'))
  return lines.length <= MOST_LINES ? lines.join('\n') : `${lines.slice(0, MOST_LINES).join('\n')}\n… and ${lines.length - MOST_LINES} more`
}
