import { setFlagsFromString } from 'node:v8'
import { expect, it } from 'vitest'
import { add, compile, foriLoop, grad, jacobian, jvp, mul, take } from '../../src/index.ts'

/*
 * What a user hands over stays as fast to read as it was: V8 makes a list of objects, for good, of a list of numbers that optimised code reads where it
 * reads lists of objects as well.
 */

setFlagsFromString('--allow-natives-syntax')
const isOfNumbers = new Function('list', 'return %HasDoubleElements(list)') as (list: number[]) => boolean
const numbers = (length: number) => Array.from({ length }, (_, i) => Math.sin(i))

const squares = (x: number[]) => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum = add(sum, mul(x[i]!, x[i]!))
  return sum
}
const inLoop = (x: number[]) => foriLoop(0, x.length, (i, sum: number) => add(sum, take(x, i) as unknown as number), 0)
const doubled = (x: number[]) => x.map(each => mul(each, 2))

it.each<[string, (x: number[]) => unknown]>([
  ['values and gradients of a loop', x => [squares(x), grad(squares)(x)]],
  ['values and gradients of a loop of the graph', x => [inLoop(x), grad(inLoop)(x)]],
  ['values and Jacobians', x => [doubled(x), jacobian(doubled, { mode: 'reverse' })(x.slice(0, 300))]],
  ['derivatives in a direction', x => jvp(squares, [x], [x])],
])('lists of numbers stay such: %s', (_, use) => {
  const x = numbers(1000)
  const fast = compile(grad(squares))
  fast(x)
  for (let k = 0; k < 100; k++) use(x)
  fast(x)
  expect(isOfNumbers(x)).toBe(true)
})
