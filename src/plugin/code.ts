import { isInteger } from './integers.ts'
import { freeNames, variablesIn } from './names.ts'
import { bare, childrenOf, endsAtOnce, isFunction, type Node, namesIn, walk } from './syntax.ts'

/*
 * What can be said about code by looking at it.
 */

export const BITS = ['&', '|', '^', '<<', '>>', '>>>']
export const QUESTIONS = ['<', '>', '<=', '>=', '===', '!==', '==', '!=', 'in', 'instanceof']
/** Those that are classes of JavaScript: compared with, or made anew, they are themselves. */
const CLASSES = ['Number', 'Boolean']
/** Methods of arrays whose callbacks answer questions, and what of the runtime reads the answers. */
export const CALLBACKS: ReadonlyMap<string, string> = new Map([
  ...['sort', 'toSorted'].map(name => [name, 'comparison'] as const),
  ...['filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every'].map(name => [name, 'predicate'] as const),
])
const AT_ONCE = new Set([...CALLBACKS.keys(), 'map', 'flatMap', 'forEach', 'reduce', 'reduceRight'])
/** Methods and questions that compare values as objects, or ask for their truth. */
const LOOKING = new Set(['includes', 'indexOf', 'lastIndexOf', 'is', 'isNaN', 'isFinite', 'isInteger', 'has', 'get', ...CALLBACKS.keys()])

/** Whether a place is an entry of a list, as far as one can see. */
export function isEntry(target: Node): boolean {
  const node = bare(target)
  return node.type === 'MemberExpression' && node.computed && node.object.type !== 'Super' && !isNoNumber(node.property)
}

/** Whether an expression needs parentheses beside an operator. */
export function isLoose({ type, operator }: Node): boolean {
  return type === 'AssignmentExpression' || type === 'ArrowFunctionExpression' || operator === '??'
}

export function isClass({ type, name }: Node): boolean {
  return type === 'Identifier' && CLASSES.includes(name)
}

/** Whether a list is made with a length alone, which is not seen to be an integer: Array(n). */
export function isMadeByLength(
  { callee, arguments: [length, ...others] }: Node,
  { integers, isGlobal }: { readonly integers: ReadonlySet<string>; readonly isGlobal: (name: string) => boolean },
): boolean {
  const isOfArray = callee.type === 'Identifier' && callee.name === 'Array' && isGlobal('Array')
  return isOfArray && others.length === 0 && length !== undefined && length.type !== 'SpreadElement' && !isInteger(length, integers)
}

/** Whether a body cannot stand in a block: a function there may not be called like another, or like a variable. */
export function needsItsScope({ type, body }: Node): boolean {
  if (type !== 'BlockStatement') return false
  const functions: string[] = (body as Node[]).flatMap(each => (each.type === 'FunctionDeclaration' ? [each.id.name] : []))
  if (functions.length === 0) return false
  const others = (body as Node[]).flatMap(variablesIn)
  return new Set(functions).size < functions.length || functions.some(name => others.includes(name))
}

/** Whether a call is of a method of arrays that calls its callback while it runs, as whatever is plain then stays. */
export function isCalledAtOnce({ callee }: Node): boolean {
  return callee.type === 'MemberExpression' && !callee.computed && AT_ONCE.has(callee.property.name)
}

/**
 * The functions in a body that are called while it runs, and never later: each has a name of its own, which stands before parentheses or
 * among the arguments of a method that calls it at once, in the body itself or in such functions.
 */
export function calledInside(body: Node): ReadonlySet<Node> {
  const byName = new Map<string, Node>()
  const names: string[] = []
  walk(body, node => {
    if (node.type === 'Identifier') names.push(node.name)
    const made = node.type === 'FunctionDeclaration' ? node : node.type === 'VariableDeclarator' && node.init && isFunction(node.init) ? node.init : undefined
    const name = node.type === 'FunctionDeclaration' ? node.id.name : node.id?.name
    if (made && name && endsAtOnce(made)) byName.set(name, made)
    return undefined
  })
  const inside = new Set(byName.values())
  for (let before = -1; before !== inside.size; ) {
    before = inside.size
    const seen = new Map<string, number>()
    const visit = (node: Node, stays: boolean): void => {
      const atOnce = node.type === 'CallExpression' && isCalledAtOnce(node)
      for (const child of childrenOf(node)) {
        if (stays && child.type === 'Identifier' && node.type === 'CallExpression' && (child === node.callee || atOnce))
          seen.set(child.name, (seen.get(child.name) ?? 0) + 1)
        visit(child, stays && (!isFunction(child) || inside.has(child) || (atOnce && child !== node.callee && endsAtOnce(child))))
      }
    }
    visit(body, true)
    // Besides where it is called, a name stands where it is declared.
    for (const [name, made] of byName) if (names.filter(each => each === name).length !== (seen.get(name) ?? 0) + 1) inside.delete(made)
  }
  return inside
}

/** Whether code asks about values what an object answers in silence: `===`, truth, `switch`, `typeof`, and methods that look for values. */
export function asksInSilence(body: Node, integers: ReadonlySet<string>): boolean {
  let found = false
  const asksTruth = (test: Node | null | undefined) => test && !isBoolean(test)
  walk(body, node => {
    const { type, operator } = node
    if (type === 'BinaryExpression' && ['===', '!==', '==', '!='].includes(operator) && !isNoNumber(node.left) && !isNoNumber(node.right)) found = true
    if (type === 'UnaryExpression' && (operator === 'typeof' || (operator === '!' && asksTruth(node.argument)))) found = true
    if (type === 'LogicalExpression' && operator !== '??' && asksTruth(node.left)) found = true
    if (['IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement', 'ForStatement'].includes(type) && asksTruth(node.test)) found = true
    // What a body catches, nobody else does.
    if (type === 'TryStatement' && node.handler) found = true
    if (
      type === 'CallExpression' &&
      node.callee.type === 'Identifier' &&
      ['Boolean', 'parseInt', 'parseFloat', 'String', 'structuredClone'].includes(node.callee.name)
    )
      found = true
    if (type === 'SwitchStatement' || (type === 'AssignmentExpression' && ['&&=', '||='].includes(operator))) found = true
    if (type === 'MemberExpression' && node.computed && !isNoNumber(node.property) && !isInteger(node.property, integers)) found = true
    if (type === 'MemberExpression' && !node.computed && LOOKING.has(node.property.name)) found = true
    return !found
  })
  return found
}

