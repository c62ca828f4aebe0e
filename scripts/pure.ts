/*
 * What lets bundlers leave out the parts of a bundle that an application does not use, statement by statement. The package
 * promises them that its modules do nothing when they are loaded; inside a bundle the same has to be said of each statement.
 */
import ts from 'typescript'

/** Code whose values at the top level are marked as computed for their own sake only. Statements that could act are an error. */
export function markPure(file: string, code: string): string {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
  const inserts: [number, string][] = []
  const namespaces = new Set([...code.matchAll(/^import \* as (\w+)/gm)].map(match => match[1] as string))
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { initializer } of statement.declarationList.declarations) {
        if (initializer === undefined || !mayAct(initializer, namespaces)) continue
        const isCall = ts.isNewExpression(initializer) || (ts.isCallExpression(initializer) && ts.isIdentifier(initializer.expression))
        if (isCall && initializer.arguments?.some(each => mayAct(each, namespaces)) !== true) inserts.push([initializer.getStart(), '/* @__PURE__ */ '])
        else inserts.push([initializer.getStart(), '/* @__PURE__ */ (() => ('], [initializer.end, '))()'])
      }
    } else if (ts.isClassDeclaration(statement)) {
      if (!statement.members.some(member => actsInClass(member, namespaces))) continue
      const keyword = statement.getChildren().find(child => child.kind === ts.SyntaxKind.ClassKeyword) as ts.Node
      inserts.push([keyword.getStart(), `const ${statement.name?.text} = /* @__PURE__ */ (() => { `], [statement.end, ` return ${statement.name?.text} })()`])
    } else if (!isDeclaration(statement)) {
      const { line } = source.getLineAndCharacterOfPosition(statement.getStart())
      throw new Error(`${file}:${line + 1} does something when the module is loaded, so no bundle could leave it out: do it where it is first needed.`)
    }
  }
  let marked = code
  for (const [at, text] of inserts.reverse()) marked = marked.slice(0, at) + text + marked.slice(at)
  return marked
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  )
}

/** Whether a bundler could think that a value does more than to be there: it calls, spreads or reads something. */
function mayAct(node: ts.Node, namespaces: ReadonlySet<string>): boolean {
  if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return false
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const marked = /[@#]__PURE__/.test(node.getFullText().slice(0, node.getLeadingTriviaWidth()))
    return !marked || (node.arguments?.some(each => mayAct(each, namespaces)) ?? false)
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && namespaces.has(node.expression.text)) return false
  if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return true
  if (ts.isTaggedTemplateExpression(node)) return true
  return ts.forEachChild(node, child => mayAct(child, namespaces)) ?? false
}

/** Whether a part of a class is computed when the class is made: a name in brackets, a static field or block. */
function actsInClass(member: ts.ClassElement, namespaces: ReadonlySet<string>): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return true
  if (member.name !== undefined && ts.isComputedPropertyName(member.name) && !/^Symbol\.\w+$/.test(member.name.expression.getText())) return true
  const isStatic = ts.canHaveModifiers(member) && member.modifiers?.some(each => each.kind === ts.SyntaxKind.StaticKeyword) === true
  return isStatic && ts.isPropertyDeclaration(member) && member.initializer !== undefined && mayAct(member.initializer, namespaces)
}

/**
 * Code in which a namespace that is used as an object is one that `plainNamespace` makes: the one that a bundler makes is filled by
 * a statement, which keeps all of it.
 */
export function withPlainNamespaces(code: string): string {
  const imports = [...code.matchAll(/^import \* as (\w+) from '(\.[^']+)'$/gm)]
  if (imports.length === 0) return code
  const source = ts.createSourceFile('module.ts', code, ts.ScriptTarget.Latest, true)
  return imports
    .filter(([, name]) => isUsedWhole(source, name as string))
    .reduce((result, [statement, name, specifier]) => result.replace(statement, `import { namespace as ${name} } from '${specifier}${PLAIN}'`), code)
}

/** What the names of modules end in that hold a namespace as an object. */
export const PLAIN = '?namespace'

/** A module that exports the namespace of another as an object with all its names. */
export function plainNamespace(path: string, names: readonly string[]): string {
  const list = names.join(', ')
  return `import { ${list} } from ${JSON.stringify(path)}\nexport const namespace = { ${list} }\n`
}

/** Whether a namespace is used other than to name one thing in it. */
function isUsedWhole(node: ts.Node, name: string): boolean {
  if (ts.isImportDeclaration(node)) return false
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name) return false
  if (ts.isIdentifier(node) && node.text === name) return !ts.isQualifiedName(node.parent) && !ts.isTypeQueryNode(node.parent)
  return ts.forEachChild(node, child => isUsedWhole(child, name)) ?? false
}
