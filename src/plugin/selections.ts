import { isInteger } from './integers.ts'
import { bare, type Node, namesIn, walk } from './syntax.ts'

/*
 * Conditions on values whose sides compute numbers and do nothing else: both sides can be computed, and a mask selects.
 */

/** Comparisons, and the functions of the runtime that answer them with a mask where values are abstract. */
export const MASKS: Readonly<Record<string, string>> = {
  '<': 'ltMask',
  '>': 'gtMask',
  '<=': 'leMask',
  '>=': 'geMask',
  '===': 'sameMask',
  '!==': 'differMask',
}
const ARITHMETIC = ['+', '-', '*', '/', '%', '**']

/** What is known of the function that an expression stands in. */
export interface Known {
  readonly integers: ReadonlySet<string>
  readonly isGlobal: (name: string) => boolean
}

/** Whether a test is made of comparisons, of which one may be of values. */
export function comparesValues(test: Node, known: Known): boolean {
  const { type, operator, left, right, argument } = bare(test)
  if (type === 'UnaryExpression') return operator === '!' && comparesValues(argument, known)
  if (type === 'LogicalExpression') return operator !== '??' && comparesValues(left, known) && comparesValues(right, known)
  return (
    type === 'BinaryExpression' &&
    MASKS[operator] !== undefined &&
    !(isInteger(left, known.integers) && isInteger(right, known.integers)) &&
    isArithmetic(left, known) &&
    isArithmetic(right, known)
  )
}

/** Whether an expression reads and computes, and does nothing else. */
export function isArithmetic(expression: Node, known: Known): boolean {
  const node = bare(expression)
  const isPart = (part: Node) => isArithmetic(part, known)
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number'
    case 'Identifier':
      return node.name !== 'undefined'
    case 'UnaryExpression':
      return ['+', '-'].includes(node.operator) && isPart(node.argument)
    case 'BinaryExpression':
      return ARITHMETIC.includes(node.operator) && isPart(node.left) && isPart(node.right)
    case 'ConditionalExpression':
      return isSelection(node, known)
    case 'MemberExpression':
      return node.optional !== true && node.object.type !== 'Super' && (isPart(node.object) || node.object.type === 'ThisExpression') && isKey(node, known)
    case 'CallExpression':
      return (
        node.optional !== true &&
        node.callee.type === 'MemberExpression' &&
        node.callee.computed !== true &&
        node.callee.object.type === 'Identifier' &&
        node.callee.object.name === 'Math' &&
        node.callee.property.name !== 'random' &&
        known.isGlobal('Math') &&
        (node.arguments as Node[]).every(isPart)
      )
    default:
      return false
  }
}

function isKey({ computed, property }: Node, known: Known): boolean {
  return computed ? isArithmetic(property, known) : property.type === 'Identifier'
}

/** Whether `test ? a : b` can select. */
export function isSelection({ test, consequent, alternate }: Node, known: Known): boolean {
  return comparesValues(test, known) && isArithmetic(consequent, known) && isArithmetic(alternate, known)
}

/** What the sides of a statement change. */
export interface Changed {
  readonly names: ReadonlySet<string>
  /** Entries and properties, by their text. */
  readonly places: ReadonlyMap<string, Node>
}