/** Whether a function uses what belongs to its call, and cannot be handed on: this, arguments, super, new.target. */
export function usesItsCall({ body, type }: Node): boolean {
  if (type === 'ArrowFunctionExpression') return false
  let found = false
  walk(body, node => {
    if (node.type === 'ThisExpression' || node.type === 'Super' || node.type === 'MetaProperty' || (node.type === 'Identifier' && node.name === 'arguments'))
      found = true
    return !found && (!isFunction(node) || node.type === 'ArrowFunctionExpression')
  })
  return found
}

/** Whether an expression is true or false, so that its truth need not be asked for. */
export function isBoolean(expression: Node): boolean {
  const node = bare(expression)
  if (node.type === 'BinaryExpression') return QUESTIONS.includes(node.operator)
  if (node.type === 'UnaryExpression') return node.operator === '!'
  if (node.type === 'LogicalExpression') return isBoolean(node.left) && isBoolean(node.right)
  return node.type === 'Literal' && typeof node.value === 'boolean'
}

/** Whether an expression is a text, null or undefined: a comparison with it is none of numbers. */
export function isNoNumber(expression: Node): boolean {
  const node = bare(expression)
  if (node.type === 'Literal') return typeof node.value === 'string' || node.value === null || typeof node.value === 'boolean'
  return (
    node.type === 'TemplateLiteral' ||
    (node.type === 'Identifier' && node.name === 'undefined') ||
    (node.type === 'UnaryExpression' && node.operator === 'typeof')
  )
}

/** Methods that change nothing but by their callbacks. */
const PURE = new Set([
  ...[...AT_ONCE].filter(each => each !== 'sort'),
  ...['at', 'charAt', 'charCodeAt', 'concat', 'entries', 'flat', 'from', 'isArray', 'join', 'keys', 'of', 'slice', 'toReversed', 'toString', 'values', 'with'],
])
const FRESH = new Set(['Array', 'Error', 'Float32Array', 'Float64Array', 'Map', 'RangeError', 'Set', 'TypeError'])

/** Whether nobody sees that a function has begun twice, as far as one can see: it changes variables and lists of its own alone. */
export function canBeginAgain(root: Node): boolean {
  const own = new Map<string, boolean>()
  const functions = new Set<string>()
  walk(root.body, node => {
    if (node.type === 'FunctionDeclaration') functions.add(node.id.name)
    if (node.type === 'VariableDeclarator' && node.init) {
      const { type } = bare(node.init)
      const isNew = ['ArrayExpression', 'ObjectExpression', 'NewExpression'].includes(type)
      for (const name of namesIn(node.id)) own.set(name, isNew && node.id.type === 'Identifier' && own.get(name) !== false)
      if (isFunction(node.init)) for (const name of namesIn(node.id)) functions.add(name)
    }
    if (node.type === 'AssignmentExpression') for (const name of namesIn(node.left)) own.set(name, false)
    if (isFunction(node)) for (const name of (node.params as Node[]).flatMap(namesIn)) own.set(name, false)
    return undefined
  })
  const free = freeNames(root)
  const given = new Set((root.params as Node[]).flatMap(namesIn))
  const isOwn = (name: string) => !free.has(name) && !given.has(name)
  const isOwnPlace = (target: Node): boolean => {
    const node = bare(target)
    if (node.type === 'MemberExpression') return node.object.type === 'Identifier' && isOwn(node.object.name) && own.get(node.object.name) === true
    return node.type === 'Identifier' ? isOwn(node.name) : namesIn(node).every(isOwn) && !holdsMember(node)
  }
  const isKnown = (f: Node): boolean =>
    isFunction(f) ||
    (f.type === 'Identifier' && isOwn(f.name) && functions.has(f.name)) ||
    (f.type === 'MemberExpression' && f.object.type === 'Identifier' && ['Math', 'Number'].includes(f.object.name))
  let pure = true
  walk(root, ({ type, ...node }) => {
    if (type === 'AssignmentExpression') pure &&= isOwnPlace(node.left)
    if (type === 'UpdateExpression') pure &&= isOwnPlace(node.argument)
    if (type === 'UnaryExpression' && node.operator === 'delete') pure = false
    if (['TaggedTemplateExpression', 'ImportExpression', 'AwaitExpression', 'YieldExpression', 'Super'].includes(type)) pure = false
    if (type === 'NewExpression') pure &&= node.callee.type === 'Identifier' && FRESH.has(node.callee.name)
    if (type === 'CallExpression') {
      const { callee } = node
      const isMethod = callee.type === 'MemberExpression' && !callee.computed && PURE.has(callee.property.name)
      pure &&=
        isKnown(callee) ||
        (isMethod && !(node.arguments as Node[]).some(each => each.type === 'Identifier' && !isOwn(each.name) && AT_ONCE.has(callee.property.name)))
    }
    return pure
  })
  return pure
}

function holdsMember(pattern: Node): boolean {
  let found = false
  walk(pattern, ({ type }) => {
    if (type === 'MemberExpression') found = true
    return !found
  })
  return found
}
