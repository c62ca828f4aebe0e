import { shapeOf } from '../core/dispatch.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkSynchronous } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { belonging } from '../ops/casts.ts'
import { fitting } from '../ops/kinds/authored.ts'
import { Leaf, type Watch } from './leaf.ts'

/** Gives a gradient to whom it belongs: hooks first, then it is added to what is there. */
export function receive(watch: Watch, adjoint: Value): Value {
  const inDtype = (each: Value) => (watch instanceof Leaf ? belonging(each, watch.value) : each)
  // Cotangents may be shared between operands, and a hook may change what it is given in place.
  let grad = watch.hooks.length > 0 ? copied(inDtype(adjoint)) : inDtype(adjoint)
  for (const hook of watch.hooks) {
    const given = hook(grad)
    checkSynchronous('onGrad', given)
    grad = inDtype(fitting('onGrad: the gradient that was returned', given ?? grad, shapeOf(adjoint)))
  }
  // Cotangents may be shared between operands, and a gradient may be changed in place.
  if (watch.retained) watch.grad = watch.grad === null ? copied(grad) : (add(watch.grad as number, grad as number) as Value)
  return grad
}

function copied(grad: Value): Value {
  return grad instanceof Tensor && !isTraced(grad) ? new Tensor(grad.data.slice(), grad.shape, grad.dtype) : grad
}