/** What `if` changes where its sides assign numbers to variables, entries and properties, and do nothing else; undefined for others. */
export function changedBy(statement: Node, known: Known, textOf: (node: Node) => string): Changed | undefined {
  const names = new Set<string>()
  const places = new Map<string, Node>()
  const declared = new Set<string>()
  const isTarget = (target: Node, own: ReadonlySet<string>): boolean => {
    const node = bare(target)
    if (node.type === 'Identifier') return own.has(node.name) || names.add(node.name) !== undefined
    if (node.type !== 'MemberExpression' || !isArithmetic(node, known)) return false
    places.set(textOf(node), node)
    return true
  }
  const isChange = (expression: Node, own: ReadonlySet<string>): boolean => {
    const { type, argument, expressions, operator = '', left, right } = bare(expression)
    if (type === 'UpdateExpression') return isTarget(argument, own)
    if (type === 'SequenceExpression') return (expressions as Node[]).every(each => isChange(each, own))
    const change = operator.slice(0, -1)
    return type === 'AssignmentExpression' && (change === '' || ARITHMETIC.includes(change)) && isTarget(left, own) && isArithmetic(right, known)
  }
  const isSide = (node: Node | null | undefined, own: Set<string>): boolean => {
    if (!node) return true
    switch (node.type) {
      case 'EmptyStatement':
        return true
      case 'BlockStatement': {
        const inner = new Set(own)
        return (node.body as Node[]).every(each => isSide(each, inner))
      }
      case 'ExpressionStatement':
        return isChange(node.expression, own)
      case 'IfStatement':
        return comparesValues(node.test, known) && isSide(node.consequent, own) && isSide(node.alternate, own)
      case 'VariableDeclaration':
        for (const each of node.declarations as Node[]) {
          for (const name of namesIn(each.id)) own.add(name)
          if (node.kind === 'var' || each.id.type !== 'Identifier' || !each.init || !isArithmetic(each.init, known)) return false
          declared.add(each.id.name)
        }
        return true
      default:
        return false
    }
  }
  if (!comparesValues(statement.test, known) || !isSide(statement.consequent, new Set()) || !isSide(statement.alternate, new Set())) return undefined
  // A place has to be the same one before, inside and after.
  const isMoved = (place: Node) => namesRead(place).some(name => declared.has(name) || names.has(name))
  if ([...places.values()].some(isMoved) || names.size + places.size === 0) return undefined
  return { names, places }
}

function namesRead(expression: Node): string[] {
  const names: string[] = []
  walk(expression, node => {
    if (node.type === 'Identifier') names.push(node.name)
    return undefined
  })
  return names
}

/** What a list of statements returns, where it does nothing but that, from its first one on. */
export type Returned = { value: Node } | { test: Node; yes: Returned; no: Returned }

/** What statements return that are `return` and `if` with such sides; undefined for others. */
export function returnedBy(statements: readonly Node[], known: Known): Returned | undefined {
  const [first, ...rest] = statements
  switch (first?.type) {
    case 'ReturnStatement':
      return first.argument && isArithmetic(first.argument, known) ? { value: first.argument } : undefined
    case 'BlockStatement':
      return returnedBy(first.body, known)
    case 'IfStatement': {
      if (!comparesValues(first.test, known)) return undefined
      const yes = returnedBy([first.consequent], known)
      const no = returnedBy(first.alternate ? [first.alternate] : rest, known)
      return yes && no && { test: first.test, yes, no }
    }
    default:
      return undefined
  }
}

/**
 * The names in a function that may say which entry, or how often: what stands in keys, tests of loops, and arguments of functions that
 * are not those of Math, and what those are computed from.
 */
export function positionsIn(root: Node): ReadonlySet<string> {
  const names = new Set<string>()
  const given: [name: string, value: Node][] = []
  const mark = (node: Node | null | undefined) => {
    if (node) for (const name of namesRead(node)) names.add(name)
  }
  walk(root, node => {
    const { type } = node
    if (type === 'MemberExpression' && node.computed) mark(node.property)
    if (['ForStatement', 'WhileStatement', 'DoWhileStatement'].includes(type)) mark(node.test)
    if (type === 'NewExpression' || (type === 'CallExpression' && node.callee.object?.name !== 'Math')) for (const each of node.arguments) mark(each)
    if (type === 'VariableDeclarator' && node.init) for (const name of namesIn(node.id)) given.push([name, node.init])
    if (type === 'AssignmentExpression') for (const name of namesIn(node.left)) given.push([name, node.right])
    if (type === 'AssignmentExpression' && node.left.property?.name === 'length') mark(node.right)
    return undefined
  })
  for (let before = -1; before !== names.size; ) {
    before = names.size
    for (const [name, value] of given) if (names.has(name)) mark(value)
  }
  return names
}
