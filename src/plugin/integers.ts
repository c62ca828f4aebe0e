import { freeNames } from './names.ts'
import { bare, isFunction, type Node, namesIn, walk } from './syntax.ts'

/**
 * The names in a function that hold integers from literals, and sums and products of those, whatever happens: counters and
 * positions, whose arithmetic stays as it is. A name counts for all variables that are called so, also outside. Lengths do not count:
 * `{ length: x }` may be that of a pendulum. Nor do names to be left out.
 */
export function integersIn(root: Node, without: Iterable<string> = []): ReadonlySet<string> {
  /** What names are given, and names that may be given anything. */
  const given = new Map<string, Node[]>()
  const others = new Set<string>(without)
  const give = (name: string, value: Node | null | undefined) => {
    if (value === null || value === undefined) others.add(name)
    else if (given.has(name)) given.get(name)?.push(value)
    else given.set(name, [value])
  }
  for (const name of freeNames(root)) others.add(name)
  walk(root, node => {
    if (isFunction(node)) for (const each of node.params) for (const name of namesIn(each)) others.add(name)
    if (node.type === 'CatchClause' && node.param !== null) for (const name of namesIn(node.param)) others.add(name)
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') {
      const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left
      for (const name of namesIn(target)) others.add(name)
    }
    if (node.type === 'VariableDeclarator') {
      if (node.id.type === 'Identifier') give(node.id.name, node.init)
      else for (const name of namesIn(node.id)) others.add(name)
    }
    if (node.type === 'AssignmentExpression') {
      const { left, right, operator } = node
      if (left.type !== 'Identifier') for (const name of namesIn(left)) others.add(name)
      else if (['=', '+=', '-=', '*='].includes(operator)) give(left.name, right)
      else others.add(left.name)
    }
  })
  const integers = new Set([...given.keys()].filter(name => !others.has(name)))
  for (let before = -1; before !== integers.size; ) {
    before = integers.size
    for (const name of integers) if (!given.get(name)?.every(value => isInteger(value, integers))) integers.delete(name)
  }
  return integers
}

/** Whether an expression is an integer, given the names that are. */
export function isInteger(expression: Node, integers: ReadonlySet<string>): boolean {
  const node = bare(expression)
  switch (node.type) {
    case 'Literal':
      return Number.isInteger(node.value)
    case 'Identifier':
      return integers.has(node.name)
    case 'UnaryExpression':
      return node.operator === '-' && isInteger(node.argument, integers)
    case 'UpdateExpression':
      return isInteger(node.argument, integers)
    case 'BinaryExpression':
      return ['+', '-', '*', '%'].includes(node.operator) && isInteger(node.left, integers) && isInteger(node.right, integers)
    default:
      return false
  }
}
