export { type Compiled, type CompileOptions, compile, compileAsync } from './compile.ts'
export { Assignment, type GraphBuilder, graph, type Session } from './session.ts'
