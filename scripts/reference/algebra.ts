/*
 * Formulas that are put together as people would write them: signs in front, one fraction instead of two, x² for x x.
 */

/** How much holds a formula together: what is written beside it must not tear it apart. */
export const [SUM, PRODUCT, PREFIX, POWER, ATOM] = [0, 1, 2, 3, 4] as const

/** TeX, how much holds it together, and what it is made of where that matters. */
export interface Formula {
  readonly tex: string
  readonly holds: number
  /** What it is the negative of. */
  readonly negated?: Formula
  /** What is over what. */
  readonly fraction?: readonly [Formula, Formula]
  /** What it is under which conditions, the last one without. */
  readonly cases?: readonly (readonly [value: Formula, condition?: string])[]
}

export const atom = (tex: string): Formula => ({ tex, holds: ATOM })

/** In brackets, where it would be torn apart. */
export function enclosed({ tex, holds }: Formula, least: number): string {
  return holds >= least ? tex : String.raw`\left(${tex}\right)`
}

export function negative(formula: Formula): Formula {
  if (formula.negated !== undefined) return formula.negated
  if (formula.tex === '0') return formula
  return { tex: `-${enclosed(formula, PRODUCT)}`, holds: SUM, negated: formula }
}

export function quotient(top: Formula, bottom: Formula): Formula {
  if (top.negated !== undefined) return negative(quotient(top.negated, bottom))
  if (bottom.negated !== undefined) return negative(quotient(top, bottom.negated))
  if (top.fraction !== undefined) return quotient(top.fraction[0], product(top.fraction[1], bottom))
  if (bottom.fraction !== undefined) return quotient(product(top, bottom.fraction[1]), bottom.fraction[0])
  if (bottom.tex === '1') return top
  if (top.tex === bottom.tex) return atom('1')
  return { tex: String.raw`\frac{${top.tex}}{${bottom.tex}}`, holds: PRODUCT, fraction: [top, bottom] }
}

/** Numbers come before letters, what takes all that follows last. */
const rank = ({ tex, holds, fraction }: Formula) =>
  /^[\d.]+$/.test(tex) ? 0 : isNumber(tex) && fraction ? 1 : /^\d/.test(tex) ? 1 : holds === ATOM ? 2 : holds === PREFIX ? 5 : holds === SUM ? 4 : 3
const isNumber = (tex: string) => !/[a-zA-Z]/.test(tex.replaceAll(/\\(frac|sqrt|pi|ln)/g, ''))

export function product(a: Formula, b: Formula): Formula {
  if (a.negated !== undefined) return negative(product(a.negated, b))
  if (b.negated !== undefined) return negative(product(a, b.negated))
  if (a.tex === '0' || b.tex === '0') return atom('0')
  if (a.tex === '1') return b
  if (b.tex === '1') return a
  if (a.fraction !== undefined && b.fraction !== undefined) return quotient(product(a.fraction[0], b.fraction[0]), product(a.fraction[1], b.fraction[1]))
  for (const [part, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (part.fraction === undefined || other.holds === SUM) continue
    if (part.fraction[1].tex === other.tex) return part.fraction[0]
    if (!isNumber(part.tex) || part.fraction[0].tex !== '1' || other.holds === ATOM) return quotient(product(part.fraction[0], other), part.fraction[1])
  }
  if (a.tex === b.tex) return /^\[[^[\]]*\]$/.test(a.tex) ? a : squared(a)
  const [first, second] = rank(b) < rank(a) ? [b, a] : [a, b]
  const left = first.holds === SUM || first.holds === PREFIX || first.cases !== undefined ? String.raw`\left(${first.tex}\right)` : first.tex
  const right = second.cases === undefined ? enclosed(second, PRODUCT) : String.raw`\left(${second.tex}\right)`
  const dot = /\d$/.test(left) && /^(\d|\\frac\{\d)/.test(right) ? String.raw` \cdot ` : ' '
  return { tex: `${left}${dot}${right}`, holds: second.holds === PREFIX ? PREFIX : PRODUCT }
}

export function squared(formula: Formula): Formula {
  if (formula.negated !== undefined) return squared(formula.negated)
  if (formula.tex === '1') return formula
  if (formula.fraction !== undefined) return quotient(squared(formula.fraction[0]), squared(formula.fraction[1]))
  const [, inside] = /^\\sqrt\{((?:[^{}]|\{[^{}]*\})*)\}$/.exec(formula.tex) ?? []
  if (inside !== undefined) return { tex: inside, holds: /[+-]/.test(inside) ? SUM : POWER }
  const [, name, argument] = /^(\\(?:operatorname\{\w+\}|(?:sin|cos|tan|sinh|cosh|tanh|ln))) (.*)$/.exec(formula.tex) ?? []
  if (formula.holds === PREFIX && name !== undefined) return { tex: `${name}^2 ${argument}`, holds: PREFIX }
  return { tex: `${enclosed(formula, ATOM)}^2`, holds: POWER }
}

/** One thing or another, by a condition. */
export function choice(condition: Formula, yes: Formula, no: Formula): Formula {
  const isMask = /^\[[^[\]]*\]$/.test(condition.tex)
  if (isMask && no.tex === '0') return product(condition, yes)
  if (isMask && yes.tex === '0' && no.tex === '1') return atom(String.raw`[\text{not } ${condition.tex.slice(1, -1)}]`)
  const text = isMask ? condition.tex.slice(1, -1) : condition.tex
  const cases = [[yes, text] as const, ...(no.cases ?? [[no] as const])]
  const rows = cases.map(([value, given]) => `${value.tex} & ${given ?? String.raw`\text{else}`}`)
  return { tex: String.raw`\begin{cases} ${rows.join(String.raw` \\ `)} \end{cases}`, holds: PRODUCT, cases }
}
