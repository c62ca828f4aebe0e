/*
 * The syntax trees that are read, in the form that ESTree describes: every node has a type and the places where its text begins and ends.
 */

/** A node of a syntax tree. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  // biome-ignore lint/suspicious/noExplicitAny: what a node holds depends on its type
  readonly [part: string]: any
}

/** The nodes that a node is made of, in the order of their text. Types are none: they stay as they are. */
export function childrenOf(node: Node): readonly Node[] {
  const known = node as Node & { [CHILDREN]?: readonly Node[] }
  known[CHILDREN] ??= partsOf(node)
  return known[CHILDREN]
}

/** Trees do not change, and are walked often: what is found stays with its node. */
const CHILDREN = Symbol('children')

function partsOf(node: Node): Node[] {
  const children: Node[] = []
  for (const key in node) {
    if (key === 'loc' || key === 'typeAnnotation' || key === 'returnType' || key === 'typeParameters' || key === 'typeArguments') continue
    const part: unknown = node[key]
    if (Array.isArray(part)) for (const each of part) if (isNode(each)) children.push(each)
    if (isNode(part)) children.push(part)
  }
  // A shorthand property has its name twice.
  return children
    .filter(each => !each.type.startsWith('TS') || WITH_VALUES.has(each.type))
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((each, i, all) => i === 0 || each.start >= (all[i - 1] as Node).end)
}

/** Nodes of TypeScript that hold an expression. */
const WITH_VALUES = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSParameterProperty',
  'TSExportAssignment',
])

function isNode(x: unknown): x is Node {
  return typeof x === 'object' && x !== null && typeof (x as Node).type === 'string' && typeof (x as Node).start === 'number'
}

/** An expression without what TypeScript writes around it. */
export function bare(node: Node): Node {
  return WITH_VALUES.has(node.type) || node.type === 'ParenthesizedExpression' ? bare(node.expression) : node
}

export function isFunction({ type }: Node): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
}

export function isLoop({ type }: Node): boolean {
  return ['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'].includes(type)
}

/** Whether a function does all it does while it is called: async functions and generators go on later. */
export function endsAtOnce(node: Node): boolean {
  return isFunction(node) && node.async !== true && node.generator !== true
}

/** Visits a node and all below, until a visit gives false. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined | undefined): void {
  if (visit(node) === false) return
  for (const child of childrenOf(node)) walk(child, visit)
}

/** The names that a pattern gives values to. */
export function namesIn(pattern: Node): string[] {
  const names: string[] = []
  walk(pattern, node => {
    if (node.type === 'Identifier') names.push(node.name)
    if (node.type === 'AssignmentPattern') {
      names.push(...namesIn(node.left))
      return false
    }
    if (node.type === 'MemberExpression') return false
    if (node.type === 'Property') {
      names.push(...namesIn(node.value))
      return false
    }
    return undefined
  })
  return names
}

/** The directives that a body begins with. */
export function directivesOf(body: readonly Node[]): string[] {
  const texts: string[] = []
  for (const { type, expression } of body) {
    if (type !== 'ExpressionStatement' || expression.type !== 'Literal' || typeof expression.value !== 'string') break
    texts.push(expression.value)
  }
  return texts
}
