export { type AdamOptions, adam, adamW, type Optimizer, type OptimizerState, type SgdOptions, sgd } from './first-order.ts'
export { type Closure, type Lbfgs, type LbfgsOptions, lbfgs } from './lbfgs.ts'
export { type Fit, type FitOptions, levenbergMarquardt, type Residuals } from './levenberg-marquardt.ts'
export { cosineDecay, exponentialDecay, type Schedule, stepDecay, warmup } from './schedules.ts'
