import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { maximum, minimum } from '../ops/selection.ts'
import { BITS, isBoolean, isNoNumber, QUESTIONS } from './code.ts'
import { integersIn, isInteger } from './integers.ts'
import { continuing, type Returned, returnedBy } from './leaving.ts'
import { ofMath, ops } from './operators.ts'
import { remainder, rounded } from './rounding.ts'
import { answersIn, changedBy, isSelection, type Known, partsOf } from './selections.ts'
import { smoothnessOf } from './smoothness.ts'
import { bare, childrenOf, directivesOf, isFunction, isLoop, type Node, walk } from './syntax.ts'
import { checkCode, DIRECTIVE, globalsOf, isMarked, parse, readOptions, type TransformOptions } from './transform.ts'

/** Something about a marked function that whoever differentiates it should know. */
export interface Finding {
  /** Counted from 1, as editors do. */
  readonly line: number
  readonly column: number
  /**
   * `refused`: it throws on traced values; `discontinuous`: its values jump; `kink`: its derivative does; `guard`: it asks about values, and
   * what is compiled asks again, as no mask can select there.
   */
  readonly kind: 'refused' | 'discontinuous' | 'kink' | 'guard'
  /** The code. */
  readonly code: string
  readonly message: string
}

type Found = Pick<Finding, 'kind' | 'message'>

const OF_MATH: Readonly<Record<string, unknown>> = { ...ofMath, round: rounded, max: maximum, min: minimum, hypot: ops.hypot, fround: ops.astype }
/** Functions that read texts. */
const READERS = ['parseInt', 'parseFloat']
const ASKERS = ['isNaN', 'isFinite', 'isInteger', 'isSafeInteger']

/**
 * What in the marked functions of a module throws on traced values, jumps, has kinks, or asks about values, in the order of the text. What a
 * function of Math does is found from its operator's definition. Numbers that are integers by their literals are no values.
 *
 * Throws a DualtapeError for what is no module.
 *
 * @example
 * checkSource("function f(x) { 'use ad'; return Math.floor(x) }").map(({ line, kind }) => [line, kind]) // [[1, 'discontinuous']]
 */
export function checkSource(code: string, options?: TransformOptions, ...more: []): Finding[] {
  const { filename, mark } = readOptions('checkSource', [options, ...more])
  checkCode('checkSource', code)
  if (!(mark || code.includes(DIRECTIVE))) return []
  const program = parse(code, filename)
  const isGlobal = globalsOf(program)
  const findings: Finding[] = []
  const masked = new Set<Node>()
  const all = mark || directivesOf(program.body).includes(DIRECTIVE)
  const knownOf = (node: Node): Known => {
    const known = { integers: integersIn(node), isGlobal }
    return { ...known, answers: answersIn(node, known) }
  }
  const visit = (node: Node, known: Known | undefined, isMasked: boolean): void => {
    const own = known ?? (isFunction(node) && (all || isMarked(node)) ? knownOf(node) : undefined)
    if (own !== undefined) {
      for (const test of maskedBy(node, own, code)) masked.add(test)
      const found = foundAt(node, own)
      if (found !== undefined && !(found === GUARD && (isMasked || masked.has(node.test))))
        findings.push({ ...placeOf(code, node), code: shortened(code.slice(node.start, node.end)), ...found })
    }
    for (const child of childrenOf(node)) visit(child, own, isMasked || masked.has(child))
  }
  visit(program, undefined, false)
  return findings.sort((a, b) => a.line - b.line || a.column - b.column)
}

/** The conditions of a node that select by a mask, where they are compiled, so that nothing asks again, and those of counters. */
function maskedBy(node: Node, known: Known, code: string): Node[] {
  const textOf = ({ start, end }: Node) => code.slice(start, end)
  if (isLoop(node)) {
    const { left, right } = bare(node.type === 'ForStatement' && node.test ? node.test : node)
    const counts = [left, right].some(each => each?.type === 'Identifier' && isInteger(each, known.integers))
    const skipped: Node[] = []
    for (const each of continuing(node.body, known, textOf) ?? [])
      walk(each, ({ type, test }) => {
        if (type === 'IfStatement') skipped.push(test.argument ?? test)
        return undefined
      })
    return [...(counts ? [node.test] : []), ...skipped]
  }
  if (node.type === 'VariableDeclarator') return known.answers.has(node.id.name) ? [node.init] : []
  if (node.type === 'ConditionalExpression') return isSelection(node, known) || partsOf(node, known) !== undefined ? [node.test] : []
  if (node.type === 'IfStatement') return changedBy(node, known, textOf) === undefined ? [] : [node.test]
  if (node.type !== 'BlockStatement') return []
  const testsOf = (returned: Returned): Node[] => {
    if ('value' in returned) return []
    return 'then' in returned ? testsOf(returned.then) : [returned.test, ...testsOf(returned.yes), ...testsOf(returned.no)]
  }
  const from = (node.body as Node[]).findIndex((each, i) => each.type === 'IfStatement' && returnedBy(node.body.slice(i), known, textOf) !== undefined)
  return from < 0 ? [] : testsOf(returnedBy(node.body.slice(from), known, textOf) as Returned)
}

