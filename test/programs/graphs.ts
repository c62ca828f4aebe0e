import { add, compile, exp, foriLoop, grad, gt, lt, mul, scan, sin, sum, Tensor, take, tensor, trace, vmap, whileLoop } from '../../src/index.ts'
import * as operators from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of any types
type Any = any

/** Graphs as `toJSON` writes them: of all operators, their derivatives and batches, and of loops and guards. */
export function writtenGraphs(): string[] {
  const texts = new Set<string>()
  const note = (make: () => object | undefined) => {
    try {
      texts.add(JSON.stringify(make()))
    } catch {
      // Not every operator can be differentiated twice, or batched, at each of its samples.
    }
  }
  const ways = (f: (...args: Any[]) => unknown, args: readonly Any[], batches = true) => {
    const number = (...xs: Any[]) => leavesOf(f(...xs)).reduce((total: Any, leaf) => add(total, sum(mul(leaf as Any, leaf as Any))), 0)
    note(() => trace(f, ...args))
    note(() => compiled(f, args))
    note(() => compiled(grad(number as Any), args))
    note(() => compiled(grad((x: Any, ...others: Any[]) => sum(sin(grad(number as Any)(x, ...others) as Any))) as Any, args))
    if (batches)
      note(() =>
        compiled(
          vmap(f as Any),
          args.map(each => operators.stack([each, each])),
        ),
      )
  }
  for (const { name, samples } of registry) {
    const call = (operators as Any)[name]
    for (const sample of samples) {
      for (const given of [sample, sample.map(asTensor)]) {
        const end = name === 'einsum' ? 0 : given.findIndex(each => !isValue(each))
        const rest = end < 0 ? [] : given.slice(end)
        ways((...xs) => call(...xs, ...rest), end < 0 ? given : given.slice(0, end))
      }
    }
  }
  const [x, w, m] = [
    0.5,
    tensor([0.2, -1, 0.7, 2]),
    tensor([
      [0.1, 0.5],
      [-0.3, 0.9],
    ]),
  ]
  ways(a => foriLoop(0, 20, (i, s: Any) => add(mul(s, a), sin(mul(i, a))), a), [x])
  ways(a => foriLoop(0, 20, (i, [s, t]: Any) => [t, add(s, mul(i, t))], [a, mul(a, 2)]), [x])
  ways((a, b) => foriLoop(0, 20, (_, s: Any) => sin(operators.matmul(b, s)), a), [tensor([1, 2]), m])
  ways((a, b) => scan((s: Any, each: Any) => [add(mul(s, a), each), exp(s)], 0.1, b), [x, w])
  ways((a, b) => scan((s: Any, each: Any) => [add(mul(s, 0.5), each), sum(s)], a, b), [tensor([1, 2]), operators.concat([m, m, m, m, m, m, m, m, m])])
  ways(
    a =>
      whileLoop(
        (s: Any) => lt(s, 100),
        (s: Any) => add(mul(s, 1.5), 1),
        a,
      ),
    [x],
  )
  ways(
    a =>
      whileLoop(
        ([s]: Any) => lt(s, 3),
        ([s, t]: Any) => [add(s, 0.25), sin(mul(t, a))],
        [a, a],
      ),
    [x],
  )
  ways(
    a =>
      foriLoop(
        0,
        20,
        (i, s: Any) =>
          add(
            s,
            foriLoop(0, 18, (k, t: Any) => sin(add(t, mul(k, i))), s),
          ),
        a,
      ),
    [x],
  )
  ways((a, i) => take(a, i), [w, tensor([1, 2])])
  ways((a, i) => foriLoop(0, 20, (k, s: Any) => mul(s, take(a, operators.mod(add(k, i), 4) as Any)), 1), [w, 2])
  note(() => trace((a: number, b: number) => (gt(a, 0) ? (lt(b, a) ? sin(a) : mul(a, b)) : exp(b)), 0.5, 0.2))
  note(() =>
    trace(
      (a: Any) => (gt(sum(a), 0) ? sum(operators.cholesky(a)) : sum(a)),
      tensor([
        [4, 1],
        [1, 3],
      ]),
    ),
  )
  note(() => trace((a: Any) => [a.x, a.x, { y: mul(a.x, 2) }], { x: 1 }))
  const small = [...texts].filter(text => text !== undefined && text.length < 6000)
  // Of loops there are few, which have the most parts.
  const loops = small.filter(text => text.includes('"loop"'))
  return [...small, ...new Array<string[]>(9).fill(loops).flat()]
}

function compiled(f: (...args: Any[]) => unknown, args: readonly unknown[]): object | undefined {
  const fast = compile(f)
  fast(...args)
  return fast.graph?.toJSON()
}

function leavesOf(y: Any): unknown[] {
  if (Array.isArray(y)) return y.flatMap(leavesOf)
  return typeof y === 'object' && Object.getPrototypeOf(y) === Object.prototype ? Object.values(y).flatMap(leavesOf) : [y]
}

const isValue = (x: unknown): boolean => typeof x === 'number' || x instanceof Tensor || (Array.isArray(x) && x.length > 0 && x.every(isValue))

function asTensor(x: unknown): unknown {
  if (!Array.isArray(x) || !isValue(x)) return x
  try {
    return tensor(x)
  } catch {
    // A list of tensors of different shapes.
    return x
  }
}
