import { checkpoint, compile, grad, jacobian, Tensor, tensor, variable, vmap } from '../src/index.ts'
import { numbersOf } from './results.ts'

// biome-ignore lint/suspicious/noExplicitAny: a function of a vector in every form that a vector has
export type OfVector = (x: any) => any

/** A function that gives a gradient or a Jacobian, in every way there is to compute it: all must give the same numbers. */
export const WAYS: { [way: string]: (f: OfVector) => (x: number[]) => number[] } = {
  reverse: f => x => numbersOf(jacobian(f, { mode: 'reverse' })(x)),
  forward: f => x => numbersOf(jacobian(f, { mode: 'forward' })(x)),
  'reverse on a tensor': f => x => numbersOf(jacobian(f, { mode: 'reverse' })(tensor(x))),
  'forward on a tensor': f => x => numbersOf(jacobian(f, { mode: 'forward' })(tensor(x))),
  checkpoint: f => x => numbersOf(jacobian(checkpoint(f), { mode: 'reverse' })(x)),
  'compiled to JavaScript': f => x => numbersOf(compile(jacobian(f, { mode: 'reverse' }), { target: 'js' })(x)),
  'compiled to WebAssembly': f => x => numbersOf(compile(jacobian(f, { mode: 'reverse' }), { target: 'wasm' })(tensor(x) as never)),
  interpreted: f => x => numbersOf(compile(jacobian(f, { mode: 'forward' }), { target: 'interpreter' })(x)),
  'for a batch': f => x => numbersOf(vmap(jacobian(f, { mode: 'reverse' }))([x] as never)),
}

/** The same for functions with one result: gradients of variables, too. */
export const WAYS_OF_GRADIENTS: typeof WAYS = {
  ...WAYS,
  grad: f => x => numbersOf(grad(f)(x)),
  'on a variable': f => x => {
    const given = variable(tensor(x))
    const out = f(given)
    ;(out instanceof Tensor ? out : (out as ReturnType<typeof variable>)).backward()
    return numbersOf(given.grad)
  },
}
