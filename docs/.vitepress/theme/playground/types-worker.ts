import ts from 'typescript'
import given from '../../cache/playground/declarations.json' with { type: 'json' }
import type { Member, TypeProblem } from './types.ts'

/*
 * TypeScript's language service over one function, in a worker that the editor starts; scripts/playground.ts makes one file of it.
 */

const LIBRARY = '/lib.d.ts'
const FUNCTION = '/function.ts'
/** What stands before the function: the names that it may call, as they are injected into it. */
const HEAD = `import { ${given.names.join(', ')} } from './dualtape/index.ts'; const f = `
const OPTIONS: ts.CompilerOptions = {
  noLib: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  // Parameters without a type are welcome: they are numbers, most often.
  noImplicitAny: false,
}

const files = new Map([[LIBRARY, given.library], ...Object.entries(given.files).map(([path, text]) => [`/dualtape/${path}`, text] as const)])
let version = 0
const service = ts.createLanguageService({
  getScriptFileNames: () => [LIBRARY, FUNCTION],
  getScriptVersion: path => (path === FUNCTION ? String(version) : '0'),
  getScriptSnapshot: path => ts.ScriptSnapshot.fromString(files.get(path) ?? ''),
  getCurrentDirectory: () => '/',
  getCompilationSettings: () => OPTIONS,
  getDefaultLibFileName: () => LIBRARY,
  fileExists: path => files.has(path),
  readFile: path => files.get(path),
})

self.onmessage = ({ data: { id, text, at } }: MessageEvent<{ id: number; text: string; at?: number }>) => {
  if (files.get(FUNCTION) !== HEAD + text) {
    files.set(FUNCTION, HEAD + text)
    version++
  }
  self.postMessage({ id, answer: at === undefined ? problems(text) : members(at) })
}

/** What is wrong with the types. What does not read as TypeScript is told by what runs it. */
function problems(text: string): TypeProblem[] {
  if (service.getSyntacticDiagnostics(FUNCTION).length > 0) return []
  return service.getSemanticDiagnostics(FUNCTION).flatMap(({ start, length, messageText }) => {
    const from = (start ?? 0) - HEAD.length
    if (from < 0) return []
    return { from, to: Math.min(text.length, from + (length ?? 1)), message: ts.flattenDiagnosticMessageText(messageText, '\n') }
  })
}

/** Members behind a dot, or what the function itself declares. */
function members(at: number): Member[] {
  const found = service.getCompletionsAtPosition(FUNCTION, HEAD.length + at, { includeCompletionsForModuleExports: false })
  if (found === undefined) return []
  const local = ['parameter', 'local var', 'local function', 'let', 'const', 'var']
  const own = found.entries.filter(
    ({ kind, name, sortText }) =>
      /^[A-Za-z_$][\w$]*$/.test(name) &&
      (found.isMemberCompletion || (local.includes(kind) && sortText <= '11' && name !== 'f' && !given.names.includes(name))),
  )
  return own.map(({ name, kind }) => ({ label: name, type: kind === 'method' || kind === 'function' ? 'function' : 'variable' }))
}
