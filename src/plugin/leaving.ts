import { changedBy, comparesValues, isArithmetic, type Known, partsOf, sidesChange } from './selections.ts'
import type { Node } from './syntax.ts'

/*
 * Conditions that leave what they stand in, by `return` or `continue`: what is behind them is their other side.
 */

/** What a list of statements returns, where it does nothing but that, from its first one on. */
export type Returned = { value: Node } | { test: Node; yes: Returned; no: Returned } | { statement: Node; then: Returned }

/** What is returned in the end. */
function valuesOf(returned: Returned): Node[] {
  if ('value' in returned) return [returned.value]
  return 'then' in returned ? valuesOf(returned.then) : [...valuesOf(returned.yes), ...valuesOf(returned.no)]
}

/** Whether what is returned is made there, of parts. */
export const returnsParts = (returned: Returned, known: Known): boolean => valuesOf(returned).some(each => partsOf(each, known) !== undefined)

/**
 * What statements return that are `return` and `if` with such sides, between which variables of their own are computed; undefined for others.
 * `own` are names of those.
 */
export function returnedBy(statements: readonly Node[], known: Known, textOf: (node: Node) => string): Returned | undefined {
  const returned = returnedAfter(statements, known, textOf, [])
  // All are numbers, or all are made of the same parts.
  return new Set(returned ? valuesOf(returned).map(each => partsOf(each, known)) : []).size > 1 ? undefined : returned
}

function returnedAfter(statements: readonly Node[], known: Known, textOf: (node: Node) => string, own: readonly string[]): Returned | undefined {
  const [first, ...rest] = statements
  const onwards = (names: readonly string[] = []): Returned | undefined => {
    const then = returnedAfter(rest, known, textOf, [...own, ...names])
    return then && { statement: first as Node, then }
  }
  switch (first?.type) {
    case 'VariableDeclaration': {
      const declarations = first.declarations as Node[]
      const isComputed = ({ id, init }: Node) => id.type === 'Identifier' && (!init || known.answers.has(id.name) || isArithmetic(init, known))
      return first.kind !== 'var' && declarations.every(isComputed) ? onwards(declarations.map(({ id }) => id.name)) : undefined
    }
    case 'ExpressionStatement':
    case 'ForStatement':
      return changesOwn(first, known, textOf, own) ? onwards() : undefined
    case 'ReturnStatement':
      return first.argument && (isArithmetic(first.argument, known) || partsOf(first.argument, known) !== undefined) ? { value: first.argument } : undefined
    case 'BlockStatement':
      return returnedAfter(first.body, known, textOf, own)
    case 'IfStatement': {
      if (!comparesValues(first.test, known)) return undefined
      const yes = returnedAfter([first.consequent], known, textOf, own)
      if (!yes) return changesOwn(first, known, textOf, own) ? onwards() : undefined
      const no = returnedAfter(first.alternate ? [first.alternate, ...rest] : rest, known, textOf, own)
      return no && { test: first.test, yes, no }
    }
    default:
      return undefined
  }
}

/** Whether a statement changes variables of these names, and does nothing else. */
function changesOwn(statement: Node, known: Known, textOf: (node: Node) => string, own: readonly string[]): boolean {
  const changed = sidesChange([statement], known, textOf)
  return changed !== undefined && changed.places.size === 0 && [...changed.names].every(name => own.includes(name))
}

/**
 * The statements of a loop's body, in which `if (test) continue` and all behind it are one condition where that selects; undefined where none
 * does.
 */
export function continuing({ type, body }: Node, known: Known, textOf: (node: Node) => string): readonly Node[] | undefined {
  if (type !== 'BlockStatement') return undefined
  let isFound = false
  const joined = (statements: readonly Node[]): readonly Node[] => {
    const at = statements.findIndex(goesOn)
    const rest = at < 0 ? [] : joined(statements.slice(at + 1))
    const [first, last] = [rest[0], rest.at(-1)]
    if (!first || !last) return statements
    const { test, start } = statements[at] as Node
    const isNot = { type: 'UnaryExpression', operator: '!', prefix: true, argument: test, start: test.start, end: test.end }
    const consequent = { type: 'BlockStatement', body: rest, start: first.start, end: last.end }
    const made: Node = { type: 'IfStatement', test: isNot, consequent, alternate: null, start, end: last.end }
    if (changedBy(made, known, textOf) === undefined) return [...statements.slice(0, at + 1), ...rest]
    isFound = true
    return [...statements.slice(0, at), made]
  }
  const statements = joined(body)
  return isFound ? statements : undefined
}

/** Whether a statement is `if (test) continue`. */
function goesOn({ type, consequent, alternate }: Node): boolean {
  const then = consequent?.type === 'BlockStatement' && consequent.body.length === 1 ? consequent.body[0] : consequent
  return type === 'IfStatement' && !alternate && then.type === 'ContinueStatement' && !then.label
}
