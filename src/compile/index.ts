export type { Algebra } from '../graph/optimise.ts'
export { compile, compileAsync } from './compile.ts'
export type { Compiled, CompileOptions } from './compiled.ts'
export { Assignment, type GraphBuilder, graph, type Session, type SessionOptions } from './session.ts'
