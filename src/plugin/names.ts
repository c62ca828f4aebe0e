import { childrenOf, isFunction, type Node, namesIn, walk } from './syntax.ts'

/** The names that a function uses and does not declare. */
export function freeNames(root: Node): Set<string> {
  const free = new Set<string>()
  const visit = (node: Node, declared: ReadonlySet<string>): void => {
    const names = declaredIn(node)
    const own = names.length === 0 ? declared : new Set([...declared, ...names])
    if (node.type === 'Identifier' && !own.has(node.name) && node.name !== 'undefined' && node.name !== 'arguments') free.add(node.name)
    const isName = (child: Node) =>
      (node.type === 'MemberExpression' && child === node.property && !node.computed) ||
      (['Property', 'MethodDefinition', 'PropertyDefinition'].includes(node.type) && child === node.key && !node.computed && node.shorthand !== true) ||
      (['LabeledStatement', 'BreakStatement', 'ContinueStatement'].includes(node.type) && child === node.label) ||
      (node.type === 'UnaryExpression' && node.operator === 'typeof' && child.type === 'Identifier') ||
      node.type === 'MetaProperty'
    for (const child of childrenOf(node)) if (!isName(child)) visit(child, own)
  }
  visit(root, new Set())
  return free
}

/** Names that a node declares for what is in it; what is declared later counts, too. */
function declaredIn(node: Node): string[] {
  if (isFunction(node)) return [...(node.id ? [node.id.name] : []), ...(node.params as Node[]).flatMap(namesIn), ...variablesIn(node.body)]
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      return [...(node.body as Node[]).flatMap(namesOf), ...(node.type === 'StaticBlock' ? node.body.flatMap(variablesIn) : [])]
    case 'SwitchStatement':
      return (node.cases as Node[]).flatMap(each => (each.consequent as Node[]).flatMap(namesOf))
    case 'ForStatement':
      return node.init ? namesOf(node.init) : []
    case 'ForOfStatement':
    case 'ForInStatement':
      return namesOf(node.left)
    case 'CatchClause':
      return node.param ? namesIn(node.param) : []
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id ? [node.id.name] : []
    default:
      return []
  }
}

/** The names that a statement declares where it stands. */
function namesOf(statement: Node): string[] {
  if (statement.type === 'VariableDeclaration') return (statement.declarations as Node[]).flatMap(each => namesIn(each.id))
  return (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') && statement.id ? [statement.id.name] : []
}

/** The names that `var` declares in a function's body, wherever it stands. */
export function variablesIn(body: Node): string[] {
  const names: string[] = []
  walk(body, node => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') names.push(...namesOf(node))
    return !isFunction(node)
  })
  return names
}
