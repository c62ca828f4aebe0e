import { describe, expect, it } from 'vitest'
import { searchSections } from '../../docs/.vitepress/search.ts'
import { derivativesOf } from '../../scripts/reference/derivatives.ts'
import { exampleOf } from '../../scripts/reference/examples.ts'
import { shownOperators } from '../../scripts/reference/facts.ts'
import { toldOnce } from '../../scripts/reference/overloads.ts'
import { plotOf } from '../../scripts/reference/plot.ts'
import { families, inverses } from '../../scripts/reference/relations.ts'
import { supportOf, ways } from '../../scripts/reference/support.ts'
import { versionsOf } from '../../scripts/reference/versions.ts'
import * as dualtape from '../../src/index.ts'

const operator = (name: string) => shownOperators.find(each => each.name === name) as (typeof shownOperators)[number]

describe('examples of operators', () => {
  it.each(shownOperators.map(each => [each.name, each] as const))('%s: the example runs with what it imports, and gives what it says', (_name, definition) => {
    const example = exampleOf(definition)
    if (example === undefined) throw new Error('There is none.')
    const scope = example.imports.map(each => dualtape[each as 'sin'])
    for (const { code, gives } of example.lines) {
      const found: unknown = new Function(...example.imports, `return ${code}`)(...scope)
      if (gives !== undefined) compare(numbers(found), numbers(new Function(`return ${gives}`)()))
    }
  })
})

/** The numbers in a result, which examples write to six digits. */
const numbers = (value: unknown): number[] => {
  if (value instanceof dualtape.Tensor) return numbers(value.toArray())
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [Number(value)]
}

function compare(found: readonly number[], said: readonly number[]): void {
  expect(found.length).toBe(said.length)
  for (const [i, each] of found.entries()) {
    const other = said[i] as number
    expect(Object.is(each, other) || Math.abs(each - other) <= 1e-5 * Math.max(1e-6, Math.abs(each))).toBe(true)
  }
}

describe('derivatives of operators, as formulas', () => {
  // From tables of derivatives.
  it.each([
    ['sin', [String.raw`\cos x`]],
    ['cos', [String.raw`-\sin x`]],
    ['tan', [String.raw`1 + \tan^2 x`]],
    ['asin', [String.raw`\frac{1}{\sqrt{1 - x^2}}`]],
    ['acos', [String.raw`-\frac{1}{\sqrt{1 - x^2}}`]],
    ['atan', [String.raw`\frac{1}{1 + x^2}`]],
    ['sinh', [String.raw`\cosh x`]],
    ['asinh', [String.raw`\frac{1}{\sqrt{1 + x^2}}`]],
    ['exp', ['e^x']],
    ['exp2', [String.raw`2^x \ln 2`]],
    ['log', [String.raw`\frac{1}{x}`]],
    ['log10', [String.raw`\frac{1}{x \ln 10}`]],
    ['sqrt', [String.raw`\frac{1}{2 \sqrt{x}}`]],
    ['reciprocal', [String.raw`-\frac{1}{x^2}`]],
    ['mul', ['y', 'x']],
    ['div', [String.raw`\frac{1}{y}`, String.raw`-\frac{x}{y^2}`]],
    ['hypot', [String.raw`\frac{x}{\sqrt{x^2 + y^2}}`, String.raw`\frac{y}{\sqrt{y^2 + x^2}}`]],
    ['erf', [String.raw`\frac{2 e^{-x^2}}{\sqrt{\pi}}`]],
    ['gamma', [String.raw`\Gamma(x) \psi(x) `]],
    ['besselJ0', ['-J_1(x)']],
    ['besselJ', [String.raw`\frac{1}{2} \left(J_{n - 1}(x) - J_{n + 1}(x)\right)`]],
    ['softplus', [String.raw`\frac{1}{1 + e^{-x}}`]],
    ['xlogy', [String.raw`\ln y`, String.raw`\frac{x}{y}`]],
  ])('%s', (name, formulas) => {
    expect(derivativesOf(operator(name)).all.map(each => each.tex)).toEqual(formulas)
  })

  it('come from reverse mode where operands are tensors', () => {
    expect(derivativesOf(operator('matmul'), ['a', 'b']).all.map(each => each.code)).toEqual(['matmul(c, transpose(b))', 'matmul(transpose(a), c)'])
  })
})

