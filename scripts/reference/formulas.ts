import type { Graph } from '../../src/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { ATOM, atom, choice, enclosed, type Formula, negative, POWER, PREFIX, PRODUCT, product, quotient, SUM, squared } from './algebra.ts'
import { constant } from './constants.ts'

/*
 * Graphs as formulas: each operator says in its definition how it is written, and what it is applied to takes the place of its
 * variables there.
 */

const definitions = new Map(registry.map(each => [each.name, each]))

/** What a graph gives, in TeX, with these names for its inputs. */
export function texOf({ nodes, inputs, outputs }: Graph, names: readonly string[]): string {
  const formula = (id: number): Formula => {
    const node = nodes[id]
    const input = inputs.indexOf(id)
    if (input >= 0) return atom(names[input] as string)
    if (node === undefined) return atom('')
    if (node.op === 'constant') return ofNumber(Number(node.value))
    if (isNanTest(id)) return atom('')
    const [first, , last] = node.inputs as [number, number, number]
    // A value that is not a number stays what it is: that goes without saying.
    if (node.op === 'where' && isNanTest(first)) return formula(last)
    return applied(node.op, node.inputs.map(formula))
  }
  const isNanTest = (id: number) => nodes[id]?.op === 'isNan' || (nodes[id]?.op === 'notEqual' && nodes[id]?.inputs[0] === nodes[id]?.inputs[1])
  return polished(formula(outputs[0] as number).tex)
}

/** The names of the operands in an operator's formula. */
export function variablesOf(name: string, arity: number): readonly string[] {
  const own = parametersOf(name)
  return own.length === arity && new Set(own).size === arity ? own : ['x', 'y', 'z'].slice(0, arity)
}

/** A formula as it is shown: choices as cases. */
export function shownFormula(formula: string): string {
  const rows = formula.split(String.raw`\;?\;`)
  if (rows.length !== 2) return formula.replaceAll('\n', ' ')
  const [condition = '', branches = ''] = rows
  const [yes, no] = branches.split(' : ')
  return String.raw`\begin{cases} ${yes} & ${condition} \\ ${no} & \text{else} \end{cases}`
}

/** Derivatives of order 0 and 1 without the order. */
function polished(tex: string): string {
  return tex
    .replaceAll(/\\frac\{(d|\\partial)\^\{?0\}?\}\{(d|\\partial )\w\^\{?0\}?\} /g, '')
    .replaceAll(/\\frac\{(d|\\partial)\^\{?1\}?\}\{(d|\\partial )(\w)\^\{?1\}?\}/g, String.raw`\frac{$1}{$2$3}`)
    .replaceAll(String.raw`\psi^{(0)}`, String.raw`\psi`)
    .replaceAll('1^2', '1')
}

function ofNumber(value: number): Formula {
  if (value < 0) return negative(ofNumber(-value))
  const { tex, over } = constant(value)
  return over === undefined ? known(tex) : quotient(known(tex), known(over))
}

const known = (tex: string): Formula => ({
  tex,
  holds: tex.startsWith('\\ln') ? PREFIX : /^[\d.]+$|^\\pi$|^\\infty$|^\\sqrt\{[^{}]*\}$/.test(tex) ? ATOM : PRODUCT,
})

/** The letters that stand for the operands in an operator's formula, by the names in the source of its value; undefined where they do not. */
function lettersOf(name: string): string[] | undefined {
  const letters = parametersOf(name)
  const template = templateOf(name)
  return letters.length > 0 && letters.every(each => template.includes(each)) ? letters : undefined
}

/** The first letters of the parameters of an elementwise operator's value. */
function parametersOf(name: string): string[] {
  const definition = definitions.get(name)
  if (definition?.kind !== 'elementwise') return []
  const [, list = ''] = /^(?:function \w+)?\s*\(?([\w\s,]*)\)?\s*(?:=>|\{)/.exec(String(definition.value)) ?? []
  const letters = list.split(',').map(each => each.trim().charAt(0))
  return letters.length === definition.arity && !letters.includes('') ? letters : []
}

const RELATIONS = ['=', '<', '>', '\\ne', '\\le', '\\ge', '\\land', '\\lor', '\\neg']

/** An operator's formula, as far as it can be applied to something: the left side, where it defines that. */
function templateOf(name: string): string[] {
  const tokens = tokensOf(definitions.get(name)?.formula ?? '')
  const at = topLevel(tokens, true).indexOf('=')
  const left = at < 0 ? tokens : tokens.slice(0, tokens.indexOf('='))
  const template = left.join('').trim().length > 1 ? left : tokens
  if (template.includes('?')) return template
  return template.some(each => ['\\int', ':', '\\to', '\\dots'].includes(each)) ? [] : template
}

/** Commands with the names in their braces, braces, letters, numbers, and all else by itself. */
function tokensOf(formula: string): string[] {
  return formula.match(/\\(?:operatorname|mathrm|text|mathbin|mathrel)\{[^}]*\}|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|./gs) ?? []
}

