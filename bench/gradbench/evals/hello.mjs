/** x², and its derivative. */
import { compile, grad, mul } from 'dualtape'

const f = x => mul(x, x)
const slope = compile(grad(f))

export const square = x => ({ run: () => f(x) })
export const double = x => ({ run: () => slope(x) })