describe('relations of operators', () => {
  it('put every operator into one family', async () => {
    const members = (await families()).flatMap(each => each.members)
    expect([...members].sort()).toEqual(shownOperators.map(({ name }) => name).sort())
  })

  it('find what undoes what', () => {
    const all = inverses()
    for (const [one, other] of [
      ['sin', 'asin'],
      ['exp', 'log'],
      ['expm1', 'log1p'],
      ['tanh', 'atanh'],
      ['erf', 'erfInv'],
      ['square', 'sqrt'],
    ] as const) {
      expect(all.get(one)).toEqual([other])
      expect(all.get(other)).toEqual([one])
    }
    expect(all.has('cosh')).toBe(false)
    expect(all.has('relu')).toBe(false)
  })

  it('draw operators of one number, and no others', () => {
    expect(plotOf(operator('sin'))).toContain('its derivative')
    expect(plotOf(operator('add'))).toBeUndefined()
    expect(plotOf(operator('sum'))).toBeUndefined()
  })
})

describe('where operators run', () => {
  it('is tried in every mode and with every code generator that the package has', async () => {
    const all = await ways()
    const sine = supportOf(operator('sin'), all)
    expect(sine.map(({ way }) => way)).toEqual(expect.arrayContaining(['forward mode', 'reverse mode', '`vmap`', '`dualtape/compile/js`', '`toOnnx`']))
    expect(sine.filter(({ value, derivative }) => !value || derivative === false)).toEqual([])
    expect(supportOf(operator('qr'), all).find(({ way }) => way === '`toOnnx`')?.value).toBe(false)
    expect(supportOf(operator('floor'), all).find(({ way }) => way === '`dualtape/compile/js`')?.derivative).toBeUndefined()
  })
})

describe('versions of the site', () => {
  it('are the last patch of each minor version, below the files as they are', () => {
    expect(versionsOf(['v0.1.0', 'v0.1.2', 'v0.10.0', 'v0.2.1', 'other', ''], '0.10.0')).toEqual([
      { name: 'next' },
      { name: '0.10', tag: 'v0.10.0' },
      { name: '0.2', tag: 'v0.2.1' },
      { name: '0.1', tag: 'v0.1.2' },
    ])
  })

  it('have the version of the package where it has no tag yet', () => {
    expect(versionsOf([], '0.1.0')).toEqual([{ name: 'next' }, { name: '0.1' }])
  })
})

describe('what the search is told', () => {
  const heading = (level: number, text: string, id: string) => `<h${level} id="${id}">${text} <a class="header-anchor" href="#${id}">​</a></h${level}>`

  it('is one part of a page of the reference, with names elsewhere', () => {
    const html = `${heading(1, 'solve', 'solve')}<p>The x.</p>${heading(2, 'Elsewhere', 'elsewhere')}<p><code>np.linalg.solve</code></p>${heading(2, 'See also', 'see-also')}<p>inv</p>`
    expect(searchSections('/docs/operators/solve.md', html)).toEqual([{ titles: ['np.linalg.solve', 'solve'], text: 'The x. np.linalg.solve' }])
  })

  it('finds names elsewhere that stand behind a long text', () => {
    const html = `${heading(1, 'leastSquares', 'least-squares')}<p>${'Words. '.repeat(400)}Elsewhere: <code>scipy.optimize.least_squares</code>.</p>`
    expect(searchSections('/docs/api/leastSquares.md', html)[0]?.titles).toEqual(['scipy.optimize.least_squares', 'leastSquares'])
  })

  it('is a part for each heading of a guide', () => {
    const file = new URL('../../docs/limits.md', import.meta.url).pathname
    const parts = searchSections(file, `${heading(1, 'Limits', 'limits')}<p>What not.</p>${heading(2, 'Slow', 'slow')}<p>Eager &lt;code&gt;.</p>`)
    expect(parts.map(({ titles, anchor }) => [titles, anchor])).toEqual([
      [['Limits'], undefined],
      [['Limits', 'Slow'], 'slow'],
    ])
    expect(parts[0]?.text).toContain('GPU')
    expect(parts[1]?.text).toBe('Eager <code>.')
  })
})

describe('pages of functions with several signatures', () => {
  const signature = (code: string, said: string) =>
    `## Call Signature\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${said}\n\n### Returns\n\nnumber\n\n### Example\n\n\`\`\`ts\nf(1)\n\`\`\`\n`

  it('say once what all of them say', () => {
    const page = toldOnce(`# f()\n\n${signature('f(x)', 'The sum.')}\n${signature('f(x, y)', 'The sum.')}`)
    expect(page.match(/The sum\./g)).toHaveLength(1)
    expect(page.match(/f\(1\)/g)).toHaveLength(1)
    expect(page.match(/### Returns/g)).toHaveLength(2)
    expect(page.split('\n').filter(line => /^#/.test(line))).toEqual([
      '# f()',
      '## Example',
      '## Call Signature',
      '### Returns',
      '## Call Signature',
      '### Returns',
    ])
  })

  it('stay as they are where signatures differ in what they say', () => {
    const page = `# f()\n\n${signature('f(x)', 'The sum.')}\n${signature('f(x, y)', 'The product.')}`
    expect(toldOnce(page)).toBe(page)
  })
})
