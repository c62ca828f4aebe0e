import { Interpreter } from '../graph/interpreter.ts'
import type { Backends } from './backend.ts'
import { carried } from './machine.ts'

/** A loop that reads the program: no code is made. */
export const interpreter: Backends['interpreter'] = {
  make: program => carried(new Interpreter(program.graph), program),
}
