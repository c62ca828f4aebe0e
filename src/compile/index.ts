export type { Algebra } from '../graph/optimise.ts'
export { type Compiled, type CompileOptions, compile, compileAsync } from './compile.ts'
export { Assignment, type GraphBuilder, graph, type Session, type SessionOptions } from './session.ts'
