import type { FunctionAssignmentNode, FunctionNode, IndexNode, MathNode, OperatorNode, RangeNode, SymbolNode } from 'mathjs'

/*
 * mathjs' nodes do not know where they stand in the text. Names, numbers and operators come in the tree in the order in which
 * they come in the text, so that one walk finds the place of each.
 */

/** The place of each node in the text: of an operator that of its sign, otherwise where it begins. */
export function positionsOf(root: MathNode, text: string): Map<MathNode, number> {
  const positions = new Map<MathNode, number>()
  const tokens = tokensOf(text)
  let cursor = 0
  /** The next token that fits; what the parser made up by itself has none. */
  const next = (fits: (token: string) => boolean): number => {
    for (let i = cursor; i < tokens.length; i++) {
      const { text: token, at } = tokens[i] as Token
      if (!fits(token)) continue
      cursor = i + 1
      return at
    }
    return tokens[Math.min(cursor, tokens.length - 1)]?.at ?? 0
  }
  const visit = (node: MathNode): number => {
    const position = place(node)
    positions.set(node, position)
    return position
  }
  const place = (node: MathNode): number => {
    switch (node.type) {
      case 'SymbolNode':
        return next(token => token === (node as SymbolNode).name)
      case 'ConstantNode': {
        const { value } = node as unknown as { value: unknown }
        return next(token => (typeof value === 'string' ? token.slice(1, -1) === value : Number(token) === value || token === String(value)))
      }
      case 'OperatorNode': {
        const { args, op, implicit } = node as OperatorNode & { implicit: boolean }
        const [first, ...others] = args as MathNode[]
        const prefix = args.length === 1 && (op === '-' || op === '+' || op === '~' || op === 'not')
        if (prefix) {
          const position = next(token => token === op)
          visit(first as MathNode)
          return position
        }
        const start = visit(first as MathNode)
        const position = implicit ? start : next(token => token === op)
        for (const each of others) visit(each)
        return position
      }
      case 'FunctionNode': {
        const { fn, args } = node as FunctionNode
        const position = visit(fn as unknown as MathNode)
        next(token => token === '(')
        for (const each of args) visit(each)
        return position
      }
      case 'FunctionAssignmentNode': {
        const { name, params, expr } = node as FunctionAssignmentNode
        const position = next(token => token === name)
        for (const param of params) next(token => token === param)
        visit(expr)
        return position
      }
      case 'IndexNode': {
        const { dotNotation, dimensions } = node as IndexNode & { dotNotation: boolean }
        if (dotNotation) return next(token => token === (node as unknown as { getObjectProperty(): string }).getObjectProperty())
        const position = next(token => token === '[')
        for (const each of dimensions) visit(each as unknown as MathNode)
        return position
      }
      case 'RangeNode': {
        const { start, step, end } = node as RangeNode & { step: MathNode | null }
        const position = visit(start)
        if (step !== null) visit(step)
        visit(end)
        return position
      }
      default: {
        let first: number | undefined
        const before = cursor
        const bracket = node.type === 'ArrayNode' ? '[' : node.type === 'ParenthesisNode' ? '(' : undefined
        // Rows after a semicolon have no bracket of their own: none comes before the next name, number or text then.
        const ahead = tokens.slice(cursor).findIndex(({ text: token }) => token === bracket || /^[\p{L}\p{N}_$"'.]/u.test(token))
        if (tokens[cursor + ahead]?.text === bracket && bracket !== undefined) {
          first = tokens[cursor + ahead]?.at
          cursor += ahead + 1
        }
        node.forEach(child => {
          const position = visit(child)
          first ??= position
        })
        return first ?? tokens[Math.min(before, tokens.length - 1)]?.at ?? 0
      }
    }
  }
  visit(root)
  return positions
}

interface Token {
  text: string
  at: number
}

/** Numbers, names, strings and signs. Comments are left out. */
function tokensOf(text: string): Token[] {
  const pattern =
    /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'(?=\s*[,)\]])|0[xbo][\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[\p{L}_$][\p{L}\p{N}_$]*|\.[*/^']|[<>=!]=|<<|>>>?|\?\?|\^\||\S/giu
  return [...text.matchAll(pattern)].filter(([token]) => !token.startsWith('#')).map(match => ({ text: match[0], at: match.index }))
}
