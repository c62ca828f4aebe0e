/*
 * The kernels in C, from their source in TypeScript: numbers are doubles, truths ints, lists of numbers and objects structs, and
 * functions in functions get what they use of those around them as further parameters. What this cannot write is left out, with all
 * that calls it.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'
import { FunctionWriter } from './c-functions.ts'
import { type Declaration, ListText, NotInC } from './c-texts.ts'
import type { Known } from './c-values.ts'
import { HEAD } from './symbols.ts'

export async function cKernels(root: string): Promise<string> {
  const entry = `${root}src/ops/kernels/index.ts`
  const program = ts.createProgram([entry], {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    allowImportingTsExtensions: true,
    noEmit: true,
  })
  const checker = program.getTypeChecker()
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol)
  const declarations: Record<string, Declaration> = { list: { text: ListText, calls: [] } }
  const names = new Map<ts.Symbol, string>()
  const values = new Map<ts.SourceFile, Record<string, unknown>>()
  const nameOf = (symbol: ts.Symbol): string => {
    let name = names.get(symbol)
    if (name !== undefined) return name
    name = symbol.name
    for (let k = 2; [...names.values()].includes(name); k++) name = `${symbol.name}${k}`
    names.set(symbol, name)
    return name
  }
  const resolved = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
  const all = exported.map(resolved).filter(symbol => symbol.valueDeclaration !== undefined)
  for (const symbol of all) nameOf(symbol)
  const files = new Set(program.getSourceFiles().filter(file => file.fileName.includes('/ops/kernels/') && !file.isDeclarationFile))
  for (const file of files) values.set(file, await constantsOf(file))
  const failed = new Map<string, string>()
  const declared = new Set<string>()
  const known: Known = {
    checker,
    constant: symbol => values.get(symbol.valueDeclaration?.getSourceFile() as ts.SourceFile)?.[symbol.name],
    function: symbol => {
      const own = resolved(symbol)
      const node = own.valueDeclaration
      if (node === undefined || !(ts.isFunctionDeclaration(node) || isArrow(node))) return undefined
      const name = nameOf(own)
      if (!declared.has(name)) {
        declared.add(name)
        try {
          const text = TEXTS[name]
          declarations[name] = text ?? new FunctionWriter(known, name, node as ts.FunctionDeclaration).declaration()
        } catch (error) {
          if (!(error instanceof NotInC)) throw error
          failed.set(name, error.message)
        }
      }
      return { name, node: isArrow(node) ? ((node as ts.VariableDeclaration).initializer as ts.ArrowFunction) : (node as ts.FunctionDeclaration) }
    },
    declare: (id, declaration) => {
      declarations[id] ??= declaration
    },
  }
  for (const symbol of all) known.function(symbol)
  // What calls a function that there is none of is none either.
  for (let grown = true; grown; ) {
    grown = false
    for (const [name, { calls }] of Object.entries(declarations)) {
      const missing = calls.find(each => failed.has(each))
      if (missing === undefined) continue
      failed.set(name, `calls ${missing}`)
      delete declarations[name]
      grown = true
    }
  }
  const lost = all.filter(symbol => failed.has(nameOf(symbol))).map(symbol => `${nameOf(symbol)}: ${failed.get(nameOf(symbol))}`)
  if (process.env.DEBUG === 'c') for (const [name, why] of failed) console.error(`${name}: ${why}`)
  if (lost.length > 0 && process.env.DEBUG === 'c') console.error(lost.length, 'lost')
  const entries = Object.entries(declarations).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = entries.map(
    ([name, { text, calls, prototype }]) =>
      `  ${JSON.stringify(name)}: ${JSON.stringify({ text, calls: [...new Set(calls)], ...(prototype !== undefined && { prototype }) })},`,
  )
  return `${HEAD}/** The functions of \`ops/kernels\` in C, and the tables and types that they use; \`Math.\` begins names of functions that a library has. */
// biome-ignore format: one line for each
export const KERNELS: Readonly<Record<string, { readonly text: string; readonly calls: readonly string[]; readonly prototype?: string }>> = {
${lines.join('\n')}
}
`
}

/** Functions that are not what they seem: one counts how often it is needed, one looks at a number's bits. */
const TEXTS: Readonly<Record<string, Declaration>> = {
  strongProduct: {
    text: 'static inline double dt_strongProduct(double x, double y) { double p = x * y; return p == p || (x != 0 && y != 0) ? p : 0; }',
    calls: [],
    prototype: '',
  },
  highPart: {
    text: 'static double dt_highPart(double x) {\n  uint64_t bits;\n  memcpy(&bits, &x, sizeof bits);\n  bits &= ~(uint64_t)0xffffffff;\n  memcpy(&x, &bits, sizeof bits);\n  return x;\n}',
    calls: [],
    prototype: 'static double dt_highPart(double x);',
  },
}

function isArrow(node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) &&
    node.initializer !== undefined &&
    ts.isArrowFunction(node.initializer) &&
    node.parent.parent.parent.kind === ts.SyntaxKind.SourceFile
  )
}

/** What the constants of a module are, and those that it computes when they are needed first. */
async function constantsOf(file: ts.SourceFile): Promise<Record<string, unknown>> {
  const text = readFileSync(file.fileName, 'utf8')
  const names: string[] = []
  const later: [string, string][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken)
      later.push([node.left.getText(), node.right.getText()])
    ts.forEachChild(node, visit)
  }
  visit(file)
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name } of statement.declarationList.declarations)
      for (const each of ts.isIdentifier(name) ? [name] : name.elements.flatMap(element => (ts.isBindingElement(element) ? [element.name] : [])))
        names.push(each.getText())
  }
  if (names.length === 0) return {}
  const lazily = later.map(([name, value]) => [name, `later_${name}`, value] as const)
  const contents = [
    text,
    ...lazily.map(([, own, value]) => `const ${own} = ${value}`),
    `export const valuesOfModule = { ${names.filter(name => !later.some(([own]) => own === name)).join(', ')}${lazily.map(([name, own]) => `, ${name}: ${own}`).join('')} }`,
  ].join('\n')
  const { outputFiles } = await build({ stdin: { contents, resolveDir: dirname(file.fileName), loader: 'ts' }, bundle: true, write: false, format: 'esm' })
  const made = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.text ?? '').toString('base64')}`)
  return made.valuesOfModule
}
