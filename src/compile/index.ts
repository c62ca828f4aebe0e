export { type Compiled, type CompileOptions, compile } from './compile.ts'
export { Assignment, type GraphBuilder, graph, type Session } from './session.ts'
