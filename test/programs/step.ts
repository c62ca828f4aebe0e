import type { Tensor } from '../../src/index.ts'
import type { Random } from '../forms/random.ts'
import type { JetArray } from './arrays.ts'
import { Jet } from './jets.ts'

/** A step of a program: the library's way and the plain one to the same array. */
export interface Step {
  readonly text: string
  readonly library: (...operands: Tensor[]) => Tensor
  readonly plain: (...operands: JetArray[]) => JetArray
}

export type Shape = readonly number[]

/** A kind of step: for the shapes of its operands a step, or undefined where they do not fit. */
export interface Operator {
  readonly name: string
  readonly arity: number
  readonly make: (random: Random, ...shapes: Shape[]) => Omit<Step, 'text'> & { text?: string }
  readonly fits: (...shapes: Shape[]) => boolean
}

export const anything = () => true
export const hasAxis = (x: Shape) => x.length > 0
export const axisOf = (random: Random, x: Shape) => Math.floor(random.next() * x.length)
export const jet = (value: number) => new Jet(value)
export const isMatrix = (x: Shape): boolean => x.length === 2
