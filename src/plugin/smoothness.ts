import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'

/** What a function does at points of its domain: its values jump, or its derivative does, or neither. */
export type Smoothness = 'jumps' | 'kinks' | 'smooth'

/** Points of lines along one operand each, beside which the others stay. No step ends at a number of few digits, where things happen. */
const STEPS = 80
const FROM = -4.03
const WIDTH = 8.17 / STEPS
const OTHERS = [1.3, -1.7]
/** What differs by less between points that are next to each other does not jump, and what is larger has a pole. */
const LEAST = 1e-3
const MOST = 1e3

const known = new WeakMap<object, Smoothness>()

/**
 * Whether an operator jumps or has kinks, found from the value and the partials of its definition along lines through its domain: each step
 * of a line is halved towards the larger change, which vanishes where there is no jump.
 */
export function smoothnessOf(definition: ElementwiseDefinition): Smoothness {
  let found = known.get(definition)
  if (found === undefined) {
    const values = lines(definition).map(line => (t: number) => Number(definition.value(...line(t))))
    const slopes = lines(definition).map((line, i) => (t: number) => partialOf(definition, line(t), i % definition.arity))
    found = values.some(jumps) ? 'jumps' : slopes.some(jumps) ? 'kinks' : 'smooth'
    known.set(definition, found)
  }
  return found
}

/** The operands along a line for each operand, and each place of the others; every `arity` of them change the same operand. */
function lines({ arity }: ElementwiseDefinition): ((t: number) => number[])[] {
  return OTHERS.flatMap(other => Array.from({ length: arity }, (_, k) => (t: number) => Array.from({ length: arity }, (_, i) => (i === k ? t : other))))
}

function partialOf(definition: ElementwiseDefinition, operands: readonly number[], k: number): number {
  if (definition.partials === undefined) return 0
  const partial = definition.partials(...operands, definition.value(...operands))[k]
  return Number(typeof partial === 'function' ? partial() : partial)
}

function jumps(f: (t: number) => number): boolean {
  return Array.from({ length: STEPS }, (_, i) => FROM + i * WIDTH).some(start => {
    let [a, b] = [start, start + WIDTH]
    for (let halving = 0; halving < 40; halving++) {
      const middle = (a + b) / 2
      if (Math.abs(f(middle) - f(a)) > Math.abs(f(b) - f(middle))) b = middle
      else a = middle
    }
    const [left, right] = [f(a), f(b)]
    return Math.abs(right - left) > LEAST && Math.max(Math.abs(left), Math.abs(right)) < MOST
  })
}
