import type { OperatorDefinition } from '../../src/ops/registry.ts'
import type { Derivative } from './derivatives.ts'
import type { Facts } from './facts.ts'
import { shownFormula } from './formulas.ts'
import { elsewhere } from './libraries.ts'
import { escaped, optionLines } from './options.ts'
import type { Support } from './support.ts'

const KINDS: { readonly [kind: string]: string } = {
  elementwise: 'Acts entry by entry.',
  linear: 'Linear in its operands: its tangent is made as its value is, its cotangent by the transpose.',
  multilinear: 'Linear in each operand.',
  composite: 'Made of other operators, by whose rules it is differentiated.',
  custom: 'With a derivative of its own.',
}

/** The page of an operator, in Markdown. */
export function operatorPage(facts: Facts, signatures: readonly string[]): string {
  const { definition, family, derivatives, example, plot, support, usedBy, inverses } = facts
  const { name, summary, formula, domain, convention, citation, names = [] } = definition
  const at = family.members.indexOf(name)
  const sections = [
    `# ${name}`,
    escaped(summary),
    `$$${shownFormula(formula)}$$`,
    signatures.length > 0 ? fenced(signatures.flatMap(wrapped)) : '',
    [
      ...(domain === undefined ? [] : [`- **Domain**: ${escaped(domain)}`]),
      ...(convention === undefined ? [] : [`- **At kinks and edges**: ${escaped(convention)}`]),
      ...(citation === undefined ? [] : [`- **Source**: ${escaped(citation)}`]),
    ].join('\n'),
    ...optionSection(definition),
    ...derivativeSection(definition, derivatives.all),
    plot ?? '',
    ...(example === undefined
      ? []
      : [
          '## Example',
          fenced([
            `import { ${example.imports.join(', ')} } from 'dualtape'`,
            '',
            ...example.lines.map(({ code, gives }) => (gives === undefined ? code : `${code}${code.length + gives.length > 90 ? '\n' : ' '}// ${gives}`)),
          ]),
        ]),
    ...(names.length === 0 ? [] : ['## Elsewhere', elsewhere(names).join('\n')]),
    '## Where it runs',
    supportTable(support),
    '## See also',
    [
      ...line('Undone by', inverses),
      ...line('Its derivative is made of', derivatives.uses),
      ...line('Stands in the derivative of', usedBy.length > 24 ? [] : usedBy),
      ...line(
        `[${family.title}](/operators#${family.id})`,
        family.members.filter(each => each !== name),
      ),
    ].join('\n'),
  ]
  const neighbour = (step: number) => {
    const other = family.members[at + step]
    return other === undefined ? 'false' : `{ text: '${other}', link: '/operators/${other}' }`
  }
  const head = `---\ntitle: ${name}\ndescription: ${JSON.stringify(summary)}\noutline: 2\nprev: ${neighbour(-1)}\nnext: ${neighbour(1)}\n---`
  return `${head}\n\n${sections.filter(each => each !== '').join('\n\n')}\n`
}

const line = (what: string, names: readonly string[]) =>
  names.length === 0 ? [] : [`- ${what}: ${names.map(each => `[\`${each}\`](/operators/${each})`).join(', ')}`]

/** A signature on several lines where it is long. */
function wrapped(signature: string): string[] {
  const [, head, list, result] = /^(\w+(?:<.*?>)?)\((.*)\): (.*)$/.exec(signature) ?? []
  if (signature.length < 88 || list === undefined) return [signature]
  const parameters = list.split(/, (?=\w+\??: )(?![^{]*\})/)
  const spelled = parameters.flatMap(each => {
    const [, name, members] = each.length < 80 ? [] : (/^(\w+\??: \{) (.*) \}$/.exec(each) ?? [])
    return members === undefined ? [`  ${each},`] : [`  ${name}`, ...members.split('; ').map(member => `    ${member}`), '  },']
  })
  return [`${head}(`, ...spelled, `): ${result}`]
}

const fenced = (lines: readonly string[]) => `\`\`\`ts\n${lines.join('\n')}\n\`\`\``

function derivativeSection(definition: OperatorDefinition, all: readonly Derivative[]): string[] {
  const kind = KINDS[definition.kind] ?? ''
  if ('differentiable' in definition && !definition.differentiable)
    return ['## Derivative', `${kind} The derivative is 0 wherever there is one, and none is recorded.`]
  const formulas = all.filter(({ tex }) => tex !== undefined)
  const codes = all.filter(({ code, tex }) => code !== undefined && code !== tex)
  const isPullback = all.some(({ of }) => of.startsWith(String.raw`\bar`))
  const isSingle = codes.length === 1 && !isPullback
  return [
    '## Derivative',
    kind,
    ...(formulas.length === 0
      ? []
      : [
          `$$${formulas.length === 1 ? '' : String.raw`\begin{aligned} `}${formulas.map(({ of, tex }) => (formulas.length === 1 ? `${of} = ${tex}` : `${of} &= ${tex}`)).join(String.raw` \\[0.4em] `)}${formulas.length === 1 ? '' : String.raw` \end{aligned}`}$$`,
        ]),
    ...(codes.length === 0
      ? []
      : [
          isSingle ? `As it is computed: \`${codes[0]?.code}\`` : isPullback ? 'In reverse mode, from the cotangent `c` of the result:' : 'As it is computed:',
          isSingle ? '' : codes.map(({ of, code }) => `- ${inWords(of)}: \`${code}\``).join('\n'),
        ]),
  ]
}

/** What a derivative is by. */
function inWords(of: string): string {
  const [, by] = /\\(?:partial|bar) (\w+)\}?$/.exec(of) ?? []
  return of.startsWith(String.raw`\bar`) ? `of \`${by}\`` : `by $${by}$`
}

function optionSection(definition: OperatorDefinition): string[] {
  const lines = optionLines(definition)
  return lines.length === 0 ? [] : ['## Options', lines.join('\n')]
}

function supportTable(support: readonly Support[]): string {
  const mark = (works: boolean | undefined) => (works === undefined ? '' : works ? 'yes' : 'no')
  const modes = support.filter(({ derivative }) => derivative === undefined)
  const rows = support
    .filter(({ derivative }) => derivative !== undefined)
    .map(({ way, value, derivative }) => `| ${way} | ${mark(value)} | ${mark(derivative)} |`)
  const sentence = `Tried at the first sample: ${modes.map(({ way, value }) => `${way} ${mark(value)}`).join(', ')}.`
  return rows.length === 0 ? sentence : `${sentence}\n\n| compiled or exported | value | derivative |\n|---|---|---|\n${rows.join('\n')}`
}