/** What a node by itself does with values. */
function foundAt(node: Node, { integers, isGlobal, answers }: Known): Found | undefined {
  const isCount = (each: Node) => isCounted(each, integers)
  switch (node.type) {
    case 'BinaryExpression': {
      const { operator, left, right } = node
      if (BITS.includes(operator)) return isCount(left) && isCount(right) ? undefined : refused(`the bit operation ${operator}`)
      if (isCount(left) && isCount(right)) return undefined
      if (operator === '%') return ofOperator('the remainder %', remainder)
      const isQuestion = QUESTIONS.includes(operator) && !['in', 'instanceof'].includes(operator) && ![left, right].some(isNoNumber)
      return isQuestion ? GUARD : undefined
    }
    case 'AssignmentExpression': {
      const operator = node.operator.slice(0, -1)
      if (isCount(node.left)) return undefined
      return operator === '%' ? ofOperator('the remainder %', remainder) : BITS.includes(operator) ? refused(`the bit operation ${operator}`) : undefined
    }
    case 'UnaryExpression':
      return node.operator === '~' ? refused('the bit operation ~') : node.operator === '!' ? truthOf(node.argument, answers) : undefined
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return node.test ? truthOf(node.test, answers) : undefined
    case 'LogicalExpression':
      return node.operator === '??' ? undefined : truthOf(node.left, answers)
    case 'SwitchStatement':
      return isNoNumber(node.discriminant) || isBoolean(node.discriminant) ? undefined : refused('switch')
    case 'CallExpression':
      return (node.arguments as Node[]).every(each => isNoNumber(each) || isCount(each)) && node.arguments.length > 0
        ? undefined
        : ofCall(bare(node.callee), isGlobal)
    default:
      return undefined
  }
}

const GUARD: Found = {
  kind: 'guard',
  message: 'asks about a value: the branch is that of its number, and what is compiled asks again.',
}

function refused(what: string): Found {
  return { kind: 'refused', message: `${what} has no derivative, and throws on traced values.` }
}

/** A condition that may be a number: neither a question, nor what a call gives. */
function truthOf(test: Node, answers: ReadonlySet<string>): Found | undefined {
  const node = bare(test)
  if (node.type === 'Identifier' && answers.has(node.name)) return GUARD
  if (isBoolean(node) || !['Identifier', 'MemberExpression', 'BinaryExpression'].includes(node.type)) return undefined
  return { kind: 'refused', message: 'the truth of a value is asked for, which throws on traced values. Write x !== 0.' }
}

function ofCall(callee: Node, isGlobal: (name: string) => boolean): Found | undefined {
  const isMember = callee.type === 'MemberExpression' && !callee.computed && callee.object.type === 'Identifier' && isGlobal(callee.object.name)
  const [object, name]: [string, string] = isMember ? [callee.object.name, callee.property.name] : ['', callee.type === 'Identifier' ? callee.name : '']
  if (object === 'Math') {
    const operator = OF_MATH[name]
    return operator === undefined ? refused(`Math.${name}`) : ofOperator(`Math.${name}`, operator)
  }
  if (object !== '' && object !== 'Number') return undefined
  if (object === '' && !isGlobal(name)) return undefined
  return READERS.includes(name) ? refused(name) : ASKERS.includes(name) ? GUARD : undefined
}

/** What an operator's definition says of it. */
function ofOperator(what: string, operator: unknown): Found | undefined {
  const { definition } = operator as { definition?: ElementwiseDefinition }
  if (definition?.kind !== 'elementwise') return undefined
  const says = definition.convention === undefined ? '' : ` ${definition.convention}`
  switch (smoothnessOf(definition)) {
    case 'jumps':
      return { kind: 'discontinuous', message: `${what} jumps.${says}` }
    case 'kinks':
      return { kind: 'kink', message: `${what} has kinks.${says}` }
    default:
      return undefined
  }
}

/** Whether an expression is arithmetic on counts, such as half of one. */
function isCounted(expression: Node, integers: ReadonlySet<string>): boolean {
  const node = bare(expression)
  if (node.type === 'BinaryExpression') return isCounted(node.left, integers) && isCounted(node.right, integers)
  return node.type === 'Literal' || isInteger(node, integers) || isLength(node)
}

/** Whether an expression is the length of something, which is a count but for pendulums. */
function isLength(node: Node): boolean {
  const { type, property, computed } = bare(node)
  return type === 'MemberExpression' && !computed && property.name === 'length'
}

function placeOf(code: string, { start }: Node): { line: number; column: number } {
  const before = code.slice(0, start)
  return { line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
