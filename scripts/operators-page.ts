import type { Graph } from '../src/index.ts'
import * as operators from '../src/index.ts'
import { registry } from '../src/ops/registry.ts'

const TITLES: { readonly [kind: string]: string } = {
  elementwise: 'Entry by entry',
  linear: 'Linear in one operand: movements and sums',
  multilinear: 'Linear in each operand: products',
  composite: 'Made of other operators',
  custom: 'With a rule of their own',
}

/** Where functions of one number are drawn: around 0, or where their samples are. */
const RANGES: { readonly [name: string]: readonly [number, number] } = {
  acos: [-1, 1], asin: [-1, 1], acosh: [1, 5], atanh: [-1, 1], log: [0.01, 5], log2: [0.01, 5], log10: [0.01, 5], log1p: [-0.99, 5], sqrt: [0, 5], gamma: [-3.9, 4.5], logGamma: [0.05, 6],
  digamma: [0.05, 6], entr: [0, 2], ndtr: [-4, 4], logNdtr: [-4, 3], besselI0: [-3, 3], besselI1: [-3, 3], besselI0e: [-9, 9], besselI1e: [-9, 9], erfInv: [-0.99, 0.99], besselJ0: [-15, 15], besselJ1: [-15, 15], sinc: [-4, 4], tan: [-1.5, 1.5], exp: [-3, 3], expm1: [-3, 3], exp2: [-3, 3], reciprocal: [-3, 3],
} // biome-ignore format: a list

/** The partial derivatives of an operator on numbers, as it computes them: their graphs written as formulas. */
function derivatives({ name, samples }: (typeof registry)[number]): string[] {
  const f = operators[name as 'add']
  const sample = samples[0] as readonly number[]
  if (!sample.every(each => typeof each === 'number')) return []
  const names = sample.length === 1 ? ['x'] : sample.length === 2 ? ['x', 'y'] : ['x', 'y', 'z']
  return names.map((variable, argnum) => {
    const graph = operators.trace(operators.grad(f as never, { argnum }) as (...args: number[]) => number, ...(sample as number[]))
    return `Derivative${names.length > 1 ? ` by ${variable}` : ''}: \`${formulaOf(graph, names)}\``
  })
}

function formulaOf({ nodes, inputs, outputs }: Graph, names: readonly string[]): string {
  const text = (id: number): string => {
    const node = nodes[id]
    if (node === undefined) return ''
    const input = inputs.indexOf(id)
    if (input >= 0) return names[input] as string
    return node.op === 'constant' ? String(node.value) : `${node.op}(${node.inputs.map(text).join(', ')})`
  }
  return text(outputs[0] as number)
}

const CALLING = [
  'Options stand in an object behind the operands, as in `sum(x, { axis: 0 })`; those that users of NumPy write by position may be given so, `sum(x, 0)`.',
  'What does not exist is refused, and so is what would be ignored: `log(8, 2)` is an error. Only the index and the list that `map` and `reduce` of an array pass are overlooked, so that `rows.map(sum)` and `list.reduce(add)` mean what they say; where a function passes an index without the list, as `Array.from` does, write `x => log(x)`.',
  'An option that is a constant, such as an axis, is never taken from a traced value: what is differentiated by would be lost.',
].join(' ')

/** The reference of all operators, from their definitions. */
export function operatorsPage(): string {
  const shown = registry.filter(({ name }) => name in operators)
  const sections = Object.entries(TITLES).map(([kind, title]) => {
    const entries = shown
      .filter(each => each.kind === kind)
      .map(definition => {
        const { name, summary, formula, domain, convention, citation, samples } = definition
        const lines = [`### ${name}`, '', summary, '', `$$${formula.replaceAll('\n', ' ')}$$`, '']
        if (domain !== undefined) lines.push(`- Domain: ${escaped(domain)}`)
        if (convention !== undefined) lines.push(`- Convention: ${escaped(convention)}`)
        if (citation !== undefined) lines.push(`- Source: ${escaped(citation)}`)
        lines.push(...optionLines(definition))
        const arity = (definition as { arity?: number }).arity
        if (kind === 'elementwise') lines.push(...derivatives(definition).map(each => `- ${each}`))
        if (kind === 'elementwise' && arity === 1 && samples.length > 0) {
          const [from, to] = RANGES[name] ?? [-4, 4]
          lines.push('', `<ClientOnly><OperatorPlot name="${name}" :from="${from}" :to="${to}" /></ClientOnly>`)
        }
        return lines.join('\n')
      })
    return `## ${title}\n\n${entries.join('\n\n')}`
  })
  return `---\noutline: 2\n---\n\n# Operators\n\nWritten from the definitions of the ${shown.length} operators. Every one works in forward and reverse mode, nested, batched and compiled.\n\n${CALLING}\n\n${sections.join('\n\n')}\n`
}

/** What stands behind an operator's operands: names, kinds, defaults. */
function optionLines({ options = {}, bare = [] }: (typeof registry)[number]): string[] {
  const lines = Object.entries(options).map(([name, { is, required, says = '', ...rest }]) => {
    const kind = 'wants' in is ? is.wants : is.map(shown).join(', ')
    const otherwise = required ? 'always given' : rest.default === undefined ? 'may be left out' : `${shown(rest.default)} if left out`
    return `- Option \`${name}\`: ${escaped(says)} ${kind.replace(/^./, letter => letter.toUpperCase())}; ${otherwise}.`
  })
  return bare.length === 0 ? lines : [...lines, `- By position after the operands: ${bare.map(each => `\`${each}\``).join(', ')}.`]
}

const shown = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))
const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')

/** What the API reference says of each operator. */
export function operatorTexts(): { [name: string]: string } {
  return Object.fromEntries(
    registry.map(definition => {
      const { name, summary, formula, domain, convention, citation } = definition
      const paragraphs = [
        escaped(summary),
        `$$${formula.replaceAll('\n', ' ')}$$`,
        ...(domain === undefined ? [] : [`Domain: ${escaped(domain)}`]),
        ...(convention === undefined ? [] : [`Convention: ${escaped(convention)}`]),
        ...(citation === undefined ? [] : [`Source: ${escaped(citation)}`]),
        optionLines(definition).join('\n'),
      ]
      return [name, paragraphs.filter(each => each !== '').join('\n\n')]
    }),
  )
}