/** An operator applied to operands. */
function applied(name: string, operands: readonly Formula[]): Formula {
  const definition = definitions.get(name)
  const letters = lettersOf(name)
  const named = (): Formula => atom(String.raw`\operatorname{${name}}(${operands.map(({ tex }) => tex).join(', ')})`)
  if (definition?.kind !== 'elementwise' || letters === undefined) return named()
  const { element, sides = [] } = definition.neutral ?? {}
  for (const side of sides) if (operands[side]?.tex === String(element)) return operands[1 - side] as Formula
  const template = templateOf(name)
  const plain = template.filter(each => each.trim() !== '' && each !== '\\odot')
  const text = plain.join(' ')
  const [a, b, c] = operands as [Formula, Formula, Formula]
  const [x, y, z] = letters as [string, string, string]
  if (text === `${x} ${y}`) return product(a, b)
  if (text === `- ${x}`) return negative(a)
  if (text === `${x} ^ 2`) return squared(a)
  if (text === String.raw`\frac { ${x} } { ${y} }`) return quotient(a, b)
  if (text === String.raw`\frac { 1 } { ${x} }`) return quotient(atom('1'), a)
  if (text === `${x} + ${y}` || text === `${x} - ${y}`) {
    if (b.tex === '0') return a
    if (a.tex === '0') return text.includes('+') ? b : negative(b)
  }
  if (text === `${x} - ${y}` && b.negated !== undefined) return applied('add', [a, b.negated])
  if (text === `${x} + ${y}` && a.negated !== undefined && b.negated === undefined) return applied('sub', [b, a.negated])
  if (text.startsWith(`${x} \\; ?`) && z !== undefined) return choice(a, b, c)
  const isRelation = topLevel(template).some(each => RELATIONS.includes(each))
  // Of a derivative only the variables can be named that it is taken by.
  if (template.some((each, i) => letters.includes(each) && /^(d|\\partial)$/.test(before(template, i)) && operands[letters.indexOf(each)]?.tex !== each))
    return named()
  const tex = template
    .map((token, i) => {
      const operand = operands[letters.indexOf(token)]
      if (operand === undefined)
        return token === '-' && template[i - 1] === '{' && operands[letters.indexOf(template[i + 1] as string)]?.negated !== undefined ? '' : token
      if (before(template, i) === '-' && template[i - 2] === '{' && operand.negated !== undefined) return operand.negated.tex
      if (isRelation && operand.tex.startsWith('[') && /\\l(and|or)/.test(text)) return `(${operand.tex.slice(1, -1)})`
      if (/^[\^_]$/.test(before(template, i))) return /^\w$/.test(operand.tex) ? operand.tex : `{${operand.tex}}`
      return enclosed(operand, needed(template, i))
    })
    .join('')
    .replaceAll(/\+ -/g, '- ')
    .replaceAll(/(^|[{(])--/g, '$1')
  if (isRelation) return atom(`[${tex}]`)
  const parts = fractionOf(tex)
  return { tex, holds: holdOf(plain), ...(parts && { fraction: parts }) }
}

/** The two parts of what is one fraction, and of no derivative. */
function fractionOf(tex: string): readonly [Formula, Formula] | undefined {
  if (!tex.startsWith(String.raw`\frac{`) || /^\\frac\{(d|\\partial)/.test(tex)) return undefined
  const ends: number[] = []
  let depth = 0
  for (let i = 5; i < tex.length; i++) {
    if (tex[i] === '{') depth++
    if (tex[i] === '}' && --depth === 0) ends.push(i)
  }
  const [middle, end] = ends as [number, number]
  if (ends.length !== 2 || end !== tex.length - 1) return undefined
  const part = (text: string): Formula => ({ tex: text, holds: holdOf(tokensOf(text).filter(each => each.trim() !== '')) })
  return [part(tex.slice(6, middle)), part(tex.slice(middle + 2, end))]
}

const before = (template: readonly string[], at: number) =>
  template
    .slice(0, at)
    .filter(each => each.trim() !== '')
    .at(-1) ?? ''

/** How much has to hold what takes the place of the variable at a position. */
function needed(template: readonly string[], at: number): number {
  const previous = before(template, at)
  const next = template.slice(at + 1).find(each => each.trim() !== '') ?? ''
  if (next === '^' || next === '_') return ATOM
  const opens = ['', '{', '(', '|', ',', '[', '\\lfloor', '\\lceil', ...RELATIONS].includes(previous)
  const closes = ['', '}', ')', '|', ',', ']', '\\rfloor', '\\rceil', ...RELATIONS].includes(next)
  if (previous === '-') return PRODUCT
  const isTerm = (opens || previous === '+') && (closes || next === '+' || next === '-')
  return isTerm ? SUM : ATOM
}

/** The tokens outside of all braces, brackets and bars. */
function topLevel(tokens: readonly string[], bracesOnly = false): string[] {
  const [opening, closing] = bracesOnly
    ? [['{'], ['}']]
    : [
        ['{', '(', '[', '\\lfloor', '\\lceil'],
        ['}', ')', ']', '\\rfloor', '\\rceil'],
      ]
  let depth = 0
  let bars = false
  return tokens.filter(token => {
    if (token === '|') bars = !bars
    if (opening.includes(token)) depth++
    const isOutside = depth === 0 && (bracesOnly || !bars)
    if (closing.includes(token)) depth--
    return isOutside && token.trim() !== ''
  })
}

/** How much holds a formula together whose operands are in their places. */
function holdOf(plain: readonly string[]): number {
  const top = topLevel(plain)
  if (top.includes('+') || top.includes('-')) return SUM
  const [first = ''] = top
  if (first === '\\frac') return PRODUCT
  if (first === '\\sqrt' || ['\\lfloor', '\\lceil', '|'].includes(plain[0] as string)) return ATOM
  const letters = top.filter(each => /^[A-Za-z]$|^\d/.test(each))
  if (plain.at(-1) === ')' && (first.startsWith('\\') || letters.length === 1)) return ATOM
  if (first.startsWith('\\')) return PREFIX
  if (letters.length > 1 && !top.includes('^')) return PRODUCT
  return plain.includes('^') ? POWER : ATOM
}
