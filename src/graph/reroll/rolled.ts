import type { Definition } from '../../core/definition.ts'
import { DualtapeError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { Line, Operand, Program } from './program.ts'
import type { Affine, Place } from './tree.ts'

/** What a step of loops that were found has beside the program. */
export interface RolledParams {
  readonly program: Program
  /** For each source the operands that it is: the entries of tensors one after the other, or numbers. */
  readonly sources: readonly { readonly operands: readonly number[]; readonly isTensor: boolean; readonly size: number }[]
}

/**
 * Steps on numbers that were found to be loops, as one step of a graph. Its result holds those of the program one after the other, and
 * at the end 1, or 0 where a question has another answer than the one that was taken for granted.
 */
export const rolled: Definition = {
  name: 'rolled',
  kind: 'custom',
  summary: 'Loops that were found among steps on numbers.',
  formula: 'y = f(x)',
  differentiable: true,
  samples: [],
  evaluate: (operands, params) => run(params as RolledParams, operands),
  linearize: () => {
    throw new DualtapeError('compile: loops that were found have no rule of their own; their steps have.')
  },
}

/** How many numbers the result has. */
export function sizeOf({ outs }: Program): number {
  return outs.reduce((sum, length) => sum + length, 1)
}

/** Where the results begin, and at the end how many numbers there are before the last. */
export function startsOf({ outs }: Program): number[] {
  const starts = [0]
  for (const length of outs) starts.push((starts.at(-1) as number) + length)
  return starts
}

/** What a program computes with: numbers, or steps of a graph. */
export interface Domain<V> {
  literal(value: number | boolean): V
  source(source: number, position: number): V
  apply(definition: ElementwiseDefinition, operands: readonly V[]): V
  /** Whether to go on. */
  ask(value: V, line: Line & { kind: 'ask' }): boolean
}

/** Runs a program; its results one after the other, or undefined where it was ended by a question. */
export function execute<V>({ lines, ...program }: Program, { literal, source, apply, ask }: Domain<V>): V[] | undefined {
  const out: V[] = []
  const starts = startsOf({ lines, ...program })
  const memory: V[] = []
  const locals: V[] = []
  const rounds: number[] = []
  const at = ({ base, grows }: Affine) => grows.reduce((sum, grow, l) => sum + grow * (rounds[l] as number), base)
  const placeOf = (place: Place) => (place.table === undefined ? at(place) : (place.table[at(place)] as number) + (place.shift ?? 0))
  const value = (operand: Operand): V => {
    switch (operand.kind) {
      case 'literal':
        return literal(operand.value)
      case 'local':
        return locals[operand.local.id] as V
      case 'source':
        return source(operand.source, placeOf(operand))
      case 'first':
        return value((rounds[operand.level] as number) < operand.cut ? operand.first : operand.rest)
      case 'table': {
        const number = operand.values[at(operand)] as number
        return literal(operand.isBoolean ? number !== 0 : number)
      }
      case 'memory':
        return memory[at(operand)] as V
      case 'gather':
        return memory[operand.table[at(operand)] as number] as V
    }
  }
  const run = (list: readonly Line[]): boolean =>
    list.every(line => {
      if (line.kind === 'compute') {
        const result = apply(line.definition, line.operands.map(value))
        locals[line.local.id] = result
        if (line.store !== undefined) memory[placeOf(line.store)] = result
      } else if (line.kind === 'put') {
        if (line.only.every(({ level, from, to }) => (rounds[level] as number) >= from && (rounds[level] as number) < to))
          out[(starts[line.out] as number) + placeOf(line.at)] = value(line.value)
      } else if (line.kind === 'ask') return ask(value(line.value), line)
      else {
        const { carried, level, count, body } = line
        for (const { local, init } of carried) if (init !== undefined) locals[local.id] = value(init)
        const most = at(count)
        for (let round = 0; round < most; round++) {
          rounds[level] = round
          if (!run(body)) return false
          for (const { local, next } of carried.toReversed()) locals[local.id] = locals[next.id] as V
        }
      }
      return true
    })
  return run(lines) ? out : undefined
}

function run({ program, sources }: RolledParams, operands: readonly Value[]): Tensor {
  const data = new Float64Array(sizeOf(program))
  const read = sources.map(({ operands: ids, isTensor, size }) => {
    if (!isTensor) return Float64Array.from(ids, id => Number(operands[id]))
    const all = new Float64Array(size)
    let from = 0
    for (const id of ids) {
      const { data: part } = operands[id] as Tensor
      all.set(part, from)
      from += part.length
    }
    return all
  })
  const results = execute<number | boolean>(program, {
    literal: value => value,
    source: (source, position) => read[source]?.[position] as number,
    apply: ({ value }, each) => value(...(each as number[])) as number | boolean,
    ask: (value, { expected }) => Boolean(value) === expected,
  })
  if (results !== undefined) {
    data.set(results as number[])
    data[data.length - 1] = 1
  }
  return new Tensor(data, [data.length])
}
