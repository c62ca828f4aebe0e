import { heatEquation } from './heat.ts'
import { diagramLayout } from './layout.ts'
import { lennardJones } from './lennard-jones.ts'
import { lorenzByEuler, lorenzByRungeKutta } from './lorenz.ts'
import { lstm } from './lstm.ts'
import { gaussianMixture } from './mixture.ts'
import { matrixProduct } from './product.ts'
import type { LoopProgram } from './program.ts'
import { rosenbrockInLoop, rosenbrockOf } from './rosenbrock.ts'
import { springsByEuler, springsByRungeKutta } from './springs.ts'
import { timeWarping } from './warping.ts'

/** Numerical code as it is written, with native loops, beside its gradients by hand. */
export const loopPrograms: readonly LoopProgram[] = [
  rosenbrockOf,
  rosenbrockInLoop,
  lorenzByEuler,
  lorenzByRungeKutta,
  springsByEuler,
  springsByRungeKutta,
  heatEquation,
  lennardJones,
  matrixProduct,
  lstm,
  diagramLayout,
  gaussianMixture,
  timeWarping,
]
