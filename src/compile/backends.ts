import type { Backends } from './backend.ts'
import { interpreter } from './interpreter-backend.ts'
import { js } from './js-backend.ts'
import { planOf } from './policy.ts'
import { wasm } from './wasm-backend.ts'

/** All back ends, and what says which of them runs. */
export const allBackends: Backends = { js, wasm, interpreter, plan: planOf }
