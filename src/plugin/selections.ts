import { isInteger } from './integers.ts'
import { freeNames } from './names.ts'
import { bare, isFunction, type Node, namesIn, walk } from './syntax.ts'

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
/** Questions about one number that are answered so, too. */
export const MASKED_QUESTIONS: Readonly<Record<string, string>> = {
  isNaN: 'nanMask',
  isFinite: 'finiteMask',
  'Number.isNaN': 'nanMask',
  'Number.isFinite': 'finiteMask',
}
const ARITHMETIC = ['+', '-', '*', '/', '%', '**']

/** What is known of the function that an expression stands in. */
export interface Known {
  readonly integers: ReadonlySet<string>
  readonly isGlobal: (name: string) => boolean
  /** Constants that hold the answer of a test. */
  readonly answers: ReadonlySet<string>
}

/** The function of the runtime for a question about one number; undefined for other calls. */
export function maskOfCall({ callee, arguments: given, optional }: Node, { isGlobal }: Known): string | undefined {
  const [of, property] = callee.type === 'MemberExpression' && !callee.computed ? [callee.object, callee.property] : [callee, undefined]
  if (optional === true || of.type !== 'Identifier' || !isGlobal(of.name) || given.length !== 1) return undefined
  const name = property === undefined ? of.name : `${of.name}.${property.name}`
  return Object.hasOwn(MASKED_QUESTIONS, name) ? MASKED_QUESTIONS[name] : undefined
}

/** Whether a test is made of comparisons, of which one may be of values. */
export function comparesValues(test: Node, known: Known): boolean {
  const { type, name, operator, left, right, argument, ...node } = bare(test)
  if (type === 'Identifier') return known.answers.has(name)
  if (type === 'CallExpression') return maskOfCall(bare(test), known) !== undefined && isArithmetic(node.arguments[0], known)
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
      return node.name !== 'undefined' && !known.answers.has(node.name)
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

/**
 * The length of the list, or the keys of the object, of numbers that an expression makes, which is nobody else's: what is selected of two of
 * them are their parts. Undefined for other expressions.
 */
export function partsOf(expression: Node, known: Known): string | undefined {
  const { type, elements = [], properties = [], test, consequent, alternate } = bare(expression)
  const isNumbers = (parts: readonly (Node | null)[]) => parts.every(each => each !== null && isArithmetic(each, known))
  const isPlain = ({ type, kind, computed, key }: Node) => type === 'Property' && kind === 'init' && !computed && (key.name ?? key.value) !== '__proto__'
  switch (type) {
    case 'ArrayExpression':
      return isNumbers(elements) ? String(elements.length) : undefined
    case 'ObjectExpression':
      if (!(properties as Node[]).every(isPlain) || !isNumbers((properties as Node[]).map(each => each.value))) return undefined
      return (properties as Node[]).map(({ key }) => `${key.name ?? key.value}:`).join()
    case 'ConditionalExpression': {
      const parts = comparesValues(test, known) ? partsOf(consequent, known) : undefined
      return parts === partsOf(alternate, known) ? parts : undefined
    }
    default:
      return undefined
  }
}

/** The constants in a function that hold the answer of a test, and are the only variables of their names. */
export function answersIn(root: Node, known: Omit<Known, 'answers'>): ReadonlySet<string> {
  const answers = new Set<string>()
  const declared: string[] = []
  walk(root, node => {
    if (isFunction(node)) declared.push(...(node.id ? [node.id.name] : []), ...(node.params as Node[]).flatMap(namesIn))
    if (node.type === 'CatchClause' && node.param) declared.push(...namesIn(node.param))
    if ((node.type.startsWith('Class') || node.type === 'LabeledStatement') && (node.id ?? node.label)) declared.push((node.id ?? node.label).name)
    if (node.type === 'AssignmentExpression' || node.type === 'UpdateExpression') declared.push(...namesIn(node.left ?? node.argument))
    if (node.type !== 'VariableDeclaration') return undefined
    for (const { id, init } of node.declarations as Node[]) {
      declared.push(...namesIn(id))
      if (node.kind === 'const' && id.type === 'Identifier' && init && comparesValues(init, { ...known, answers })) answers.add(id.name)
    }
    return undefined
  })
  for (const name of freeNames(root)) answers.delete(name)
  for (const name of answers) if (declared.filter(each => each === name).length > 1) answers.delete(name)
  return answers
}

/** What the sides of a statement change. */
export interface Changed {
  readonly names: ReadonlySet<string>
  /** Entries and properties, by their text. */
  readonly places: ReadonlyMap<string, Node>
}

/** What `if` changes where its sides assign numbers to variables, entries and properties, and do nothing else; undefined for others. */
export function changedBy({ test, consequent, alternate }: Node, known: Known, textOf: (node: Node) => string): Changed | undefined {
  return comparesValues(test, known) ? sidesChange([consequent, alternate], known, textOf) : undefined
}

/** What statements change which do nothing else; undefined for others. */
export function sidesChange(statements: readonly (Node | null)[], known: Known, textOf: (node: Node) => string): Changed | undefined {
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
      case 'ForStatement': {
        // One that ends, whatever the values are: both sides run.
        const inner = new Set(own)
        const { left, right, operator } = bare(node.test ?? node)
        const isCounted = ['<', '<=', '>', '>='].includes(operator) && isInteger(left, known.integers) && isArithmetic(right, known)
        return (
          isCounted && node.init?.type === 'VariableDeclaration' && isSide(node.init, inner) && inner.has(left.name) && counts(node) && isSide(node.body, inner)
        )
      }
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
  if (!statements.every(each => isSide(each, new Set()))) return undefined
  // A place has to be the same one before, inside and after.
  const isMoved = (place: Node) => namesRead(place).some(name => declared.has(name) || names.has(name))
  if ([...places.values()].some(isMoved) || names.size + places.size === 0) return undefined
  return { names, places }
}

/** Whether a loop's counter goes on by one towards its end in each round, and nothing else changes it. */
function counts({ test, update, body }: Node): boolean {
  const { left, operator } = bare(test)
  if (update?.type !== 'UpdateExpression' || update.argument.name !== left.name || (update.operator === '++') !== operator.startsWith('<')) return false
  let isChanged = false
  walk(body, ({ type, left: target, argument }) => {
    if (type === 'AssignmentExpression' || type === 'UpdateExpression') isChanged ||= namesIn(target ?? argument).includes(left.name)
    return !isChanged
  })
  return !isChanged
}

/** The names in an expression, those of properties among them. */
export function namesRead(expression: Node): string[] {
  const names: string[] = []
  walk(expression, node => {
    if (node.type === 'Identifier') names.push(node.name)
    return undefined
  })
  return names
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
